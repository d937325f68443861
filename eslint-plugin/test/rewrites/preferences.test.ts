import { describe, expect, test } from "vitest";

import { applyEdits, type Finding } from "../../src/session/index.js";
import { code } from "../checks/code.js";
import { errorsIn, reportOn, type Setting } from "../checks/workspace.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

function preferencesIn(text: string, rule: string, setting: Setting): readonly Finding[] {
  expect(errorsIn(text, setting), text).toEqual([]);
  return reportOn(text, true, { ...setting, rule }).findings;
}

/** The rewrite of the only finding: its title and its text, of which nothing is left to say. */
function preferred(text: string, rule: string, setting: Setting = withRuntime) {
  const findings = preferencesIn(text, rule, setting);
  expect(
    findings.map((each) => each.rule),
    text,
  ).toEqual([rule]);
  const [rewrite, another] = findings[0]?.rewrites ?? [];
  expect([rewrite?.kind, another]).toEqual(["suggestion", undefined]);
  const result = applyEdits(text, rewrite?.edits ?? []);
  expect(preferencesIn(result, rule, setting), result).toEqual([]);
  return { message: findings[0]?.message, title: rewrite?.title, text: result };
}

describe("prefer-using", () => {
  test("turns a `finally` into `await using`, and keeps comments", () => {
    expect(
      preferred(
        code`
          import { open } from "node:fs/promises";
          export async function size(file: string) {
            // It is small.
            const handle = await open(file);
            try {
              // Its size.
              const { size } = await handle.stat();
              return size; // in bytes
            } finally {
              await handle.close();
            }
          }
        `,
        "prefer-using",
        { node: ">=20.19" },
      ),
    ).toEqual({
      message: "`handle` is released in a `finally`, which `using` says where it is acquired.",
      title: "Manage `handle` with `await using`",
      text: code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          // It is small.
          await using handle = await open(file);
          // Its size.
          const { size } = await handle.stat();
          return size; // in bytes
        }
      `,
    });
  });

  test.each([["await handle?.close();"], ["if (handle) await handle.close();"]])(
    "declares where it is acquired what was declared before: %s",
    (release) => {
      expect(
        preferred(
          code`
            import { open, type FileHandle } from "node:fs/promises";
            export async function size(file: string) {
              let handle: FileHandle | undefined;
              try {
                logger.info("size", file);
                handle = await open(file);
                return (await handle.stat()).size;
              } finally {
                ${release}
              }
            }
          `,
          "prefer-using",
        ).text,
      ).toBe(code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function size(file: string) {
          logger.info("size", file);
          await using handle = await open(file);
          return (await handle.stat()).size;
        }
      `);
    },
  );

  test("takes what one `finally` releases in reverse order together", () => {
    expect(
      preferred(
        code`
          import { connect } from "node:net";
          export function relay(text: string) {
            const first = connect(1);
            const second = connect(2);
            try {
              first.write(text);
              second.write(text);
            } finally {
              second.end();
              first.end();
            }
          }
        `,
        "prefer-using",
      ),
    ).toEqual({
      message:
        "`first` and `second` are released in a `finally`, which `using` says where they are acquired.",
      title: "Manage `first` and `second` with `using`",
      text: code`
        import { connect } from "node:net";
        import { closing } from "unwind";
        export function relay(text: string) {
          using first = closing(connect(1), (held) => held.end());
          using second = closing(connect(2), (held) => held.end());
          first.write(text);
          second.write(text);
        }
      `,
    });
  });

  test("leaves a `catch` where it is", () => {
    expect(
      preferred(
        code`
          import type { Pool } from "pg";
          export async function count(pool: Pool) {
            const client = await pool.connect();
            try {
              return (await client.query("SELECT 1")).rowCount;
            } catch (error) {
              logger.error("no count", error);
              throw error;
            } finally {
              client.release();
            }
          }
        `,
        "prefer-using",
      ).text,
    ).toBe(code`
      import type { Pool } from "pg";
      import { closing } from "unwind";
      export async function count(pool: Pool) {
        using client = closing(await pool.connect(), (held) => held.release());
        try {
          return (await client.query("SELECT 1")).rowCount;
        } catch (error) {
          logger.error("no count", error);
          throw error;
        }
      }
    `);
  });

  test.each([
    [
      "code follows, which the resource would outlive",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          try {
            await handle.sync();
          } finally {
            await handle.close();
          }
          await publish(file);
        }
      `,
    ],
    [
      "they are released in the order in which they were acquired",
      code`
        import { connect } from "node:net";
        export function relay(text: string) {
          const first = connect(1);
          const second = connect(2);
          try {
            first.write(text);
            second.write(text);
          } finally {
            first.end();
            second.end();
          }
        }
      `,
    ],
    [
      "the `finally` does more",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          try {
            await handle.sync();
          } finally {
            await handle.close();
            logger.info("closed", file);
          }
        }
      `,
    ],
    [
      "a comment in the `finally` would be lost",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          try {
            await handle.sync();
          } finally {
            // Windows keeps it locked.
            await handle.close();
          }
        }
      `,
    ],
    [
      "another function may still use it",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          const handle = await open(file, "a");
          try {
            void handle.sync();
          } finally {
            await handle.close();
          }
        }
      `,
    ],
  ])("is silent where %s", (_title, text) => {
    expect(preferencesIn(text, "prefer-using", withRuntime)).toEqual([]);
  });

  test("is silent where the project wants try/finally, or has no package for it", () => {
    const text = code`
      import type { Pool } from "pg";
      export async function count(pool: Pool) {
        const client = await pool.connect();
        try {
          return (await client.query("SELECT 1")).rowCount;
        } finally {
          client.release();
        }
      }
    `;
    expect(preferencesIn(text, "prefer-using", { ...withRuntime, rewrite: "try-finally" })).toEqual(
      [],
    );
    expect(preferencesIn(text, "prefer-using", { node: ">=20.19" })).toEqual([]);
  });
});

