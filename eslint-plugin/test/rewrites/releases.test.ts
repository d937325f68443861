import { describe, expect, test } from "vitest";

import { rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("a release that the end of the block repeats goes", () => {
  test.each([
    [
      "before every `return`",
      code`
        import { open } from "node:fs/promises";
        export async function readHeader(file: string) {
          const handle = await open(file);
          const { size } = await handle.stat();
          if (size < 16) {
            await handle.close();
            return undefined;
          }
          const { buffer } = await handle.read(Buffer.alloc(16));
          await handle.close();
          return buffer;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function readHeader(file: string) {
          await using handle = await open(file);
          const { size } = await handle.stat();
          if (size < 16) {
            return undefined;
          }
          const { buffer } = await handle.read(Buffer.alloc(16));
          return buffer;
        }
      `,
    ],
    [
      "before a `throw`, and in `catch`",
      code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd = openSync(file, "r");
          const text = readFileSync(fd, "utf8");
          if (text === "") {
            closeSync(fd);
            throw new Error("empty");
          }
          closeSync(fd);
          return text;
        }
      `,
      code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function read(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, "r"), closeSync);
          const text = readFileSync(fd, "utf8");
          if (text === "") {
            throw new Error("empty");
          }
          return text;
        }
      `,
    ],
    [
      "with its check for presence",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          const { size } = await handle.stat();
          if (handle) {
            await handle.close();
          }
          return size;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          await using handle = await open(file);
          const { size } = await handle.stat();
          return size;
        }
      `,
    ],
    [
      "at the end of each round",
      code`
        import { open } from "node:fs/promises";
        export async function total(files: readonly string[]) {
          let bytes = 0;
          for (const file of files) {
            const handle = await open(file);
            const { size } = await handle.stat();
            bytes += size;
            if (size === 0) {
              await handle.close();
              continue;
            }
            await handle.close();
          }
          return bytes;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function total(files: readonly string[]) {
          let bytes = 0;
          for (const file of files) {
            await using handle = await open(file);
            const { size } = await handle.stat();
            bytes += size;
            if (size === 0) {
              continue;
            }
          }
          return bytes;
        }
      `,
    ],
    [
      "from a `finally` that does more",
      code`
        import type { Pool } from "pg";
        export async function transfer(pool: Pool, amount: number) {
          const client = await pool.connect();
          await client.query("SET lock_timeout = 100");
          try {
            await client.query("UPDATE t SET balance = balance - $1", [amount]);
            await client.query("NOTIFY moved");
          } finally {
            logger.info("transferred", amount);
            client.release();
          }
        }
      `,
      code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function transfer(pool: Pool, amount: number) {
          using client = closing(await pool.connect(), (held) => held.release());
          await client.query("SET lock_timeout = 100");
          try {
            await client.query("UPDATE t SET balance = balance - $1", [amount]);
            await client.query("NOTIFY moved");
          } finally {
            logger.info("transferred", amount);
          }
        }
      `,
    ],
    [
      "with the `try` and `finally` around it",
      code`
        import type { Pool } from "pg";
        export async function transfer(pool: Pool, amount: number) {
          const client = await pool.connect();
          await client.query("SET lock_timeout = 100");
          try {
            // Takes it off.
            await client.query("UPDATE t SET balance = balance - $1", [amount]);

            await client.query("NOTIFY moved");
          } finally {
            client.release();
          }
        }
      `,
      code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function transfer(pool: Pool, amount: number) {
          using client = closing(await pool.connect(), (held) => held.release());
          await client.query("SET lock_timeout = 100");
          // Takes it off.
          await client.query("UPDATE t SET balance = balance - $1", [amount]);

          await client.query("NOTIFY moved");
        }
      `,
    ],
    [
      "with the `finally` of a `try` that also catches",
      code`
        import type { Pool } from "pg";
        export async function transfer(pool: Pool, amount: number) {
          const client = await pool.connect();
          await client.query("BEGIN");
          try {
            await client.query("UPDATE t SET balance = balance - $1", [amount]);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            throw error;
          } finally {
            client.release();
          }
        }
      `,
      code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function transfer(pool: Pool, amount: number) {
          using client = closing(await pool.connect(), (held) => held.release());
          await client.query("BEGIN");
          try {
            await client.query("UPDATE t SET balance = balance - $1", [amount]);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            throw error;
          }
        }
      `,
    ],
    [
      "and leaves the text of template literals alone",
      code`
        import type { Pool } from "pg";
        export async function migrate(pool: Pool) {
          const client = await pool.connect();
          await client.query("BEGIN");
          try {
            await client.query(\`
              CREATE TABLE t (
                id int
              )
            \`);
            logger.info(
              "done",
            );
          } finally {
            client.release();
          }
        }
      `,
      code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function migrate(pool: Pool) {
          using client = closing(await pool.connect(), (held) => held.release());
          await client.query("BEGIN");
          await client.query(\`
              CREATE TABLE t (
                id int
              )
            \`);
          logger.info(
            "done",
          );
        }
      `,
    ],
  ])("%s", (_title, before, after) => {
    expect(rewrite(before, withRuntime).text).toBe(after);
  });

  test("with CRLF and tabs", () => {
    const lines = (...all: readonly string[]): string => all.join("\r\n");
    expect(
      rewrite(
        lines(
          `import { open } from "node:fs/promises";`,
          `export async function size(file: string) {`,
          `\tconst handle = await open(file);`,
          `\tawait publish(file);`,
          `\ttry {`,
          `\t\treturn (await handle.stat()).size;`,
          `\t} finally {`,
          `\t\tawait handle.close();`,
          `\t}`,
          `}`,
          ``,
        ),
      ).text,
    ).toBe(
      lines(
        `import { open } from "node:fs/promises";`,
        `export async function size(file: string) {`,
        `\tawait using handle = await open(file);`,
        `\tawait publish(file);`,
        `\treturn (await handle.stat()).size;`,
        `}`,
        ``,
      ),
    );
  });
});

describe("a release stays", () => {
  test.each([
    [
      "in the middle of the block, where a second one does nothing",
      code`
        import { open, readFile } from "node:fs/promises";
        export async function rewriteFile(file: string, text: string) {
          const handle = await open(file, "w");
          await handle.write(text);
          await handle.close();
          return await readFile(file, "utf8");
        }
      `,
      code`
        import { open, readFile } from "node:fs/promises";
        export async function rewriteFile(file: string, text: string) {
          await using handle = await open(file, "w");
          await handle.write(text);
          await handle.close();
          return await readFile(file, "utf8");
        }
      `,
    ],
    [
      "under a condition of its own",
      code`
        import { mkdtemp, rm, writeFile } from "node:fs/promises";
        export async function stage(text: string) {
          const folder = await mkdtemp("/tmp/stage-");
          await writeFile(folder + "/input", text);
          if (ready) {
            await rm(folder, { recursive: true });
            await publish(text);
          } else {
            await rm(folder, { recursive: true });
            logger.info("not ready", await Promise.resolve(1));
          }
        }
      `,
      code`
        import { mkdtemp, rm, writeFile } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function stage(text: string) {
          await using stack = new AsyncExitStack();
          const folder = stack.adopt(await mkdtemp("/tmp/stage-"), (path) => rm(path, { recursive: true, force: true }));
          await writeFile(folder + "/input", text);
          if (ready) {
            await rm(folder, { recursive: true });
            await publish(text);
          } else {
            await rm(folder, { recursive: true });
            logger.info("not ready", await Promise.resolve(1));
          }
        }
      `,
    ],
    [
      "with a comment that would be lost with it",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          await publish(file);
          try {
            return (await handle.stat()).size;
          } finally {
            // NFS keeps the file otherwise, see #482.
            await handle.close();
          }
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          await using handle = await open(file);
          await publish(file);
          try {
            return (await handle.stat()).size;
          } finally {
            // NFS keeps the file otherwise, see #482.
            await handle.close();
          }
        }
      `,
    ],
    [
      "with a `try` whose names would meet others",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          await publish(file);
          try {
            const { size } = await handle.stat();
            logger.info("size", size);
          } finally {
            await handle.close();
          }
          const size = 1;
          return size;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          await using handle = await open(file);
          await publish(file);
          try {
            const { size } = await handle.stat();
            logger.info("size", size);
          } finally {
            await handle.close();
          }
          const size = 1;
          return size;
        }
      `,
    ],
    [
      "in a function of the same name inside",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          const use = async (handle: { close(): Promise<void> }) => {
            await handle.close();
          };
          await use({ close: () => publish(file) });
          const { size } = await handle.stat();
          await handle.close();
          return size;
        }
      `,
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          await using handle = await open(file);
          const use = async (handle: { close(): Promise<void> }) => {
            await handle.close();
          };
          await use({ close: () => publish(file) });
          const { size } = await handle.stat();
          return size;
        }
      `,
    ],
  ])("%s", (_title, before, after) => {
    expect(rewrite(before, withRuntime).text).toBe(after);
  });
});

test("a release that comes before that of an existing `using` stays", () => {
  const text = code`
    import { open } from "node:fs/promises";
    export async function both(one: string, other: string) {
      const handle = await open(one);
      await handle.sync();
      await using later = await open(other);
      await later.sync();
      await handle.close();
    }
  `;
  expect(rewrite(text, withRuntime).text).toBe(text.replace("const handle", "await using handle"));
});
