import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("several at once leak when one of them fails", () => {
  test.each([
    [
      "two files",
      code`
        import { open } from "node:fs/promises";
        export async function both(one: string, other: string) {
          const [first, second] = await Promise.all([
            open(one), // leak: leaksOnPartialFailure
            open(other), // leak: leaksOnPartialFailure
          ]);
          await Promise.all([first.close(), second.close()]);
        }
      `,
    ],
    [
      "one file beside something else that may fail",
      code`
        import { open } from "node:fs/promises";
        export async function start(file: string) {
          const [handle] = await Promise.all([
            open(file), // leak: leaksOnPartialFailure
            publish("starting"),
          ]);
          return handle;
        }
      `,
    ],
    [
      "as many as there are paths",
      code`
        import { open } from "node:fs/promises";
        export async function all(files: readonly string[]) {
          return await Promise.all(
            files.map((file) => open(file)), // leak: leaksOnPartialFailure
          );
        }
      `,
    ],
    [
      "as many as there are paths, in an async callback",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function folders(names: readonly string[]) {
          return await Promise.all(
            names.map(async (name) => await mkdtemp("/tmp/" + name)), // leak: leaksOnPartialFailure
          );
        }
      `,
    ],
    [
      "as many as there are names, by `return` behind other statements",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function folders(names: readonly string[]) {
          const made = await Promise.all(
            names.map(async (name) => {
              const prefix = "/tmp/" + name;
              logger.info("making", prefix);
              return await mkdtemp(prefix); // leak: leaksOnPartialFailure
            }),
          );
          return made;
        }
      `,
    ],
    [
      "as many as there are names, by way of a variable",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function folders(names: readonly string[]) {
          return await Promise.all(
            names.map(async (name) => {
              const folder = await mkdtemp("/tmp/" + name); // leak: leaksOnPartialFailure
              logger.info("made", folder);
              return folder;
            }),
          );
        }
      `,
    ],
    [
      "as many as there are files, by the function keyword",
      code`
        import { open } from "node:fs/promises";
        export async function all(files: readonly string[]) {
          return await Promise.all(
            files.map(async function opened(file) {
              return open(file); // leak: leaksOnPartialFailure
            }),
          );
        }
      `,
    ],
    [
      "one beside those that were asked for before",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function stage(others: readonly Promise<string>[]) {
          return await Promise.all([
            mkdtemp("/tmp/stage-"), // leak: leaksOnPartialFailure
            ...others,
          ]);
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test("as many as there are pools, by types", () => {
    expectMarkedLeaks(
      code`
        import type { Pool } from "pg";
        export async function clients(pools: readonly Pool[]) {
          return Promise.all(
            pools.map((pool) => {
              return pool.connect(); // leak: leaksOnPartialFailure
            }),
          );
        }
      `,
      {},
      ["typed"],
    );
  });
});

describe("several at once are sound", () => {
  test.each([
    [
      "when all outcomes are looked at",
      code`
        import { open } from "node:fs/promises";
        export async function both(one: string, other: string) {
          return await Promise.allSettled([open(one), open(other)]); //- return await Promise.all([open(one), open(other)]);
        }
      `,
    ],
    [
      "when there is only one",
      code`
        import { open } from "node:fs/promises";
        export async function only(file: string) {
          return await Promise.all([open(file), file]); //- return await Promise.all([open(file), publish(file)]);
        }
      `,
    ],
    [
      "when each is released where it is made",
      code`
        import { open } from "node:fs/promises";
        export async function sizes(files: readonly string[]) {
          return await Promise.all(
            files.map(async (file) => {
              const handle = await open(file);
              try {
                return (await handle.stat()).size;
              } finally {
                await handle.close(); //-
              }
            }),
          );
        }
      `,
    ],
    [
      "when each is told to whoever removes it",
      code`
        import { mkdtemp } from "node:fs/promises";
        const created: string[] = [];
        export async function folders(names: readonly string[]) {
          return await Promise.all(
            names.map(async (name) => {
              const folder = await mkdtemp("/tmp/" + name);
              created.push(folder); //-
              return folder;
            }),
          );
        }
      `,
    ],
    [
      "when somebody waits for all outcomes",
      code`
        import { mkdtemp } from "node:fs/promises";
        const waitFor = <T>(each: readonly Promise<T>[]) => Promise.allSettled(each);
        export async function folders(names: readonly string[]) {
          return await waitFor( //- return await Promise.all(
            names.map(async (name) => {
              const folder = await mkdtemp("/tmp/" + name);
              return folder;
            }),
          );
        }
        export { waitFor };
      `,
    ],
    [
      "when one is opened after the other, and a stack has them",
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function both(one: string, other: string) {
          await using stack = new AsyncExitStack();
          const first = stack.use(await open(one)); //- const [first] = await Promise.all([open(one), open(other)]);
          const second = stack.use(await open(other)); //- const second = first;
          return [(await first.stat()).size, (await second.stat()).size];
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});