describe("prefer-exit-stack", () => {
  test("makes nested `try` statements flat", () => {
    expect(
      preferred(
        code`
          import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
          export function copy(from: string, to: string) {
            const source = openSync(from, "r");
            try {
              // Made anew.
              const target = openSync(to, "w");
              try {
                writeSync(target, readFileSync(source));
              } finally {
                closeSync(target);
              }
            } finally {
              closeSync(source);
            }
          }
        `,
        "prefer-exit-stack",
      ),
    ).toEqual({
      message:
        "`source` and `target` are released by nested `try` statements, which one stack says flat.",
      title: "Hold `source` and `target` in an `ExitStack`",
      text: code`
        import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function copy(from: string, to: string) {
          using stack = new ExitStack();
          const source = stack.adopt(openSync(from, "r"), closeSync);
          // Made anew.
          const target = stack.adopt(openSync(to, "w"), closeSync);
          writeSync(target, readFileSync(source));
        }
      `,
    });
  });

  test("declares the stack before a `try` that acquires what it releases", () => {
    expect(
      preferred(
        code`
          import { mkdtemp, open, rm, stat } from "node:fs/promises";
          class Job {
            async run() {
              let handle;
              try {
                handle = await open("a");
                const folder = await mkdtemp("b");
                try {
                  await stat(folder);
                } finally {
                  await rm(folder, { recursive: true, force: true });
                }
              } finally {
                await handle?.close();
              }
            }
          }
        `,
        "prefer-exit-stack",
      ).text,
    ).toBe(code`
      import { mkdtemp, open, rm, stat } from "node:fs/promises";
      import { AsyncExitStack } from "unwind";
      class Job {
        async run() {
          let handle;
          await using stack = new AsyncExitStack();
          handle = stack.adopt(await open("a"), async (held) => { await held.close(); });
          const folder = stack.adopt(await mkdtemp("b"), (held) => rm(held, { recursive: true, force: true }));
          await stat(folder);
        }
      }
    `);
  });

  test("collects what a loop acquires and another one releases", () => {
    expect(
      preferred(
        code`
          import { openSync, closeSync, fstatSync } from "node:fs";
          export function total(files: readonly string[]) {
            const descriptors: number[] = [];
            for (const file of files) {
              descriptors.push(openSync(file, "r"));
            }
            for (const fd of descriptors) logger.info("size", fstatSync(fd).size);
            for (const fd of descriptors) closeSync(fd);
          }
        `,
        "prefer-exit-stack",
      ),
    ).toEqual({
      message:
        "What `descriptors` collects is released by a loop, which stops at the first that fails.",
      title: "Collect `descriptors` in an `ExitStack`, which releases the last one first",
      text: code`
        import { openSync, closeSync, fstatSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function total(files: readonly string[]) {
          using stack = new ExitStack();
          const descriptors: number[] = [];
          for (const file of files) {
            descriptors.push(stack.adopt(openSync(file, "r"), closeSync));
          }
          for (const fd of descriptors) logger.info("size", fstatSync(fd).size);
        }
      `,
    });
  });

  test.each([
    [
      "the array goes elsewhere",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function openAll(files: readonly string[], keep: (all: FileHandle[]) => void) {
          const handles: FileHandle[] = [];
          for (const file of files) handles.push(await open(file));
          keep(handles);
          for (const handle of handles) await handle.close();
        }
      `,
    ],
    [
      "something else goes into the array, too",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function touch(files: readonly string[], first: FileHandle) {
          const handles: FileHandle[] = [];
          handles.push(first);
          for (const file of files) handles.push(await open(file));
          for (const handle of handles) await handle.close();
        }
      `,
    ],
    [
      "work follows the release",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function touch(files: readonly string[]) {
          const handles: FileHandle[] = [];
          for (const file of files) handles.push(await open(file));
          for (const handle of handles) await handle.close();
          await publish("done");
        }
      `,
    ],
  ])("is silent where %s", (_title, text) => {
    expect(preferencesIn(text, "prefer-exit-stack", withRuntime)).toEqual([]);
  });

  test("is silent where a `finally` commits, which a stack would not", () => {
    const text = code`
        import { mkdtempSync, rmSync } from "node:fs";
        import { Sequelize } from "sequelize";
        export async function store(sequelize: Sequelize) {
          const folder = mkdtempSync("store-");
          try {
            const transaction = await sequelize.transaction();
            try {
              await publish(folder);
            } finally {
              await transaction.commit();
            }
          } finally {
            rmSync(folder, { recursive: true, force: true });
          }
        }
      `;
    expect(reportOn(text, false, { ...withRuntime, rule: "prefer-exit-stack" }).findings).toEqual(
      [],
    );
    const released = text.replace("transaction.commit()", "transaction.rollback()");
    expect(
      reportOn(released, false, { ...withRuntime, rule: "prefer-exit-stack" }).findings,
    ).toHaveLength(1);
  });
});
