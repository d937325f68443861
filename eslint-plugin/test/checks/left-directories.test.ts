import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a temporary directory that is part of a result", () => {
  test("may stay where nobody removes any, whatever fails", () => {
    expectSound(code`
      import { mkdtemp, writeFile } from "node:fs/promises";
      import { join } from "node:path";
      export async function record(text: string) {
        const folder = await mkdtemp("/tmp/logs-");
        const file = join(folder, "log.txt");
        await writeFile(file, text);
        return { file }; //- await publish(file);
      }
    `);
  });

  test("and leaks where another function removes what it is given", () => {
    expectMarkedLeaks(code`
      import { mkdtemp, rm, writeFile } from "node:fs/promises";
      import { join } from "node:path";
      export async function prepare(text: string) {
        const folder = await mkdtemp("/tmp/logs-"); // leak: leaksOnThrow
        await writeFile(join(folder, "log.txt"), text);
        return { folder };
      }
      export async function finish(context: { folder: string }) {
        await rm(context.folder, { recursive: true });
      }
    `);
  });

  test("may stay where only files are removed", () => {
    expectSound(code`
      import { mkdtemp, rm, writeFile } from "node:fs/promises";
      import { join } from "node:path";
      export async function record(text: string) {
        const folder = await mkdtemp("/tmp/logs-");
        await writeFile(join(folder, "log.txt"), text);
        return folder; //- await publish(folder);
      }
      export async function forget(file: string) {
        await rm(file, { force: true });
      }
    `);
  });

  test("leaks where a call of the file cleans up", () => {
    expectMarkedLeaks(code`
      import { mkdtemp, writeFile } from "node:fs/promises";
      import { join } from "node:path";
      declare function cleanup(folder: string): Promise<void>;
      export async function prepare(text: string) {
        const folder = await mkdtemp("/tmp/logs-"); // leak: leaksOnThrow
        await writeFile(join(folder, "log.txt"), text);
        return folder;
      }
      export const finish = (folder: string) => cleanup(folder);
    `);
  });

  test("may stay as an argument of a command", () => {
    expectSound(code`
      import { spawnSync } from "node:child_process";
      import { mkdtempSync, writeFileSync } from "node:fs";
      import { join } from "node:path";
      export function create(config: string) {
        const given: string[] = [];
        const folder = mkdtempSync("/tmp/device-");
        const file = join(folder, "config.json");
        writeFileSync(file, config);
        given.push(file); //- publish(file);
        spawnSync("create", given);
      }
    `);
  });

  test("leaks as before where its own function removes it on another path", () => {
    expectMarkedLeaks(code`
      import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
      import { join } from "node:path";
      export function create(config: string) {
        const folder = mkdtempSync("/tmp/device-"); // leak: leaksOnThrow
        writeFileSync(join(folder, "config.json"), config);
        if (ready) {
          rmSync(folder, { recursive: true });
          return undefined;
        }
        return folder;
      }
    `);
  });
});

describe("a path that a helper makes", () => {
  test("of an object with the directory stands for it", () => {
    expectSound(code`
      import { mkdtemp } from "node:fs/promises";
      declare function createOutputPath(parts: { source: string; folder: string }): string;
      declare function repack(source: string, output: string): Promise<void>;
      export async function run(source: string, outputs: Map<string, string>) {
        const folder = await mkdtemp("/tmp/repack-");
        const output = createOutputPath({ source, folder });
        await repack(source, output);
        outputs.set("output", output); //-
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
