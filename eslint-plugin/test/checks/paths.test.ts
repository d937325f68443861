import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

describe("leaks when something throws", () => {
  test.each([
    [
      "between acquisition and release",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function readConfig(file: string) {
          const fd = openSync(file, "r"); // leak: leaksOnThrow
          const settings = parse(readFileSync(fd, "utf8"));
          closeSync(fd);
          return settings;
        }
      `,
    ],
    [
      "between acquisition and `try`",
      code`
        import type { Pool } from "pg";
        export async function inTransaction(pool: Pool, sql: string) {
          const client = await pool.connect(); // leak: leaksOnThrow
          await client.query("BEGIN");
          try {
            await client.query(sql);
            await client.query("COMMIT");
          } finally {
            client.release();
          }
        }
      `,
    ],
    [
      "in `catch` before the release there",
      code`
        import type { Pool } from "pg";
        export async function inTransaction(pool: Pool, sql: string) {
          const client = await pool.connect(); // leak: leaksOnThrow
          try {
            await client.query("BEGIN");
            await client.query(sql);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            client.release();
            throw error;
          }
          client.release();
        }
      `,
    ],
    [
      "while a second one is acquired",
      code`
        import { open } from "node:fs/promises";
        export async function copy(from: string, to: string) {
          const source = await open(from); // leak: leaksOnThrow
          const target = await open(to, "w");
          try {
            await target.writeFile(await source.readFile());
          } finally {
            await Promise.all([target.close(), source.close()]);
          }
        }
      `,
    ],
    [
      "while the first one is released",
      code`
        import { open } from "node:fs/promises";
        export async function both(one: string, other: string) {
          const first = await open(one);
          try {
            const second = await open(other); // leak: leaksOnThrow
            await first.close();
            await second.close();
          } finally {
            await first.close();
          }
        }
      `,
    ],
    [
      "by a `throw` of its own",
      code`
        import { mkdtempSync, readdirSync, rmSync } from "node:fs";
        export function list() {
          const folder = mkdtempSync("/tmp/list-"); // leak: leaksOnThrow
          if (ready) throw new Error("too early");
          rmSync(folder, { recursive: true });
        }
        export { readdirSync };
      `,
    ],
    [
      "in an argument of the release",
      code`
        import { connect } from "node:net";
        export function say(port: number, text: string) {
          const socket = connect(port); // leak: leaksOnThrow
          socket.end(JSON.stringify(parse(text)));
        }
      `,
    ],
    [
      "in an `await` of something else",
      code`
        import { connect } from "node:net";
        declare function announce(port: number): Promise<void>;
        export async function knock(port: number) {
          const socket = connect(port); // leak: leaksOnThrow
          await announce(port);
          socket.destroy();
        }
      `,
    ],
    [
      "in a loop's test",
      code`
        import { openSync, closeSync, readSync } from "node:fs";
        export function count(file: string) {
          const fd = openSync(file, "r"); // leak: leaksOnThrow
          const chunk = Buffer.alloc(4096);
          let total = 0;
          for (let got; (got = readSync(fd, chunk)) > 0; ) total += got;
          closeSync(fd);
          return total;
        }
      `,
    ],
    [
      "in `for await`, when the next value is asked for",
      code`
        import { open } from "node:fs/promises";
        export async function save(file: string, pieces: AsyncIterable<string>) {
          const handle = await open(file, "w"); // leak: leaksOnThrow
          for await (const piece of pieces) logger.debug("piece", piece);
          await handle.close();
        }
      `,
    ],
    [
      "in a local function that throws",
      code`
        import { openSync, closeSync } from "node:fs";
        function check(size: number) {
          if (size < 0) throw new RangeError("size");
        }
        export function create(file: string, size: number) {
          const fd = openSync(file, "w"); // leak: leaksOnThrow
          check(size);
          closeSync(fd);
        }
      `,
    ],
    [
      "in a tagged template",
      code`
        import { openSync, closeSync } from "node:fs";
        declare function sql(strings: TemplateStringsArray): Promise<void>;
        export async function create(file: string) {
          const fd = openSync(file, "w"); // leak: leaksOnThrow
          await sql\`SELECT 1\`;
          closeSync(fd);
        }
      `,
    ],
    [
      "in a constructor",
      code`
        import { openSync, closeSync } from "node:fs";
        export function create(file: string, pattern: string) {
          const fd = openSync(file, "w"); // leak: leaksOnThrow
          const target = new RegExp(pattern);
          closeSync(fd);
          return target;
        }
      `,
    ],
    [
      "at a `yield`, or is left there",
      code`
        import { openSync, closeSync } from "node:fs";
        export function* numbered(files: readonly string[]): Generator<string> {
          for (const file of files) {
            const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
            yield file;
            closeSync(fd);
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test("and not when the rule looks at normal paths only", () => {
    const text = code`
      import { openSync, closeSync, readFileSync } from "node:fs";
      export function readConfig(file: string) {
        const fd = openSync(file, "r");
        const settings = parse(readFileSync(fd, "utf8"));
        if (!settings) throw new Error("no settings");
        closeSync(fd);
        return settings;
      }
    `;
    expect(findingsIn(text)).toHaveLength(1);
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(text, knowledge, { options: { paths: "normal" } })).toEqual([]);
    }
  });

  test("and a path that ends in `return` counts with normal paths only, too", () => {
    expectMarkedLeaks(
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function readConfig(file: string) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          if (ready) return undefined;
          const settings = parse(readFileSync(fd, "utf8"));
          closeSync(fd);
          return settings;
        }
      `,
      { options: { paths: "normal" } },
    );
  });

  test("and a caught exception that ends in `return` is a throw path", () => {
    const text = code`
      import { openSync, closeSync, readFileSync } from "node:fs";
      export function readConfig(file: string) {
        const fd = openSync(file, "r"); // leak: leaksOnThrow
        try {
          const settings = parse(readFileSync(fd, "utf8"));
          closeSync(fd);
          return settings;
        } catch {
          return undefined;
        }
      }
    `;
    expectMarkedLeaks(text);
    expect(findingsIn(text, "typed", { options: { paths: "normal" } })).toEqual([]);
  });
});

describe("does not leak where nothing throws", () => {
  test.each([
    ["logging", `logger.info("opened", file);`],
    ["logging to the console", `console.log("opened", file);`],
    ["logging by a member", `services.log.debug("opened");`],
    ["arithmetic", "const half = Math.floor(file.length / 2); logger.debug('half', half);"],
    ["the clock", "const now = Date.now() + performance.now(); logger.debug('now', now);"],
    ["strings", "const name = file.trim().toLowerCase().split('/').join(); void name;"],
    ["collections", "const seen = new Map<string, string>(); void seen.has(file);"],
    ["paths", "const name = path.basename(file); logger.debug(name);"],
    ["an error that is made", "const error = new Error('later'); void error;"],
    ["buffers", "const chunk = Buffer.alloc(16); void chunk;"],
    ["the existence of a file", "const there = existsSync(file); void there;"],
    ["a timer", "const timer = setTimeout(() => undefined, 10); clearTimeout(timer);"],
    ["a listener", "process.once('SIGTERM', () => logger.info('stop'));"],
    ["a function that is not called", "const later = () => parse(file); void later;"],
    ["a local function that only logs", "note(file);"],
    ["a class that is declared", "class Local { read() { return parse(file); } } void Local;"],
    ["assignments", "let name = file; name += '.old'; void name;"],
    ["conversions", "const n = Number(file) + parseInt(file, 10); void String(n);"],
  ])("%s", (_title, between) => {
    expectSound(code`
      import { openSync, closeSync, existsSync } from "node:fs";
      import path from "node:path";
      declare const services: { readonly log: typeof logger };
      function note(text: string) {
        logger.info(text.trim());
      }
      export function create(file: string) {
        const fd = openSync(file, "w");
        ${between} //- ${between} parse(file);
        closeSync(fd);
      }
      export { existsSync, note, path, services };
    `);
  });
});

describe("leaks when the function leaves early", () => {
  test.each([
    [
      "by `return`",
      code`
        import { open } from "node:fs/promises";
        export async function readHeader(file: string) {
          const handle = await open(file); // leak: leaksOnEarlyExit
          const { size } = await handle.stat();
          if (size < 16) return undefined;
          const { buffer } = await handle.read(Buffer.alloc(16));
          await handle.close();
          return buffer;
        }
      `,
    ],
    [
      "by `return` in a nested block",
      code`
        import type { Pool } from "pg";
        export async function find(pool: Pool, names: readonly string[]) {
          const client = await pool.connect(); // leak: leaksOnEarlyExit
          for (const name of names) {
            const { rows } = await client.query("SELECT * FROM t WHERE name = $1", [name]);
            if (rows.length > 0) return rows[0] as unknown;
          }
          client.release();
          return undefined;
        }
      `,
    ],
    [
      "by `break`",
      code`
        import { openSync, closeSync } from "node:fs";
        export function probe(files: readonly string[]) {
          for (const file of files) {
            const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
            if (fd > 100) break;
            closeSync(fd);
          }
        }
      `,
    ],
    [
      "by `continue`",
      code`
        import { openSync, closeSync } from "node:fs";
        export function probe(files: readonly string[]) {
          for (const file of files) {
            const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
            if (fd > 100) continue;
            closeSync(fd);
          }
        }
      `,
    ],
    [
      "by `continue` with a label",
      code`
        import { openSync, closeSync } from "node:fs";
        export function probe(folders: readonly (readonly string[])[]) {
          folders: for (const folder of folders) {
            for (const file of folder) {
              const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
              if (fd > 100) continue folders;
              closeSync(fd);
            }
          }
        }
      `,
    ],
    [
      "by `break` with a label, out of a block",
      code`
        import { openSync, closeSync } from "node:fs";
        export function probe(file: string) {
          attempt: {
            const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
            if (fd > 100) break attempt;
            closeSync(fd);
          }
          logger.info("probed");
        }
      `,
    ],
    [
      "by `break` out of a switch",
      code`
        import { openSync, closeSync } from "node:fs";
        export function act(file: string, kind: string) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          switch (kind) {
            case "nothing":
              break;
            case "later":
              logger.info("falls through");
            default:
              closeSync(fd);
          }
        }
      `,
    ],
    [
      "by a switch that has no case for it",
      code`
        import { openSync, closeSync } from "node:fs";
        export function act(file: string, kind: string) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          switch (kind) {
            case "a":
            case "b":
              closeSync(fd);
          }
        }
      `,
    ],
    [
      "by one of two branches",
      code`
        import { connect } from "node:net";
        export function maybe(port: number, polite: boolean) {
          const socket = connect(port); // leak: leaksOnEarlyExit
          if (polite) socket.end("BYE\r\n");
          else logger.info("left", port);
        }
      `,
    ],
    [
      "by an `if` without `else`",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function maybe(empty: boolean) {
          const folder = mkdtempSync("/tmp/maybe-"); // leak: leaksOnEarlyExit
          if (!empty) rmSync(folder, { recursive: true });
        }
      `,
    ],
    [
      "by a short circuit",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function maybe(keep: boolean) {
          const folder = mkdtempSync("/tmp/maybe-"); // leak: leaksOnEarlyExit
          keep || rmSync(folder, { recursive: true });
        }
      `,
    ],
    [
      "by a loop that may run no round",
      code`
        import { openSync, closeSync } from "node:fs";
        export function maybe(file: string, times: number) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          while (times > 0) {
            closeSync(fd);
            return;
          }
        }
      `,
    ],
    [
      "by the consumer of a generator",
      code`
        import { open } from "node:fs/promises";
        export async function* pages(file: string) {
          const handle = await open(file); // leak: leaksOnEarlyExit
          const { bytesRead } = await handle.read(Buffer.alloc(4096));
          yield bytesRead;
          await handle.close();
        }
      `,
    ],
    [
      "by `return` in `finally`, before the release",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          try {
            return readFileSync(fd, "utf8");
          } finally {
            if (ready) return undefined;
            closeSync(fd);
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "`process.exit` ends everything",
      code`
        import { openSync, closeSync } from "node:fs";
        export function main(file: string) {
          const fd = openSync(file, "w");
          if (ready) {
            logger.error("already running");
            process.exit(1); //- return;
          }
          closeSync(fd);
        }
      `,
    ],
    [
      "`return` in `finally`, behind the release",
      code`
        import { openSync, closeSync, readFileSync } from "node:fs";
        export function read(file: string) {
          const fd = openSync(file, "r");
          try {
            logger.debug(readFileSync(fd, "utf8"));
          } finally {
            closeSync(fd); //-
            return file;
          }
        }
      `,
    ],
    [
      "a loop without an end",
      code`
        import { openSync, writeSync } from "node:fs";
        import { setTimeout } from "node:timers/promises";
        export async function pulse(file: string) {
          const fd = openSync(file, "w");
          for (;;) { //- {
            try {
              writeSync(fd, "pulse\n");
              await setTimeout(1000);
            } catch (error) {
              logger.warn("no pulse", error);
            }
          }
        }
      `,
    ],
    [
      "an endless loop that releases before it breaks",
      code`
        import { openSync, closeSync } from "node:fs";
        export function nextFree(name: string) {
          for (let n = 0; ; n++) {
            const fd = openSync(name + String(n), "a");
            if (fd > 10) {
              closeSync(fd); //-
              return n;
            }
            closeSync(fd);
          }
        }
      `,
    ],
    [
      "a condition under which there is nothing to release",
      code`
        import { openSync, closeSync } from "node:fs";
        export function append(file: string | undefined) {
          const fd = file === undefined ? undefined : openSync(file, "a");
          if (fd === undefined) return;
          closeSync(fd); //-
        }
      `,
    ],
    [
      "an exit under the condition that the descriptor is -1",
      code`
        import { openSync, closeSync } from "node:fs";
        export function append(file: string) {
          const fd = openSync(file, "a");
          if (fd === -1) return;
          if (fd < 0) return;
          closeSync(fd); //-
        }
      `,
    ],
    [
      "an acquisition that failed itself",
      code`
        import { openSync, closeSync } from "node:fs";
        export function exists(file: string) {
          try {
            const fd = openSync(file, "r");
            closeSync(fd); //-
            return true;
          } catch {
            return false;
          }
        }
      `,
    ],
  ])("not: %s", (_title, text) => {
    expectSound(text);
  });
});

describe("is never released", () => {
  test.each([
    [
      "by a function that falls off its end",
      code`
        import { connect } from "node:net";
        export function notify(port: number, text: string) {
          const socket = connect(port); // leak: neverReleased
          socket.write(text);
        }
      `,
    ],
    [
      "by an arrow function's expression",
      code`
        import { openSync, fstatSync } from "node:fs";
        export const size = (file: string, fd = openSync(file, "r")) => fstatSync(fd).size;
        export const other = (file: string) => {
          const fd = openSync(file, "r"); // leak: neverReleased
          return fstatSync(fd).size;
        };
      `,
    ],
    [
      "by a method",
      code`
        import type { Pool } from "pg";
        export class Store {
          readonly #pool: Pool;
          constructor(pool: Pool) {
            this.#pool = pool;
          }
          async count() {
            const client = await this.#pool.connect(); // leak: neverReleased
            const { rowCount } = await client.query("SELECT 1");
            return rowCount;
          }
        }
      `,
    ],
    [
      "by a constructor",
      code`
        import { openSync, writeSync } from "node:fs";
        export class PidFile {
          constructor(file: string) {
            const fd = openSync(file, "w"); // leak: neverReleased
            writeSync(fd, String(process.pid));
          }
        }
      `,
    ],
    [
      "by a function inside another",
      code`
        import { openSync, writeSync } from "node:fs";
        export function routes(app: { get(path: string, handler: () => void): void }) {
          app.get("/", () => {
            const fd = openSync("/var/log/hits", "a"); // leak: neverReleased
            writeSync(fd, "hit\n");
          });
        }
      `,
    ],
    [
      "in each round of a loop",
      code`
        import { connect } from "node:net";
        export function broadcast(ports: readonly number[], text: string) {
          for (const port of ports) {
            const socket = connect(port); // leak: neverReleased
            socket.write(text);
          }
        }
      `,
    ],
    [
      "by a callback that runs in each round",
      code`
        import { connect } from "node:net";
        export function broadcast(ports: readonly number[], text: string) {
          ports.forEach((port) => {
            const socket = connect(port); // leak: neverReleased
            socket.write(text);
          });
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("is discarded", () => {
  test.each([
    [
      "as a statement",
      code`
        import { openSync } from "node:fs";
        export function touch(file: string) {
          openSync(file, "a"); // leak: discarded
        }
      `,
    ],
    [
      "after `await`",
      code`
        import { open } from "node:fs/promises";
        export async function exists(file: string) {
          try {
            await open(file); // leak: discarded
            return true;
          } catch {
            return false;
          }
        }
      `,
    ],
    [
      "as a promise",
      code`
        import { open } from "node:fs/promises";
        export function touch(file: string) {
          void open(file, "a"); // leak: discarded
        }
      `,
    ],
    [
      "by a sequence",
      code`
        import { openSync } from "node:fs";
        export function touch(file: string) {
          return openSync(file, "a"), file; // leak: discarded
        }
      `,
    ],
    [
      "for what one of its methods gives",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          return (await (await open(file)).stat()).size; // leak: discarded
        }
      `,
    ],
    [
      "for one query",
      code`
        import type { Pool } from "pg";
        export async function one(pool: Pool) {
          return (await pool.connect()).query("SELECT 1"); // leak: discarded
        }
      `,
    ],
    [
      "after a write",
      code`
        import { connect } from "node:net";
        export function notify(port: number) {
          connect(port).write("hello"); // leak: discarded
        }
      `,
    ],
    [
      "after listening",
      code`
        import { connect } from "node:net";
        export function watch(port: number) {
          connect(port).on("data", (data) => logger.info(String(data.length))); // leak: discarded
        }
      `,
    ],
    [
      "as a temporary directory",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function warmUp() {
          await mkdtemp("/tmp/warm-"); // leak: discarded
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "released at once",
      code`
        import { openSync, closeSync } from "node:fs";
        export function touch(file: string) {
          closeSync(openSync(file, "a")); //- openSync(file, "a");
        }
        export { closeSync };
      `,
    ],
    [
      "released by its own method",
      code`
        import { open } from "node:fs/promises";
        export async function touch(file: string) {
          await (await open(file, "a")).close(); //- await open(file, "a");
        }
      `,
    ],
    [
      "closed when its data has been written",
      code`
        import { connect } from "node:net";
        export function notify(port: number) {
          connect(port).end("hello"); //- connect(port).write("hello");
        }
      `,
    ],
    [
      "closed behind its listeners",
      code`
        import { connect } from "node:net";
        export function notify(port: number) {
          connect(port).on("error", () => undefined).end("hello"); //- connect(port).on("error", () => undefined);
        }
      `,
    ],
    [
      "piped",
      code`
        import { connect } from "node:net";
        export function tail(port: number) {
          connect(port).pipe(process.stdout); //- connect(port).resume();
        }
      `,
    ],
    [
      "passed on by its promise",
      code`
        import { open } from "node:fs/promises";
        export function touch(file: string) {
          return open(file, "a").then((handle) => handle.close()); //- void open(file, "a");
        }
      `,
    ],
    [
      "streamed by one who closes it",
      code`
        import { open } from "node:fs/promises";
        export async function show(file: string) {
          (await open(file)).createReadStream().pipe(process.stdout); //- await (await open(file)).stat();
        }
      `,
    ],
    [
      "kept where it is an argument",
      code`
        import { connect, type Socket } from "node:net";
        const sockets: Socket[] = [];
        export function dial(port: number) {
          sockets.push(connect(port)); //- connect(port);
        }
      `,
    ],
  ])("not: %s", (_title, text) => {
    expectSound(text);
  });
});

describe("is overwritten", () => {
  test.each([
    [
      "in the next round",
      code`
        import { connect, type Socket } from "node:net";
        export function last(ports: readonly number[]) {
          let socket: Socket | undefined;
          for (const port of ports) {
            socket = connect(port); // leak: overwritten
            socket.setNoDelay(true);
          }
          socket?.end();
        }
      `,
    ],
    [
      "when a retry acquires again",
      code`
        import type { Pool, PoolClient } from "pg";
        export async function withRetry(pool: Pool) {
          let client: PoolClient | undefined;
          try {
            for (let attempt = 0; attempt < 3; attempt++) {
              client = await pool.connect(); // leak: overwritten
              try {
                return await client.query("SELECT 1");
              } catch (error) {
                logger.warn("retrying", error);
              }
            }
            return undefined;
          } finally {
            client?.release();
          }
        }
      `,
    ],
    [
      "by a second acquisition",
      code`
        import { openSync, closeSync } from "node:fs";
        export function rotate(file: string) {
          let fd: number;
          fd = openSync(file, "a"); // leak: overwritten
          logger.debug("first", fd);
          fd = openSync(file, "a");
          closeSync(fd);
        }
      `,
    ],
    [
      "by null",
      code`
        import { openSync, closeSync } from "node:fs";
        export function reset(file: string) {
          let fd: number | null;
          fd = openSync(file, "a"); // leak: overwritten
          if (ready) fd = null;
          if (fd !== null) closeSync(fd);
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "released before the next round",
      code`
        import { connect, type Socket } from "node:net";
        export function last(ports: readonly number[]) {
          let socket: Socket | undefined;
          for (const port of ports) {
            socket?.end(); //-
            socket = connect(port);
          }
          socket?.end();
        }
      `,
    ],
    [
      "a new variable each round",
      code`
        import { openSync, closeSync } from "node:fs";
        export function each(files: readonly string[]) {
          for (const file of files) {
            const fd = openSync(file, "r");
            closeSync(fd); //-
          }
        }
      `,
    ],
    [
      "acquired only if there is none",
      code`
        import { openSync, closeSync } from "node:fs";
        export function once(file: string, times: number) {
          let fd: number | undefined;
          for (let n = 0; n < times; n++) {
            if (fd === undefined) fd = openSync(file, "a");
          }
          if (fd !== undefined) closeSync(fd); //-
        }
        export { closeSync };
      `,
    ],
    [
      "acquired by `??=`",
      code`
        import { openSync, closeSync } from "node:fs";
        export function once(file: string, times: number) {
          let fd: number | undefined;
          for (let n = 0; n < times; n++) fd ??= openSync(file, "a");
          if (fd !== undefined) closeSync(fd); //-
        }
        export { closeSync };
      `,
    ],
    [
      "set to undefined behind its release",
      code`
        import { openSync, closeSync } from "node:fs";
        export function reset(file: string) {
          let fd: number | undefined = openSync(file, "a");
          closeSync(fd); //-
          fd = undefined;
          return fd;
        }
      `,
    ],
  ])("not: %s", (_title, text) => {
    expectSound(text);
  });
});
