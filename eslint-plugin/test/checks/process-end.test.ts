import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

/** A program that opens a file, and how it is started. */
const program = (start: string): string =>
  code`
    import { open } from "node:fs/promises";
    async function main() {
      const handle = await open(config.file);
      await publish("opened");
      await handle.close();
    }
  ` + start;

const leaking = (start: string): string =>
  program(start).replace("file);\n", "file); // leak: leaksOnThrow\n");

describe("where a failure ends the process, what goes with that is not lost", () => {
  test.each([
    ["a program that nobody answers for", "main(); //- main(); export { main };\n"],
    ["a program that the module waits for", "await main(); //- export { main };\n"],
    [
      "a program whose failure is answered by the process's end",
      "main().catch((error) => { console.error(error); process.exit(1); }); //- export { main };\n",
    ],
    [
      "a program that ends the process either way",
      "main().then(() => process.exit(0), () => process.exit(1)); //- export { main };\n",
    ],
    [
      "a program in a `try` that ends the process",
      "try { await main(); } catch { process.exit(1); } //- export { main };\n",
    ],
    ["a program that is run on one condition", "if (ready) void main(); //- export { main };\n"],
  ])("%s", (_title, start) => {
    expectSound(program(start));
  });

  test("a function that only such a program calls and waits for", () => {
    expectSound(
      program("async function start() { await main(); }\nawait start(); //- export { start };\n"),
    );
  });

  test.each([
    ["the action of a command", "program.command("],
    ["the action of a command that is made there", "new Command("],
    ["the action of a command with options", "new AppCommand("],
  ])("%s", (_title, command) => {
    expectSound(
      code`
      import { createReadStream } from "node:fs";
      import { parse } from "./parse.js";
      export const push = ${command}"push <file>").option("-f").action(async (file) => { //- export const push = registry.register("push", async (file) => {
        const input = createReadStream(file);
        const target = await parse(config);
        await target.send(input.path);
        input.close();
      });
    `,
      { file: "subject.mjs" },
    );
  });

  test("a named function that is the action of a command", () => {
    expectSound(program('program.command("check").action(main); //- registry.add(main);\n'), {
      file: "subject.mjs",
    });
  });

  test("a function that runs where it stands", () => {
    expectSound(code`
      import { open } from "node:fs/promises";
      (async () => { //- export const main = (async () => {
        const handle = await open(config.file);
        await publish("opened");
        await handle.close();
      })(); //- });
    `);
  });

  test.each([
    ["whose failure is only told", "main().catch(console.error);\n"],
    ["that is called twice", "main(); main();\n"],
    ["that others may call", "void main(); export { main };\n"],
    [
      "in a `try` that goes on",
      "try { await main(); } catch (error) { logger.error(String(error)); }\n",
    ],
    ["that a function calls", "export async function start() { await main(); }\n"],
    [
      "that a program does not wait for",
      "async function start() { void main(); }\nawait start();\n",
    ],
    [
      "whose failure a program answers",
      "async function start() { try { await main(); } catch (error) { logger.error(String(error)); } }\nawait start();\n",
    ],
    [
      "that a program gives away as well",
      "async function start() { await main(); setTimeout(main, 9); }\nawait start();\n",
    ],
  ])("not of a program %s", (_title, start) => {
    expectMarkedLeaks(leaking(start));
  });

  test("not a directory, which is still there then", () => {
    expectMarkedLeaks(code`
      import { mkdtemp, rm } from "node:fs/promises";
      async function main() {
        const folder = await mkdtemp("program-"); // leak: leaksOnThrow
        await publish(folder);
        await rm(folder, { recursive: true });
      }
      main();
    `);
  });

  test("not where the function itself answers and goes on", () => {
    expectMarkedLeaks(code`
      import { open } from "node:fs/promises";
      async function main() {
        try {
          const handle = await open(config.file); // leak: leaksOnThrow
          await publish("opened");
          await handle.close();
        } catch (error) {
          logger.error(String(error));
        }
      }
      main();
    `);
  });
});
