import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("released under the condition under which it was acquired", () => {
  test.each([
    [
      "a client that was not given",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, given?: PoolClient) {
          const client = given ?? (await pool.connect());
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (!given) client.release(); //-
          }
        }
      `,
    ],
    [
      "a client that was not given, by `||`",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, given: PoolClient | undefined) {
          const client = given || (await pool.connect());
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (!given) client.release(); //- if (given) client.release();
          }
        }
      `,
    ],
    [
      "a client that was not given, compared with undefined",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, given?: PoolClient) {
          const client = given ?? (await pool.connect());
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (given === undefined) client.release(); //- if (given !== undefined) client.release();
          }
        }
      `,
    ],
    [
      "a query runner that the object does not have",
      code`
        interface Runner { query(text: string): Promise<void>; release(): Promise<void> }
        export class Executor {
          readonly runner?: Runner;
          constructor(readonly source: { createQueryRunner(): Runner }) {}
          async execute(text: string) {
            const runner = this.runner ?? this.source.createQueryRunner();
            try {
              await runner.query(text);
            } finally {
              if (!this.runner) await runner.release(); //- if (this.runner) await runner.release();
            }
          }
        }
      `,
    ],
    [
      "a client that the options do not bring",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, options: { readonly client?: PoolClient }) {
          const client = options.client ?? (await pool.connect());
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (options.client == null) client.release(); //- if (options.client != null) client.release();
          }
        }
      `,
    ],
    [
      "under the name of a condition",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, given?: PoolClient) {
          const isOwn = !given;
          const client = given ?? (await pool.connect());
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (isOwn) client.release(); //- if (!isOwn) client.release();
          }
        }
      `,
    ],
    [
      "by a conditional expression",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(source: string | number) {
          const isPath = typeof source === "string";
          const fd = isPath ? openSync(source, "r") : source;
          try {
            return readFileSync(fd, "utf8");
          } finally {
            if (isPath) closeSync(fd); //- if (!isPath) closeSync(fd);
          }
        }
      `,
    ],
    [
      "by `if`, in another branch of which nothing is acquired",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        export function stage(dryRun: boolean, text: string) {
          let folder = "/dev/null";
          if (!dryRun) {
            folder = mkdtempSync("/tmp/stage-");
          }
          try {
            writeFileSync(folder + "/text", text);
          } finally {
            if (!dryRun) rmSync(folder, { recursive: true }); //- if (dryRun) rmSync(folder, { recursive: true });
          }
        }
      `,
    ],
    [
      "by a mode that is compared",
      code`
        import { openSync, closeSync, fsyncSync } from "node:fs";
        export function flush(mode: "file" | "none") {
          let fd = -1;
          if (mode === "file") {
            fd = openSync(config.file, "a");
          }
          try {
            fsyncSync(fd);
          } finally {
            if (mode === "file") closeSync(fd); //- if (mode !== "file") closeSync(fd);
          }
        }
      `,
    ],
    [
      "by a flag that is set beside it",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, given: PoolClient | undefined) {
          let client = given;
          let owned = false;
          if (!client) {
            client = await pool.connect();
            owned = true;
          }
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (owned) client.release(); //- if (!owned) client.release();
          }
        }
      `,
    ],
    [
      "by one of two conditions, both of which hold",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        export function stage(enabled: boolean, text: string | undefined) {
          if (enabled && text) {
            const folder = mkdtempSync("/tmp/stage-");
            try {
              writeFileSync(folder + "/text", text);
            } finally {
              if (enabled) rmSync(folder, { recursive: true }); //- if (!enabled) rmSync(folder, { recursive: true });
            }
          }
        }
      `,
    ],
    [
      "where either of two conditions holds",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        export function stage(dryRun: boolean, force: boolean) {
          if (!dryRun) {
            const folder = mkdtempSync("/tmp/stage-");
            try {
              writeFileSync(folder + "/text", "");
            } finally {
              if (force || !dryRun) rmSync(folder, { recursive: true }); //- if (force || dryRun) rmSync(folder, { recursive: true });
            }
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("leaks under a condition that says nothing of the acquisition", () => {
  test.each([
    [
      "the wrong way round",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, given?: PoolClient) {
          const client = given ?? (await pool.connect()); // leak: leaksOnEarlyExit
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (given) client.release();
          }
        }
      `,
    ],
    [
      "another option",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function names(pool: Pool, options: { client?: PoolClient; keep?: boolean }) {
          const client = options.client ?? (await pool.connect()); // leak: leaksOnEarlyExit
          try {
            return (await client.query("SELECT name FROM item")).rows;
          } finally {
            if (!options.keep) client.release();
          }
        }
      `,
    ],
    [
      "a condition that has changed meanwhile",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function stage(skip: boolean) {
          if (!skip) {
            const folder = mkdtempSync("/tmp/stage-"); // leak: leaksOnEarlyExit
            skip = folder.length > 20;
            if (!skip) rmSync(folder, { recursive: true });
          }
        }
      `,
    ],
    [
      "a flag that is taken back",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function stage(name: string) {
          let made = false;
          let folder = name;
          if (name === "") {
            folder = mkdtempSync("/tmp/stage-"); // leak: leaksOnEarlyExit
            made = true;
          }
          if (folder.length > 20) made = false;
          if (made) rmSync(folder, { recursive: true });
        }
      `,
    ],
    [
      "a flag of an unknown value",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function stage(keep: () => boolean) {
          const folder = mkdtempSync("/tmp/stage-"); // leak: leaksOnEarlyExit
          const temporary = !keep();
          if (temporary) rmSync(folder, { recursive: true });
        }
      `,
    ],
    [
      "one of two conditions alone",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function stage(enabled: boolean, force: boolean) {
          if (enabled) {
            const folder = mkdtempSync("/tmp/stage-"); // leak: leaksOnEarlyExit
            if (enabled && force) rmSync(folder, { recursive: true });
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a test of the resource itself", () => {
  test.each([
    ["`if (handle)`", "if (handle) await handle.close();"],
    ["`if (handle !== undefined)`", "if (handle !== undefined) await handle.close();"],
    ["`if (handle != null)`", "if (handle != null) await handle.close();"],
    ["`handle?.close()`", "await handle?.close();"],
    ["`typeof handle !== 'undefined'`", "if (typeof handle !== 'undefined') await handle.close();"],
    ["`handle && …`", "handle && (await handle.close());"],
  ])("%s holds where it was acquired", (_title, release) => {
    expectSound(code`
      import { open, type FileHandle } from "node:fs/promises";
      export async function size(file: string) {
        let handle: FileHandle | undefined;
        try {
          handle = await open(file);
          return (await handle.stat()).size;
        } finally {
          ${release} //-
        }
      }
    `);
  });
});

describe("what the resource says of its own state", () => {
  test.each([
    ["`!held.isReleased`", "if (!held.isReleased) await held.release();"],
    ["`held && !held.isReleased`", "if (held && !held.isReleased) await held.release();"],
    ["`!held.closed`", "if (!held.closed) await held.release();"],
    ["`held.isConnected()`", "if (held.isConnected()) await held.release();"],
  ])("%s holds as long as nobody has released it", (_title, release) => {
    expectSound(code`
      export async function work(source: any) {
        let held;
        try {
          held = source.createQueryRunner();
          await held.query("SELECT 1");
        } finally {
          ${release} //-
        }
      }
    `);
  });

  test("says nothing by another name", () => {
    expectMarkedLeaks(code`
      export async function work(source: any) {
        const held = source.createQueryRunner(); // leak: leaksOnEarlyExit
        try {
          await held.query("SELECT 1");
        } finally {
          if (held.isTransactionActive) await held.release();
        }
      }
    `);
  });
});

describe("a name that is set beside the acquisition", () => {
  test("is there as long as the resource is", () => {
    expectSound(code`
      import { createReadStream } from "node:fs";
      import { basename } from "node:path";
      import type { Readable } from "node:stream";
      declare function put(name: string, body: Readable): Promise<void>;
      export async function upload(file: string | undefined, given: string | undefined) {
        let name = given;
        let body: Readable = process.stdin;
        if (file) {
          body = createReadStream(file);
          name = name ?? basename(file); //-
        }
        if (!name) return 1;
        try {
          await put(name, body);
        } finally {
          body.destroy();
        }
        return 0;
      }
    `);
  });

  test("is not where it may be set to nothing later", () => {
    expectMarkedLeaks(code`
      import { createReadStream } from "node:fs";
      import { basename } from "node:path";
      import type { Readable } from "node:stream";
      export function upload(file: string | undefined, given: string | undefined) {
        let name = given;
        let body: Readable = process.stdin;
        if (file) {
          body = createReadStream(file); // leak: leaksOnEarlyExit
          name = name ?? basename(file);
        }
        if (given === "none") name = undefined;
        if (!name) return 1;
        body.destroy();
        return 0;
      }
    `);
  });
});

describe("a flag that only a callback sets, and the `finally` asks", () => {
  test("keeps the resource on purpose", () => {
    expectSound(code`
      import { open } from "node:fs/promises";
      export async function copy(file: string, work: () => Promise<void>) {
        const handle = await open(file);
        let late = false;
        setTimeout(() => { late = true; }, 1000);
        try {
          await work();
        } finally {
          // After that time the work goes on, and still reads.
          if (!late) await handle.close(); //- if (file !== "") await handle.close();
        }
      }
    `);
  });

  test("is no reason where the function sets it, too", () => {
    expectMarkedLeaks(code`
      import { open } from "node:fs/promises";
      export async function copy(file: string, work: () => Promise<boolean>) {
        const handle = await open(file); // leak: leaksOnEarlyExit
        let late = false;
        try {
          late = await work();
        } finally {
          if (!late) await handle.close();
        }
      }
    `);
  });
});

test("what releases a resource is there, however it is called", () => {
  expectSound(code`
    import { createWriteStream, type WriteStream } from "node:fs";
    export async function save(file: string | undefined) {
      let stream: WriteStream | undefined;
      if (file) stream = createWriteStream(file);
      try {
        await publish("saved");
      } finally {
        stream?.destroy?.(); //- stream?.cork?.();
      }
    }
  `);
});
