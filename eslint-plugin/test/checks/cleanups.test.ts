import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("released by a cleanup that is told of it", () => {
  test.each([
    [
      "made from it by another function",
      code`
        import { mkdtemp } from "node:fs/promises";
        declare function removeDirectory(path: string): () => Promise<void>;
        export async function fetched(key: string) {
          const folder = await mkdtemp("/tmp/fetched-");
          const cleanup = removeDirectory(folder); //- const cleanup = () => publish("nothing");
          try {
            await publish(key);
          } catch (error) {
            await cleanup();
            throw error;
          }
          return { size: key.length, cleanup };
        }
        export { removeDirectory };
      `,
    ],
    [
      "in a list of cleanups",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function build(text: string) {
          const cleanups: (() => void)[] = [];
          const folder = mkdtempSync("/tmp/build-");
          cleanups.push(() => rmSync(folder, { recursive: true })); //-
          try {
            parse(text);
          } finally {
            for (const cleanup of cleanups) cleanup();
          }
        }
        export { rmSync };
      `,
    ],
    [
      "in a literal of cleanups",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function build(text: string) {
          const folder = mkdtempSync("/tmp/build-");
          const cleanups = [() => rmSync(folder, { recursive: true })]; //- const cleanups = [() => undefined];
          try {
            parse(text);
          } finally {
            cleanups.forEach((cleanup) => cleanup());
          }
        }
        export { rmSync };
      `,
    ],
    [
      "when the caller's signal is aborted",
      code`
        import { connect } from "node:net";
        export async function listen(port: number, signal: AbortSignal) {
          const socket = connect(port);
          signal.addEventListener("abort", () => socket.destroy(), { once: true }); //-
          await publish("listening");
        }
      `,
    ],
    [
      "when the child that works in it has ended",
      code`
        import { fork } from "node:child_process";
        import { mkdtempSync, rmSync } from "node:fs";
        export function start(script: string) {
          const home = mkdtempSync("/tmp/home-");
          const child = fork(script, [], { env: { ...process.env, HOME: home } });
          child.on("exit", () => rmSync(home, { recursive: true })); //-
        }
        export { rmSync };
      `,
    ],
    [
      "by the test's own hook",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        import { test } from "node:test";
        test("writes", (t) => {
          const folder = mkdtempSync("/tmp/test-");
          t.after(() => rmSync(folder, { recursive: true })); //-
          writeFileSync(folder + "/text", "");
        });
        export { rmSync };
      `,
    ],
    [
      "by a hook of the file, through a variable outside",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        import { afterEach, beforeEach } from "node:test";
        let folder = "";
        beforeEach(() => {
          folder = mkdtempSync("/tmp/test-"); //- const folder = mkdtempSync("/tmp/test-");
          writeFileSync(folder + "/text", "");
        });
        afterEach(() => rmSync(folder, { recursive: true }));
      `,
    ],
    [
      "by a tracker that is told its name",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        declare function trackDirectory(path: string): void;
        export function materialise(bytes: Uint8Array) {
          let folder: string | undefined;
          try {
            folder = mkdtempSync("/tmp/media-");
            writeFileSync(folder + "/media", bytes);
            trackDirectory(folder); //-
            return bytes.length;
          } catch {
            if (folder !== undefined) rmSync(folder, { recursive: true });
            return undefined;
          }
        }
        export { trackDirectory };
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("released however it ends", () => {
  test.each([
    [
      "where it is made in one of two places",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        export async function probe() {
          let folder: string;
          try {
            folder = await mkdtemp("/mnt/store/probe-");
          } catch {
            folder = await mkdtemp("/tmp/probe-");
          }
          try {
            await publish(folder);
          } finally {
            await rm(folder, { recursive: true, force: true }); //-
          }
        }
        export { rm };
      `,
    ],
    [
      "where a variable is null until it is opened",
      code`
        import { openSync, closeSync, writeFileSync } from "node:fs";
        export function lock(path: string) {
          let fd: number | null = null;
          try {
            fd = openSync(path, "wx");
            writeFileSync(fd, String(process.pid));
          } finally {
            if (fd !== null) closeSync(fd); //-
          }
        }
        export { closeSync };
      `,
    ],
    [
      "where several are closed at once, whichever fails",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          try {
            return (await handle.stat()).size;
          } finally {
            await Promise.allSettled([handle.close(), publish("closed")]); //- await publish("closed");
          }
        }
      `,
    ],
    [
      "where two are nested",
      code`
        import { openSync, closeSync, readFileSync, writeFileSync } from "node:fs";
        export function copy(from: string, to: string) {
          const source = openSync(from, "r");
          try {
            const target = openSync(to, "w");
            try {
              writeFileSync(target, readFileSync(source));
            } finally {
              closeSync(target); //-
            }
          } finally {
            closeSync(source);
          }
        }
      `,
    ],
    [
      "where the winner of a race returns",
      code`
        import { open } from "node:fs/promises";
        export async function quick(file: string) {
          const handle = await open(file);
          try {
            return await Promise.race([handle.stat(), publish("late")]);
          } finally {
            await handle.close(); //-
          }
        }
      `,
    ],
    [
      "where each case of a switch returns or throws",
      code`
        import { openSync, closeSync } from "node:fs";
        export function act(file: string, kind: string) {
          const fd = openSync(file, "r");
          try {
            switch (kind) {
              case "size":
                return file.length;
              default:
                throw new RangeError(kind);
            }
          } finally {
            closeSync(fd); //-
          }
        }
      `,
    ],
    [
      "where an alias of the release function is called",
      code`
        import { openSync, closeSync, fsyncSync } from "node:fs";
        export function flush(file: string) {
          const fd = openSync(file, "r+");
          const close = closeSync;
          try {
            fsyncSync(fd);
          } finally {
            close(fd); //-
          }
          return close;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("not released, although it looks like it, where", () => {
  test.each([
    [
      "the cleanup is only called when something fails",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        export async function stage(text: string) {
          const folder = await mkdtemp("/tmp/stage-"); // leak: leaksOnEarlyExit
          const cleanup = async () => rm(folder, { recursive: true });
          try {
            await publish(text);
          } catch (error) {
            await cleanup();
            throw error;
          }
        }
      `,
    ],
    [
      "a file in the directory is removed, and not the directory",
      code`
        import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
        import path from "node:path";
        export function roundTrip(text: string) {
          const folder = mkdtempSync("/tmp/round-"); // leak: neverReleased
          const file = path.join(folder, "text");
          try {
            writeFileSync(file, text);
          } finally {
            unlinkSync(file);
          }
        }
        export { rmSync };
      `,
    ],
    [
      "only the other one is closed",
      code`
        import { openSync, closeSync } from "node:fs";
        export function both(one: string, other: string) {
          const first = openSync(one, "r");
          try {
            const second = openSync(other, "r"); // leak: neverReleased
            logger.debug("both", second);
          } finally {
            closeSync(first);
          }
        }
      `,
    ],
    [
      "`finally` does something that fails first",
      code`
        import { openSync, closeSync, fsyncSync } from "node:fs";
        export function write(file: string) {
          const fd = openSync(file, "w"); // leak: leaksOnThrow
          try {
            logger.info("writing", fd);
          } finally {
            fsyncSync(fd);
            closeSync(fd);
          }
        }
      `,
    ],
    [
      "the transaction's rollback fails before the release",
      code`
        import type { Pool } from "pg";
        export async function save(pool: Pool, sql: string) {
          const client = await pool.connect(); // leak: leaksOnThrow
          try {
            await client.query(sql);
            client.release();
          } catch {
            await client.query("ROLLBACK");
            client.release();
          }
        }
      `,
    ],
    [
      "the connection is tried before anybody has it",
      code`
        import type { Pool } from "pg";
        export async function checkedOut(pool: Pool) {
          const client = await pool.connect(); // leak: leaksOnThrow
          await client.query("SELECT 1");
          return client;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});
