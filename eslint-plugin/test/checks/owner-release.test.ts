import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn, type Setting } from "./check-code.js";
import { code } from "./code.js";

const rule: Setting = { rule: "require-owner-release" };

describe("what the method that ends an object leaves as it is", () => {
  test.each([
    [
      "an interval that a constructor starts",
      code`
        export class Heartbeat {
          #timer;
          constructor() {
            this.#timer = setInterval(() => logger.info("alive"), 1000); // leak: notReleased
          }
          close() {
            logger.info("closed");
          }
        }
      `,
    ],
    [
      "one of two",
      code`
        import { watch } from "node:fs";
        export class Reloader {
          private watcher = watch("config"); // leak: notReleased
          private timer = setInterval(() => this.reload(), 1000);
          private reload() {
            logger.info("reload");
          }
          dispose() {
            clearInterval(this.timer);
          }
        }
      `,
    ],
    [
      "what is forgotten instead of released",
      code`
        export class Poller {
          private timer: NodeJS.Timeout | undefined;
          private poll() {
            this.timer = setInterval(() => logger.info("poll"), 50); // leak: notReleased
          }
          init() {
            this.poll();
          }
          destroy() {
            this.timer = undefined;
          }
        }
      `,
    ],
    [
      "what it only tests",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          private watcher: FSWatcher | undefined;
          open(path: string) {
            this.watcher = watch(path); // leak: notReleased
          }
          close() {
            if (this.watcher) logger.info("closed");
          }
        }
      `,
    ],
    [
      "a file that is kept by way of a variable",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            const handle = await open(path, "a");
            this.#handle = handle;
          }
          async write(line: string) {
            await this.#handle?.appendFile(line);
          }
          async close() {
            logger.info("closed");
          }
        }
      `.replace('await open(path, "a");', 'await open(path, "a"); // leak: notReleased'),
    ],
    [
      "by its dispose symbol",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000); // leak: notReleased
          [Symbol.dispose]() {
            logger.info("disposed");
          }
        }
      `,
    ],
    [
      "by a hook of its framework",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000); // leak: notReleased
          onModuleDestroy() {
            logger.info("destroyed");
          }
        }
      `,
    ],
    [
      "by the method that undoes the one which acquires",
      code`
        export class Heartbeat {
          #timer: NodeJS.Timeout | undefined;
          start() {
            this.#timer ??= setInterval(() => logger.info("alive"), 1000); // leak: notReleased
          }
          stop() {
            logger.info("stopped");
          }
        }
      `,
    ],
    [
      "by the method of a superclass of the file",
      code`
        class Service {
          close() {
            logger.info("closed");
          }
        }
        export class Heartbeat extends Service {
          #timer = setInterval(() => logger.info("alive"), 1000); // leak: notReleased
        }
      `,
    ],
    [
      "a server that listens",
      code`
        import { createServer } from "node:http";
        export class Api {
          #server = createServer(); // leak: notReleased
          listen() {
            this.#server.listen(config.port);
          }
          close() {
            logger.info("closed");
          }
        }
      `,
    ],
    [
      "several in a collection",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          readonly #watchers: FSWatcher[] = [];
          add(path: string) {
            this.#watchers.push(watch(path)); // leak: notReleased
          }
          close() {
            this.#watchers.length = 0;
          }
        }
      `,
    ],
    [
      "a public field of a class that no other file has",
      code`
        class Heartbeat {
          timer = setInterval(() => logger.info("alive"), 1000); // leak: notReleased
          close() {
            logger.info("closed");
          }
        }
        export function run() {
          const heartbeat = new Heartbeat();
          return () => heartbeat.close();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text, rule);
  });
});

