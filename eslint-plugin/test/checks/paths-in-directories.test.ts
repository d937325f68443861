import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a path that a helper makes", () => {
  test("of an object with the directory stands for it", () => {
    expectSound(code`
      import { mkdtemp } from "node:fs/promises";
      declare function createOutputPath(parts: { source: string; folder: string }): string;
      declare function repack(source: string, output: string): Promise<void>;
      export async function run(source: string, outputs: Map<string, string>) {
        const folder = await mkdtemp("/tmp/repack-");
        const output = createOutputPath({ source, folder });
        outputs.set("output", output); //-
        await repack(source, output);
      }
    `);
  });

  test("and is returned with it", () => {
    expectSound(code`
      import { mkdtemp } from "node:fs/promises";
      declare function archiveFilename(folder: string): string;
      export async function run() {
        const folder = await mkdtemp("/tmp/repack-");
        const output = archiveFilename(folder);
        return output; //-
      }
    `);
  });

  test("keeps nothing where nobody gets it", () => {
    expectMarkedLeaks(code`
      import { mkdtemp } from "node:fs/promises";
      declare function createOutputPath(parts: { folder: string }): string;
      export async function run() {
        const folder = await mkdtemp("/tmp/repack-"); // leak: neverReleased
        const output = createOutputPath({ folder });
        await publish(output);
      }
    `);
  });

  test("what is read of the directory is no path in it", () => {
    expectMarkedLeaks(code`
      import { mkdtemp } from "node:fs/promises";
      declare function measure(folder: string): Promise<number>;
      export async function run() {
        const folder = await mkdtemp("/tmp/repack-"); // leak: neverReleased
        const size = await measure(folder);
        return size;
      }
    `);
  });
});

describe("a temporary directory that is kept on demand", () => {
  test("is not lost to who asks for it", () => {
    expectSound(code`
      import { mkdtempSync, rmSync } from "node:fs";
      export function build(options: { keepTemp: boolean; empty: boolean }) {
        const folder = mkdtempSync("/tmp/build-");
        logger.info(folder);
        if (!options.keepTemp) rmSync(folder, { recursive: true }); //- if (!options.empty) rmSync(folder, { recursive: true });
      }
    `);
  });

  test("is lost where the build fails", () => {
    expectMarkedLeaks(code`
      import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
      import { join } from "node:path";
      export function build(options: { keepTemp: boolean }) {
        const folder = mkdtempSync("/tmp/build-"); // leak: leaksOnThrow
        writeFileSync(join(folder, "input"), "text");
        if (!options.keepTemp) rmSync(folder, { recursive: true });
      }
    `);
  });
});
