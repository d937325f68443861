import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

describe("another owns the resource when it is", () => {
  test.each([
    [
      "returned",
      code`
        import { open } from "node:fs/promises";
        export async function openLog(file: string) {
          const handle = await open(file, "a");
          return handle; //-
        }
      `,
    ],
    [
      "returned as its promise",
      code`
        import type { Pool } from "pg";
        export async function checkOut(pool: Pool, name: string) {
          const client = await pool.connect();
          client.on("error", (error) => logger.warn(name, error));
          return await Promise.resolve(client); //-
        }
      `,
    ],
    [
      "returned in an object",
      code`
        import { mkdtemp } from "node:fs/promises";
        import { join } from "node:path";
        export async function newWorkspace(prefix: string) {
          const root = await mkdtemp(prefix);
          return { root, logs: join(root, "logs") }; //-
        }
      `,
    ],
    [
      "returned by a conditional expression",
      code`
        import { openSync } from "node:fs";
        export function reopen(file: string, previous: number | undefined) {
          const fd = openSync(file, "a");
          return previous === undefined ? fd : -fd; //- return previous;
        }
      `,
    ],
    [
      "given to the consumer of a generator",
      code`
        import { open } from "node:fs/promises";
        export async function* eachLog(files: readonly string[]) {
          for (const file of files) {
            const handle = await open(file);
            yield handle; //- yield handle.fd;
          }
        }
      `,
    ],
    [
      "stored in a field",
      code`
        import { connect, type Socket } from "node:net";
        export class Statsd {
          #socket: Socket | undefined;
          start(port: number) {
            const socket = connect(port);
            socket.setNoDelay(true);
            this.#socket = socket; //-
          }
          stop() {
            this.#socket?.destroy();
          }
        }
      `,
    ],
    [
      "stored in a variable of the module",
      code`
        import { openSync, writeSync } from "node:fs";
        let current: number | undefined;
        export function rotate(file: string) {
          const fd = openSync(file, "a");
          current = fd; //-
          writeSync(fd, "rotated\n");
        }
        export const write = (line: string) => current !== undefined && writeSync(current, line);
      `,
    ],
    [
      "assigned to a variable of the function around",
      code`
        import type { Pool, PoolClient } from "pg";
        export function lazy(pool: Pool) {
          let client: PoolClient | undefined;
          return async (sql: string) => {
            client ??= await pool.connect(); //- const client = await pool.connect();
            return (await client.query(sql)).rows;
          };
        }
      `,
    ],
    [
      "pushed to an array",
      code`
        import { mkdtempSync } from "node:fs";
        const created: string[] = [];
        export function scratch(prefix: string) {
          const folder = mkdtempSync(prefix);
          created.push(folder); //-
          logger.debug("scratch folder", folder);
        }
      `,
    ],
    [
      "put into a map",
      code`
        import { connect, type Socket } from "node:net";
        const sockets = new Map<number, Socket>();
        export function dial(port: number) {
          const socket = connect(port);
          sockets.set(port, socket); //-
          socket.write("HELO\r\n");
        }
      `,
    ],
    [
      "put into a set",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        const open_ = new Set<FileHandle>();
        export async function hold(file: string) {
          const handle = await open(file);
          open_.add(handle); //-
          await handle.stat();
        }
      `,
    ],
    [
      "stored as a property of an object that is passed in",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function provide(context: { folder?: string }, prefix: string) {
          const folder = await mkdtemp(prefix);
          context.folder = folder; //- context.folder = "" + folder.length;
        }
      `,
    ],
    [
      "given to a constructor",
      code`
        import type { Pool, PoolClient } from "pg";
        class Session {
          readonly client: PoolClient;
          constructor(client: PoolClient) {
            this.client = client;
          }
        }
        export async function startSession(pool: Pool) {
          const client = await pool.connect();
          const session = new Session(client); //- const session = undefined;
          logger.info("session started", session);
        }
      `,
    ],
    [
      "given to a function of another module that can release it",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        declare function serve(handle: FileHandle): void;
        export async function start(file: string) {
          const handle = await open(file);
          serve(handle); //- logger.info("not served", handle.fd);
        }
      `,
    ],
    [
      "streamed by an object that closes it",
      code`
        import { open } from "node:fs/promises";
        import type { ServerResponse } from "node:http";
        export async function send(file: string, response: ServerResponse) {
          const handle = await open(file);
          handle.createReadStream().pipe(response); //- response.end(String(handle.fd));
        }
      `,
    ],
    [
      "piped away",
      code`
        import { connect, type Socket } from "node:net";
        export function forward(client: Socket, port: number) {
          const upstream = connect(port);
          client.pipe(upstream).pipe(client); //- client.end();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test("stored in a field where it is acquired", () => {
    expectSound(code`
      import { open, type FileHandle } from "node:fs/promises";
      export class Journal {
        handle: FileHandle | undefined;
        async start(file: string) {
          this.handle = await open(file, "a"); //- const handle = await open(file, "a");
          return file;
        }
      }
    `);
  });

  test("returned by an arrow function's expression", () => {
    expectSound(code`
      import net from "node:net";
      export const dial = (port: number) => net.connect(port); //- export const dial = (port: number) => { net.connect(port); };
    `);
  });
});

describe("a function of the same file", () => {
  test.each([
    ["that closes what it gets", "await handle.close();"],
    [
      "that closes it in `finally`",
      "try { await handle.stat(); } finally { await handle.close(); }",
    ],
    ["that keeps it in a field", "kept.handle = handle;"],
    ["that keeps it in a collection", "all.push(handle);"],
    ["that passes it on to one that closes it", "await really(handle);"],
    ["that passes it to code elsewhere", "elsewhere(handle);"],
    ["that captures it in a callback", "process.once('exit', () => void handle.close());"],
  ])("%s owns it", (_title, body) => {
    expectSound(code`
      import { open, type FileHandle } from "node:fs/promises";
      const kept: { handle?: FileHandle } = {};
      const all: FileHandle[] = [];
      declare function elsewhere(handle: FileHandle): void;
      async function really(handle: FileHandle) {
        await handle.close();
      }
      async function finish(handle: FileHandle) {
        ${body} //- await handle.sync();
      }
      export async function use(file: string) {
        const handle = await open(file, "w");
        await finish(handle);
      }
      export { all, elsewhere, kept, really };
    `);
  });

  test.each([
    ["a declaration", "async function count(handle: FileHandle) {", "}"],
    ["an arrow function", "const count = async (handle: FileHandle) => {", "};"],
    ["a function expression", "const count = async function (handle: FileHandle) {", "};"],
  ])("that only uses it (%s) leaves it to its owner", (_title, head, tail) => {
    expectMarkedLeaks(code`
      import { open, type FileHandle } from "node:fs/promises";
      ${head}
        const { size } = await handle.stat();
        logger.debug("size", size);
        return size;
      ${tail}
      export async function use(file: string) {
        const handle = await open(file); // leak: neverReleased
        return await count(handle);
      }
    `);
  });

  test("that takes a path only reads it", () => {
    expectMarkedLeaks(code`
      import { execFileSync } from "node:child_process";
      import { mkdtempSync, readFileSync } from "node:fs";
      import path from "node:path";
      function unpack(archive: string, folder: string) {
        execFileSync("tar", ["-xf", archive, "-C", path.resolve(folder)]);
      }
      export function manifestOf(archive: string) {
        const folder = mkdtempSync("/tmp/unpack-"); // leak: neverReleased
        unpack(archive, folder);
        return JSON.parse(readFileSync(folder + "/manifest.json", "utf8")) as unknown;
      }
    `);
  });

  test("may release through a function of `fs`", () => {
    expectSound(code`
      import fs from "node:fs";
      function drop(folder: string) {
        fs.rmSync(folder, { recursive: true, force: true }); //-
        logger.debug("dropped", folder);
      }
      export function measure(prefix: string) {
        const folder = fs.mkdtempSync(prefix);
        try {
          return fs.readdirSync(folder).length;
        } finally {
          drop(folder);
        }
      }
    `);
  });

  test("that calls itself ends", () => {
    expectMarkedLeaks(code`
      import { open, type FileHandle } from "node:fs/promises";
      async function skip(handle: FileHandle, bytes: number): Promise<void> {
        const { bytesRead } = await handle.read(Buffer.alloc(bytes));
        if (bytesRead < bytes) await skip(handle, bytes - bytesRead);
      }
      export async function use(file: string) {
        const handle = await open(file); // leak: neverReleased
        await skip(handle, 1024);
      }
    `);
  });
});

describe("the block owns what is declared with", () => {
  test.each([
    ["await using", "await using handle = await open(file);"],
    ["await using, and used by name only", "await using handle = await open(file, 'r');"],
  ])("%s", (_title, declaration) => {
    expectSound(code`
      import { open } from "node:fs/promises";
      export async function size(file: string) {
        ${declaration} //- const handle = await open(file);
        return (await handle.stat()).size;
      }
    `);
  });

  test.each([
    [
      "closing",
      code`
        import { connect } from "node:net";
        import { closing } from "unwind";
        export async function ask(port: number) {
          using socket = closing(connect(port), (held) => held.end()); //- const socket = connect(port);
          socket.write("PING\r\n");
          for await (const piece of socket.iterator({ destroyOnReturn: false })) return String(piece);
          return undefined;
        }
        export { closing };
      `,
    ],
    [
      "closing, in a second variable",
      code`
        import type { Pool } from "pg";
        import { closing } from "unwind";
        export async function ask(pool: Pool) {
          const client = await pool.connect();
          using held = closing(client, (client) => client.release()); //- const held = client;
          return (await held.query("SELECT 1")).rows;
        }
        export { closing };
      `,
    ],
    [
      "an ExitStack that adopts it",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function read(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, "r"), closeSync); //- const fd = openSync(file, "r");
          return readFileSync(fd, "utf8");
        }
      `,
    ],
    [
      "an AsyncExitStack that adopts it later",
      code`
        import { mkdtemp, rm, writeFile } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function stage(prefix: string) {
          await using stack = new AsyncExitStack();
          const folder = await mkdtemp(prefix);
          stack.adopt(folder, (path) => rm(path, { recursive: true })); //-
          await writeFile(folder + "/input", "");
        }
      `,
    ],
    [
      "an AsyncExitStack that uses it",
      code`
        import { open } from "node:fs/promises";
        import { AsyncExitStack } from "unwind";
        export async function sizes(files: readonly string[]) {
          await using stack = new AsyncExitStack();
          const handles = [];
          for (const file of files) {
            const handle = await open(file);
            stack.use(handle); //-
            handles.push(handle.fd);
          }
          return handles;
        }
      `,
    ],
    [
      "a deferred release",
      code`
        import { openSync, closeSync, fsyncSync } from "node:fs";
        import { ExitStack } from "unwind";
        export function flush(file: string) {
          using stack = new ExitStack();
          const fd = openSync(file, "r+");
          stack.defer(() => closeSync(fd)); //-
          fsyncSync(fd);
        }
      `,
    ],
    [
      "a release of its own that is deferred",
      code`
        import type { Pool } from "pg";
        import { defer } from "unwind";
        export async function ask(pool: Pool) {
          const client = await pool.connect();
          using released = defer(() => client.release()); //- const released = undefined;
          logger.debug("held", released);
          return (await client.query("SELECT 1")).rows;
        }
        export { defer };
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test("the engine's own stack", () => {
    expectSound(code`
      import { openSync, closeSync, readFileSync } from "node:fs";
      declare class DisposableStack {
        adopt<T>(value: T, release: (value: T) => void): T;
        [Symbol.dispose](): void;
      }
      export function read(file: string) {
        using stack = new DisposableStack();
        const fd = openSync(file, "r");
        stack.adopt(fd, closeSync); //-
        return readFileSync(fd, "utf8");
      }
      export { closeSync };
    `);
  });
});

describe("a closure that captures the resource", () => {
  test.each([
    [
      "and is returned, owns it",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function scratch(prefix: string) {
          const folder = mkdtempSync(prefix);
          return () => rmSync(folder, { recursive: true }); //-
        }
        export { rmSync };
      `,
    ],
    [
      "and is returned in an object, owns it",
      code`
        import type { Pool } from "pg";
        export async function unitOfWork(pool: Pool) {
          const client = await pool.connect();
          return { //-
            query: (sql: string) => client.query(sql), //-
            async [Symbol.asyncDispose]() { client.release(); }, //-
          }; //-
        }
      `,
    ],
    [
      "and is registered as a hook, owns it",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        export function pidFile(prefix: string) {
          const folder = mkdtempSync(prefix);
          process.on("exit", () => rmSync(folder, { recursive: true })); //-
          writeFileSync(folder + "/pid", String(process.pid));
        }
        export { rmSync };
      `,
    ],
    [
      "and is called by name, releases it there",
      code`
        import { openSync, closeSync, readSync } from "node:fs";
        export function magic(file: string) {
          const fd = openSync(file, "r");
          const close = () => closeSync(fd);
          try {
            const bytes = Buffer.alloc(4);
            readSync(fd, bytes);
            return bytes.toString("latin1");
          } finally {
            close(); //-
          }
        }
      `,
    ],
    [
      "and is a cleanup function declared below, releases it there",
      code`
        import { mkdtemp, rm, writeFile } from "node:fs/promises";
        export async function stage(prefix: string) {
          const folder = await mkdtemp(prefix);
          try {
            await writeFile(folder + "/stamp", "");
          } finally {
            await cleanUp(); //-
          }
          async function cleanUp() {
            await rm(folder, { recursive: true, force: true });
          }
        }
      `,
    ],
    [
      "and runs when the socket is closed or fails, owns it",
      code`
        import { connect } from "node:net";
        export function probe(port: number, report: (up: boolean) => void) {
          const socket = connect(port);
          socket.once("connect", () => { report(true); socket.end(); }); //-
          socket.once("error", () => report(false));
        }
      `,
    ],
    [
      "in a promise's executor, may release it",
      code`
        import { connect } from "node:net";
        export function isUp(port: number) {
          const socket = connect(port);
          return new Promise<boolean>((resolve) => {
            socket.once("error", () => resolve(false));
            socket.once("connect", () => {
              socket.end(); //-
              resolve(true);
            });
          });
        }
      `,
    ],
    [
      "in a timer, may release it",
      code`
        import { connect } from "node:net";
        export function knock(port: number) {
          const socket = connect(port);
          setTimeout(() => socket.destroy(), 1000); //-
          socket.write("knock");
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test("does not own the socket on which it listens", () => {
    expectMarkedLeaks(code`
      import { connect } from "node:net";
      export function greet(port: number) {
        const socket = connect(port); // leak: neverReleased
        socket.on("connect", () => {
          socket.write("HELO\r\n");
        });
        socket.on("data", (data) => {
          logger.info("answer", data.length, socket.bytesRead);
        });
      }
    `);
  });

  test("runs at once in `forEach` and `map`, and only uses it there", () => {
    expectMarkedLeaks(code`
      import { openSync, writeSync } from "node:fs";
      export function writeLines(file: string, lines: readonly string[]) {
        const fd = openSync(file, "w"); // leak: neverReleased
        lines.forEach((line) => writeSync(fd, line + "\n"));
        return lines.map((line) => writeSync(fd, line.trim())).length;
      }
    `);
  });

  test("that writes to the awaited client only uses it", () => {
    expectMarkedLeaks(code`
      import type { Pool } from "pg";
      export async function insertAll(pool: Pool, names: readonly string[]) {
        const client = await pool.connect(); // leak: neverReleased
        await Promise.all(names.map((name) => client.query("INSERT INTO t VALUES ($1)", [name])));
      }
    `);
  });
});

describe("an alias", () => {
  test.each([
    ["a second name", "const second = handle;", "await second.close();"],
    ["a third name", "const second = handle; const third = second;", "await third.close();"],
    ["a type assertion", "const second = handle as FileHandle;", "await second.close();"],
    ["a default", "const second = handle ?? undefined;", "await second.close();"],
    ["an assignment", "let second; second = handle;", "await second.close();"],
  ])("%s releases the same resource", (_title, alias, release) => {
    expectSound(code`
      import { open, type FileHandle } from "node:fs/promises";
      export async function size(file: string) {
        const handle = await open(file);
        ${alias}
        try {
          return (await handle.stat()).size;
        } finally {
          ${release} //-
        }
      }
      export type { FileHandle };
    `);
  });

  test("an object that takes the place of what it holds keeps it", () => {
    expectSound(
      code`
        export function show(file, viewer) {
          let url = URL.createObjectURL(file);
          if (file.name) url = { url, name: file.name }; //- if (file.name) url = { name: file.name };
          viewer.keep(url);
        }
      `,
      { file: "subject.js" },
    );
  });

  test("a path that is made real is the same directory", () => {
    expectSound(code`
      import { mkdtempSync, realpathSync, rmSync } from "node:fs";
      import { tmpdir } from "node:os";
      import path from "node:path";
      export function scratch(test: (folder: string) => void) {
        const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "scratch-")));
        const real = path.resolve(folder);
        try {
          test("in " + folder);
        } finally {
          rmSync(real, { recursive: true }); //-
        }
      }
      export { rmSync };
    `);
  });

  test("a path below the directory owns nothing", () => {
    expectMarkedLeaks(code`
      import { mkdtemp, rm, writeFile } from "node:fs/promises";
      import path from "node:path";
      export async function stage(text: string) {
        const folder = await mkdtemp("/tmp/stage-"); // leak: neverReleased
        const input = path.join(folder, "input.txt");
        const output = \`\${folder}/output.txt\`;
        await writeFile(input, text);
        await rm(input);
        await rm(output);
      }
    `);
  });

  test("a path below the directory that is returned hands the directory over", () => {
    expectSound(code`
      import { mkdtemp } from "node:fs/promises";
      import path from "node:path";
      export async function stage(text: string) {
        const folder = await mkdtemp("/tmp/stage-");
        const input = path.join(folder, "input.txt");
        logger.debug("staging", text.length);
        return input; //-
      }
    `);
  });

  test("the directory's path that is printed stays with the function", () => {
    expect(
      findingsIn(code`
        import { mkdtempSync } from "node:fs";
        export function show() {
          const folder = mkdtempSync("/tmp/show-");
          console.log("see " + folder);
        }
      `),
    ).toMatchObject([{ messageId: "neverReleased" }]);
  });
});

describe("whoever is only shown the resource does not own it", () => {
  test.each([
    ["a logger", `logger.info("opened", handle);`],
    ["the console", `console.log("opened", handle);`],
    ["a logger in a field", `services.logger.info("opened", handle);`],
    ["an assertion", `assert(handle);`],
    ["a conversion to text", `logger.info(String(handle) + JSON.stringify(handle));`],
    ["a comparison", `if (handle === previous) logger.info("the same");`],
    ["a test", `if (!handle) throw new Error("no handle");`],
    ["`typeof`", `logger.info(typeof handle);`],
    ["a property that is read", `logger.info("opened", handle.fd);`],
    ["destructuring", `const { fd } = handle; logger.info("opened", fd);`],
    ["a method", `await handle.stat();`],
    ["an optional call", `await handle?.stat();`],
  ])("%s", (_title, use) => {
    expectMarkedLeaks(code`
      import assert from "node:assert";
      import { open } from "node:fs/promises";
      declare const services: { readonly logger: typeof logger };
      declare const previous: unknown;
      export async function touch(file: string) {
        const handle = await open(file, "a"); // leak: neverReleased
        ${use}
      }
      export { assert, previous, services };
    `);
  });

  test("`events.once` waits for it", () => {
    expectMarkedLeaks(code`
      import { once } from "node:events";
      import { connect } from "node:net";
      export async function reach(port: number) {
        const socket = connect(port); // leak: neverReleased
        await once(socket, "connect");
        logger.info("connected", socket.remoteAddress);
      }
    `);
  });

  test("a parameter without a release method cannot own it, as types tell", () => {
    const text = code`
      import { open } from "node:fs/promises";
      declare function describe(file: { readonly fd: number }): string;
      export async function show(file: string) {
        const handle = await open(file); // leak: neverReleased
        return describe(handle);
      }
    `;
    expectMarkedLeaks(text, {}, ["typed"]);
    expect(findingsIn(text, "untyped")).toEqual([]);
  });
});
