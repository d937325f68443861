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

  test("is not lost where it is made for who asks to keep it", () => {
    expectSound(code`
      import { mkdtemp } from "node:fs/promises";
      export async function launch(options: { preserveData?: boolean; fresh?: boolean }) {
        const folder = options.preserveData === true ? await mkdtemp("/tmp/data-") : undefined; //- const folder = options.fresh === true ? await mkdtemp("/tmp/data-") : undefined;
        await run(folder);
      }
      declare function run(folder: string | undefined): Promise<void>;
    `);
  });

  test("is lost to who asks not to keep it", () => {
    expectMarkedLeaks(code`
      import { mkdtemp } from "node:fs/promises";
      export async function launch(options: { keep?: boolean }) {
        const folder = !options.keep ? await mkdtemp("/tmp/data-") : undefined; // leak: neverReleased
        await run(folder);
      }
      declare function run(folder: string | undefined): Promise<void>;
    `);
  });

  test("is not lost where a person is told that something is in it", () => {
    expectSound(code`
      import { mkdtempSync, writeFileSync } from "node:fs";
      import { join } from "node:path";
      export function save(text: string): string {
        let saved;
        try {
          const folder = mkdtempSync("/tmp/backup-");
          saved = join(folder, "original");
          writeFileSync(saved, text);
        } catch {
          return "nothing was written";
        }
        fail(\`the text was saved to \${saved}\`); //- fail(\`the length of \${saved} is wrong\`);
        return "";
      }
      declare function fail(message: string): void;
    `);
  });
});
