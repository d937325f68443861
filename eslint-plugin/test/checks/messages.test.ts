import { describe, expect, test } from "vitest";

import { type Finding } from "../../src/session/index.js";
import { findingsIn, type Knowledge } from "./check-code.js";
import { code } from "./code.js";

/** A finding as a reader meets it: the message at its place, then the numbered path. */
function told(text: string, { message, place, path }: Finding): string[] {
  const at = ({ range, loc }: Finding["place"]): string =>
    `${loc.start.line}: ${text.slice(...range).replace(/\s+/g, " ")}`;
  return [
    `${at(place)} | ${message}`,
    ...path.map((step, index) => `${index + 1}. ${at(step.place)} | ${step.message}`),
  ];
}

function onlyFindingIn(text: string, knowledge: Knowledge): Finding {
  const findings = findingsIn(text, knowledge);
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
}

describe.each(["typed", "untyped"] as const)("the message and the path (%s)", (knowledge) => {
  test.each([
    [
      "neverReleased, of a descriptor",
      code`
        import fs from "node:fs";
        export function firstLine(file: string) {
          const fd = fs.openSync(file, "r");
          if (fd > 2) {
            return fs.readFileSync(fd, "utf8");
          }
        }
      `,
      [
        "3: fs.openSync | `fd` (file descriptor) is never released: the function leaves at line 7.",
        "1. 3: fs.openSync | acquired here",
        "2. 4: fd > 2 | this is false",
        "3. 7: } | leaves without release",
      ],
    ],
    [
      "neverReleased, by a function that only throws",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function prepare(prefix: string): Promise<never> {
          const folder = await mkdtemp(prefix);
          throw new Error("nothing to do in " + String(folder.length));
        }
      `,
      [
        "3: mkdtemp | `folder` (temporary directory) is never released: the function leaves at line 4.",
        "1. 3: mkdtemp | acquired here",
        '2. 4: throw new Error("nothing to do in " + String(folder.length)); | thrown here',
        '3. 4: throw new Error("nothing to do in " + String(folder.length)); | leaves without release',
      ],
    ],
    [
      "leaksOnThrow, of a pooled connection",
      code`
        import type { Pool } from "pg";
        export async function rename(
          pool: Pool,
          name: string,
        ) {
          const client = await pool.connect();
          logger.info("renaming", name);
          await client.query("UPDATE t SET name = $1", [name]);
          client.release();
        }
      `,
      [
        "6: pool.connect | `client` (pooled connection) is not released if line 8 throws.",
        "1. 6: pool.connect | acquired here",
        '2. 8: await client.query("UPDATE t SET name = $1", [name]) | this may throw',
        "3. 9: client.release() | leaves without release: this is skipped",
      ],
    ],
    [
      "leaksOnThrow, through a `catch`",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd = openSync(file, "r");
          try {
            const text = readFileSync(fd, "utf8");
            closeSync(fd);
            return text;
          } catch (error) {
            logger.warn("unreadable", error);
            return undefined;
          }
        }
      `,
      [
        "3: openSync | `fd` (file descriptor) is not released if line 5 throws.",
        "1. 3: openSync | acquired here",
        '2. 5: readFileSync(fd, "utf8") | this may throw',
        "3. 8: catch | caught here",
        "4. 10: return undefined; | leaves without release",
      ],
    ],
    [
      "leaksOnEarlyExit, of a file handle",
      code`
        import { open } from "node:fs/promises";
        export async function readHeader(file: string) {
          const handle = await open(file);
          try {
            const { size } = await handle.stat();
            if (size < 16) {
              return undefined;
            }
          } catch (error) {
            await handle.close();
            throw error;
          }
          await handle.close();
          return file;
        }
      `,
      [
        "3: open | `handle` (file handle) is not released when the function leaves at line 7.",
        "1. 3: open | acquired here",
        "2. 6: size < 16 | this is true",
        "3. 7: return undefined; | leaves without release",
      ],
    ],
    [
      "leaksOnEarlyExit, where the consumer stops a generator",
      code`
        import { openSync, closeSync } from "node:fs";
        export function* held(file: string) {
          const fd = openSync(file, "r");
          yield file;
          closeSync(fd);
        }
      `,
      [
        "3: openSync | `fd` (file descriptor) is not released when the function leaves at line 4.",
        "1. 3: openSync | acquired here",
        "2. 4: yield file | the consumer may stop here",
        "3. 4: yield file | leaves without release",
      ],
    ],
    [
      "leaksOnEarlyExit, where an optional call is skipped",
      code`
        import { connect, type Socket } from "node:net";
        export function dial(port: number, owner?: { own(socket: Socket): void }) {
          const socket = connect(port);
          owner?.own(socket);
        }
      `,
      [
        "3: connect | `socket` (socket) is not released when the function leaves at line 5.",
        "1. 3: connect | acquired here",
        "2. 4: owner | this is null or undefined",
        "3. 5: } | leaves without release",
      ],
    ],
    [
      "overwritten, of a socket",
      code`
        import { connect, type Socket } from "node:net";
        export function last(ports: readonly number[]) {
          let socket: Socket | undefined;
          for (const port of ports) {
            socket = connect({ port, timeout: 100 });
          }
          socket?.end();
        }
      `,
      [
        "5: connect | `socket` (socket) is overwritten at line 5 before it is released.",
        "1. 5: connect | acquired here",
        "2. 5: connect({ port, timeout: 100 }) | overwritten here",
      ],
    ],
    [
      "discarded, of a temporary directory",
      code`
        import { mkdtempSync } from "node:fs";
        export function warmUp() {
          mkdtempSync("/tmp/warm-");
        }
      `,
      [
        "3: mkdtempSync | This temporary directory is discarded, so nothing can release it.",
        "1. 3: mkdtempSync | acquired here",
      ],
    ],
  ])("%s", (_title, text, lines) => {
    expect(told(text, onlyFindingIn(text, knowledge))).toEqual(lines);
  });

  test("a path ends at the release of the `finally` that is cut short", () => {
    const text = code`
      import type { Pool } from "pg";
      export async function pending(pool: Pool) {
        const client = await pool.connect();
        try {
          return (await client.query("SELECT 1")).rows;
        } finally {
          await client.query("RESET ALL");
          client.release();
        }
      }
    `;
    const finding = onlyFindingIn(text, knowledge);
    expect(finding.message).toBe("`client` (pooled connection) is not released if line 7 throws.");
    expect(told(text, finding).at(-1)).toBe(
      "4. 8: client.release() | leaves without release: this is skipped",
    );
  });

  test("a failure that is only thrown again is told by where it began", () => {
    const text = code`
      import { openSync, closeSync, readFileSync } from "node:fs";
      export function read(file: string) {
        const fd = openSync(file, "r");
        try {
          logger.info(readFileSync(fd, "utf8"));
        } catch (error) {
          logger.warn("unreadable", error);
          throw error;
        }
        closeSync(fd);
      }
    `;
    expect(told(text, onlyFindingIn(text, knowledge))).toEqual([
      "3: openSync | `fd` (file descriptor) is not released if line 5 throws.",
      "1. 3: openSync | acquired here",
      '2. 5: readFileSync(fd, "utf8") | this may throw',
      "3. 6: catch | caught here",
      "4. 8: throw error; | thrown here",
      "5. 10: closeSync(fd) | leaves without release: this is skipped",
    ]);
  });

  test("two leaks of one function are told in the order of the source", () => {
    const text = code`
      import { open } from "node:fs/promises";
      export async function copy(from: string, to: string) {
        const source = await open(from);
        const target = await open(to, "w");
        await target.writeFile(await source.readFile());
        await source.close();
        await target.close();
      }
    `;
    expect(findingsIn(text, knowledge).map(({ message }) => message)).toEqual([
      "`source` (file handle) is not released if line 4 throws.",
      "`target` (file handle) is not released if line 5 throws.",
    ]);
  });
});
