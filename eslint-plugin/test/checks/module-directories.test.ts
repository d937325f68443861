import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a temporary directory of a module is left behind", () => {
  test.each([
    [
      "when it is only written into",
      code`
        import { mkdtempSync, writeFileSync } from "node:fs";
        import { tmpdir } from "node:os";
        import path from "node:path";
        const folder = mkdtempSync(path.join(tmpdir(), "verify-")); // leak: leftBehind
        writeFileSync(path.join(folder, "server.json"), "{}");
        logger.info("written to", folder);
      `,
    ],
    [
      "when the environment names it",
      code`
        import { mkdtempSync } from "node:fs";
        import { tmpdir } from "node:os";
        import { join } from "node:path";
        const home = mkdtempSync(join(tmpdir(), "home-")); // leak: leftBehind
        process.env["HOME"] = home;
        process.env["DATA"] = join(home, "data");
      `,
    ],
    [
      "when only the functions of the module use it",
      code`
        import { mkdtempSync, readFileSync } from "node:fs";
        const folder = mkdtempSync("/tmp/cache-"); // leak: leftBehind
        export function cached(name: string) {
          return readFileSync(folder + "/" + name, "utf8");
        }
      `,
    ],
    [
      "when it was awaited",
      code`
        import { mkdtemp, writeFile } from "node:fs/promises";
        const folder = await mkdtemp("/tmp/build-"); // leak: leftBehind
        await writeFile(folder + "/stamp", "");
      `,
    ],
    [
      "when it was made real first",
      code`
        import { mkdtempSync, realpathSync, mkdirSync } from "node:fs";
        const folder = realpathSync(mkdtempSync("/tmp/build-")); // leak: leftBehind
        mkdirSync(folder + "/bin");
      `,
    ],
    [
      "when only a part of it is removed",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        import { join } from "node:path";
        const folder = mkdtempSync("/tmp/build-"); // leak: leftBehind
        rmSync(join(folder, "bin"), { recursive: true });
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a temporary directory of a module is sound", () => {
  test.each([
    [
      "removed when the process ends",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        const folder = mkdtempSync("/tmp/build-");
        process.on("exit", () => rmSync(folder, { recursive: true, force: true })); //-
        logger.info("building in", folder);
        export { rmSync };
      `,
    ],
    [
      "removed at the end of the script",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        const folder = mkdtempSync("/tmp/build-");
        try {
          logger.info("building in", folder);
        } finally {
          rmSync(folder, { recursive: true, force: true }); //-
        }
      `,
    ],
    [
      "removed by a hook of the tests",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        import { after } from "node:test";
        const folder = mkdtempSync("/tmp/tests-");
        after(() => { rmSync(folder, { recursive: true }); }); //-
        export const depth = () => folder.split("/").length;
        export { after, rmSync };
      `,
    ],
    [
      "removed by a function of the module",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        const folder = await mkdtemp("/tmp/service-");
        export async function stop() {
          await rm(folder, { recursive: true }); //- await publish("stopped");
        }
        export { rm };
      `,
    ],
    [
      "exported, so that another may remove it",
      code`
        import { mkdtempSync } from "node:fs";
        export const folder = mkdtempSync("/tmp/tests-"); //- const folder = mkdtempSync("/tmp/tests-");
        logger.info("testing in", folder);
      `,
    ],
    [
      "given to a function that says that it cleans up",
      code`
        import { mkdtempSync } from "node:fs";
        declare function removeOnExit(folder: string): void;
        const folder = mkdtempSync("/tmp/tests-");
        removeOnExit(folder); //-
        logger.info("testing in", folder);
        export { removeOnExit };
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test("and what else a module acquires lives as long as the process", () => {
    expectSound(code`
      import { openSync, writeSync } from "node:fs";
      const log = openSync("/var/log/service", "a"); //- import { mkdtempSync } from "node:fs"; const log = mkdtempSync("/tmp/log-").length, folder = mkdtempSync("/tmp/log-");
      export const write = (line: string) => writeSync(log, line);
      export { openSync };
    `);
  });
});