describe("what may be released after all", () => {
  test.each([
    ["in the method", "clearInterval(this.#timer); //-", ""],
    ["by a helper", "this.#end(); //-", "#end() { clearInterval(this.#timer); } //-"],
    ["by another method", "", "pause() { clearInterval(this.#timer); } //-"],
    ["by a variable", "const timer = this.#timer; clearInterval(timer); //-", ""],
    ["by its own method", "this.#timer.close(); //-", ""],
    ["by whoever gets it", "", "get timer() { return this.#timer; } //-"],
    ["by who is given it", "stop(this.#timer); //-", ""],
    ["at an event", "", 'run() { process.once("exit", () => clearInterval(this.#timer)); } //-'],
    ["by an alias of the object", "const self = this; clearInterval(self.#timer); //-", ""],
    ["by nobody, as nobody waits for it", "", "run() { this.#timer.unref(); } //-"],
    [
      "by the members of its object",
      "for (const each of Object.values(this)) clearInterval(each); //-",
      "",
    ],
  ])("%s", (_title, statement, member) => {
    expectSound(
      code`
        declare function stop(timer: NodeJS.Timeout): void;
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            ${statement}
          }
          ${member}
        }
        export { stop };
      `,
      rule,
    );
  });

  test.each([
    [
      "by an optional call",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          private watcher: FSWatcher | undefined;
          open(path: string) {
            this.watcher = watch(path);
          }
          close() {
            this.watcher?.close(); //-
          }
        }
      `,
    ],
    [
      "by a pattern",
      code`
        import { watch } from "node:fs";
        export class Reloader {
          private watcher = watch("config");
          close() {
            const { watcher } = this; //-
            watcher.close(); //-
          }
        }
      `,
    ],
    [
      "by a loop over a collection",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          readonly #watchers: FSWatcher[] = [];
          add(path: string) {
            this.#watchers.push(watch(path));
          }
          close() {
            for (const watcher of this.#watchers) watcher.close(); //-
          }
        }
      `,
    ],
    [
      "by a callback over a collection",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Files {
          readonly #handles = new Set<FileHandle>();
          async add(path: string) {
            this.#handles.add(await open(path));
          }
          async close() {
            await Promise.all([...this.#handles].map((handle) => handle.close())); //-
          }
        }
      `,
    ],
    [
      "by those to whom the field is public",
      code`
        export class Heartbeat {
          timer = setInterval(() => logger.info("alive"), 1000); //- #timer = setInterval(() => 1, 1000);
          close() {
            logger.info("closed");
          }
        }
      `,
    ],
    [
      "by a subclass",
      code`
        class Service {
          protected timer = setInterval(() => logger.info("alive"), 1000);
          close() {}
        }
        export class Heartbeat extends Service {
          override close() {
            clearInterval(this.timer); //-
          }
        }
      `,
    ],
    [
      "by who has given it, where it was given",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          #watcher: FSWatcher;
          constructor(watcher?: FSWatcher) {
            this.#watcher = watcher ?? watch("config"); //- this.#watcher = watch("config");
          }
          close() {}
        }
      `,
    ],
    [
      "by nobody, as the process needs it to its end",
      code`
        class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {}
        }
        export const heartbeat = new Heartbeat(); //- export { Heartbeat };
      `,
    ],
    [
      "by nobody, as it is the only one",
      code`
        export class Heartbeat {
          static instance = new Heartbeat(); //-
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {}
        }
      `,
    ],
    [
      "by nobody, as the server does not listen",
      code`
        import { createServer } from "node:http";
        export class Api {
          #server = createServer();
          listen() {
            logger.info("listen"); //- this.#server.listen(config.port);
          }
          close() {}
        }
      `,
    ],
    [
      "by a method for what is not begun by its counterpart",
      code`
        export class Heartbeat {
          #timer: NodeJS.Timeout | undefined;
          prepare() { //- start() {
            this.#timer ??= setInterval(() => logger.info("alive"), 1000);
          }
          stop() {}
        }
      `,
    ],
    [
      "by a message to it",
      code`
        import { Worker } from "node:worker_threads";
        export class Pool {
          #worker = new Worker("worker.js");
          close() {
            this.#worker.postMessage("end"); //-
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text, rule);
  });
});

describe("what no method could release", () => {
  test.each([
    [
      "a descriptor",
      code`
        import { openSync, writeSync } from "node:fs";
        export class PidFile {
          #fd: number;
          constructor(path: string) {
            this.#fd = openSync(path, "w"); // leak: noRelease
          }
          write() {
            writeSync(this.#fd, String(process.pid));
          }
        }
      `,
    ],
    [
      "a connection",
      code`
        import type { Pool, PoolClient } from "pg";
        export class Importer {
          private client: PoolClient | undefined;
          constructor(private readonly pool: Pool) {}
          async begin() {
            this.client = await this.pool.connect(); // leak: noRelease
          }
          async row(text: string) {
            await this.client?.query(text);
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text, rule);
  });

  test.each([
    [
      "what often lives as long as the process",
      code`
        import { openSync } from "node:fs";
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000); //- #fd = openSync("a", "w");
        }
        export { openSync };
      `,
    ],
    [
      "in a class that has a method which may",
      code`
        import { openSync } from "node:fs";
        export class PidFile {
          #fd = openSync("pid", "w");
          remove() {} //-
        }
      `,
    ],
    [
      "in a class whose subscription ends",
      code`
        import { connect, type Socket } from "node:net";
        export class Feed {
          #socket: Socket | undefined;
          subscribe(port: number) {
            this.#socket = connect(port);
          }
          unsubscribe() { this.over = true; } //-
          over: boolean = false;
        }
      `,
    ],
    [
      "in a class that extends one of another file",
      code`
        import { openSync } from "node:fs";
        import { EventEmitter } from "node:events";
        export class PidFile extends EventEmitter { //- export class PidFile {
          #fd = openSync("pid", "w");
        }
        export { EventEmitter };
      `,
    ],
  ])("silent: %s", (_title, text) => {
    expectSound(text, rule);
  });
});

describe("an ending that leaves out that of the superclass", () => {
  test("is reported where the superclass releases", () => {
    expectMarkedLeaks(
      code`
        class Service {
          private timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.timer);
          }
        }
        export class Api extends Service {
          override close() { // leak: superNotCalled
            logger.info("closed");
          }
        }
      `,
      rule,
    );
  });

  test("is reported where the superclass releases by a helper", () => {
    expectMarkedLeaks(
      code`
        class Service {
          #timer = setInterval(() => logger.info("alive"), 1000);
          async close() {
            this.end();
          }
          protected end() {
            clearInterval(this.#timer);
          }
        }
        export class Api extends Service {
          override async close() { // leak: superNotCalled
            logger.info("closed");
          }
        }
      `,
      rule,
    );
  });

  test.each([
    ["calls it", "super.close(); //-"],
    ["calls the helper that releases", "this.end(); //-"],
  ])("is silent where it %s", (_title, line) => {
    expectSound(
      code`
        class Service {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            this.end();
          }
          protected end() {
            clearInterval(this.#timer);
          }
        }
        export class Api extends Service {
          override close() {
            ${line}
          }
        }
      `,
      rule,
    );
  });
});

describe("a field that is given another while it holds one", () => {
  test.each([
    [
      "from its declaration on",
      code`
        export class Ticker {
          #timer = setInterval(() => this.#tick(), 1000);
          #tick() {
            logger.info("tick");
          }
          setRate(milliseconds: number) {
            this.#timer = setInterval(() => this.#tick(), milliseconds); // leak: overwritten
          }
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "from its construction on",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          #watcher: FSWatcher;
          constructor(path: string) {
            this.#watcher = watch(path);
          }
          follow(path: string) {
            logger.info("follow", path);
            this.#watcher = watch(path); // leak: overwritten
          }
          close() {
            this.#watcher.close();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text, rule);
  });

  test.each([
    ["released before", "clearInterval(this.#timer); //-"],
    ["released by a method before", "this.close(); //-"],
    ["looked at before", "if (this.#timer.hasRef()) return; //-"],
  ])("silent: %s", (_title, line) => {
    expectSound(
      code`
        export class Ticker {
          #timer = setInterval(() => logger.info("tick"), 1000);
          setRate(milliseconds: number) {
            ${line}
            this.#timer = setInterval(() => logger.info("tick"), milliseconds);
          }
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
      rule,
    );
  });

  test("silent: by a method that others of the class call, who may have released it", () => {
    expectSound(
      code`
        export class Ticker {
          #timer = setInterval(() => logger.info("tick"), 1000);
          #start(milliseconds: number) {
            this.#timer = setInterval(() => logger.info("tick"), milliseconds);
          }
          restart() {
            this.close();
            this.#start(10); //-
          }
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
      rule,
    );
  });
});

test("what leaks where it is acquired is told by the rule for that alone", () => {
  const text = code`
    import { openSync, writeSync } from "node:fs";
    export class PidFile {
      #fd: number;
      constructor(path: string) {
        this.#fd = openSync(path, "w");
        writeSync(this.#fd, path);
      }
      close() {}
    }
  `;
  expect(findingsIn(text, "typed").map(({ messageId }) => messageId)).toEqual(["leaksOnThrow"]);
  expect(findingsIn(text, "typed", rule)).toEqual([]);
});

test("a finding says what, where and by which method", () => {
  const [finding] = findingsIn(
    code`
      export class Heartbeat {
        #timer = setInterval(() => logger.info("alive"), 1000);
        close() {
          logger.info("closed");
        }
      }
    `,
    "untyped",
    rule,
  );
  expect(finding?.message).toBe("`this.#timer` (interval) is not released by `close()`.");
  expect(finding?.path.map(({ message, place }) => [message, place.loc.start.line])).toEqual([
    ["acquired here", 2],
    ["ends without its release", 3],
  ]);
});
