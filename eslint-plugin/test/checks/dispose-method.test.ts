import { describe, expect, test } from "vitest";

import {
  expectMarkedLeaks,
  expectSilent,
  expectSound,
  findingsIn,
  type Setting,
} from "./check-code.js";
import { code } from "./code.js";

const rule: Setting = { rule: "require-dispose-method", node: ">=20.19" };

describe("a class that releases what it owns, but not by a dispose symbol", () => {
  test.each([
    [
      "by close",
      code`
        export class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "by what its method calls",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader { // leak: noSymbol
          #watcher: FSWatcher | undefined;
          follow(path: string) {
            this.#watcher ??= watch(path);
          }
          destroy(): void {
            this.#end();
          }
          #end() {
            this.#watcher?.close();
          }
        }
      `,
    ],
    [
      "by a promise",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal { // leak: noSymbol
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          async close() {
            await this.#handle?.close();
          }
        }
      `,
    ],
    [
      "for which its symbol does not wait",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          async close() {
            await this.#handle?.close();
          }
          [Symbol.dispose]() { // leak: cannotWait
            void this.close();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text, rule);
    expectMarkedLeaks(text, { rule: "require-dispose-method", runtime: true });
  });

  test.each([
    [
      "it has the symbol",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
          [Symbol.dispose]() { this.close(); } //-
        }
      `,
    ],
    [
      "it inherits the symbol",
      code`
        class Service {
          close() {}
          [Symbol.dispose]() { this.close(); } //-
        }
        export class Heartbeat extends Service {
          #timer = setInterval(() => logger.info("alive"), 1000);
          override close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "it may inherit the symbol",
      code`
        import { EventEmitter } from "node:events";
        export class Heartbeat extends EventEmitter { //- export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
        export { EventEmitter };
      `,
    ],
    [
      "its method releases nothing that it owns",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          pause() { clearInterval(this.#timer); } //- close() { clearInterval(this.#timer); }
        }
      `,
    ],
    [
      "its method needs to be told something",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close(reason: string) { //- close() {
            logger.info("closed");
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "its method may return a promise",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          close() { //- async close() {
            return this.#handle?.close();
          }
        }
      `,
    ],
    [
      "its symbol waits for nothing",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          async close() {
            await this.#handle?.close();
          }
          [Symbol.dispose]() {
            logger.info("disposed"); //- void this.close();
          }
        }
      `,
    ],
  ])("silent where %s", (_title, text) => {
    expectSound(text, rule);
  });

  const heartbeat = code`
    export class Heartbeat {
      #timer = setInterval(() => logger.info("alive"), 1000);
      close() {
        clearInterval(this.#timer);
      }
    }
  `;

  test.each<[string, Setting]>([
    ["the project's engines are not known", { rule: "require-dispose-method" }],
    ["they do not have the symbols", { ...rule, node: ">=18.0.0" }],
    ["rewrites must not say using", { ...rule, rewrite: "try-finally" }],
    ["JavaScript's engines do not read using", { ...rule, file: "subject.js" }],
  ])("silent where %s", (_title, setting) => {
    expect(findingsIn(heartbeat, "typed", setting)).toEqual([]);
    expect(findingsIn(heartbeat, "untyped", setting)).toEqual([]);
  });

  test("the message says which field, which method and which symbol", () => {
    const [finding] = findingsIn(heartbeat, "untyped", rule);
    expect(finding?.message).toBe(
      "`Heartbeat` releases `this.#timer` (interval) by `close()`, but not by `[Symbol.dispose]`, as `using` would.",
    );
    expect(finding?.path.map(({ place }) => place.loc.start.line)).toEqual([2, 3]);
  });
});

describe("a class's shape does not matter", () => {
  test.each([
    [
      "a server that it makes listen",
      code`
        import { createServer } from "node:http";
        export class Api { // leak: noSymbol
          readonly #server = createServer();
          listen(port: number) {
            this.#server.listen(port);
          }
          shutdown() {
            this.#server.close();
          }
        }
      `,
    ],
    [
      "a worker, whose end its method waits for",
      code`
        import { Worker } from "node:worker_threads";
        export class Renderer { // leak: noSymbol
          private worker = new Worker("./render.js");
          async terminate() {
            await this.worker.terminate();
          }
        }
      `,
    ],
    [
      "a field that the constructor sets",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader { // leak: noSymbol
          private readonly watcher: FSWatcher;
          constructor(path: string) {
            this.watcher = watch(path);
          }
          dispose() {
            this.watcher.close();
          }
        }
      `,
    ],
    [
      "a field that is set by way of a variable",
      code`
        import { connect, type Socket } from "node:net";
        export class Link { // leak: noSymbol
          #socket: Socket | undefined;
          open(port: number) {
            const socket = connect(port);
            this.#socket = socket;
          }
          destroy() {
            this.#socket?.destroy();
          }
        }
      `,
    ],
    [
      "a release under a condition",
      code`
        export class Heartbeat { // leak: noSymbol
          private timer: NodeJS.Timeout | null = null;
          start() {
            this.timer ??= setInterval(() => logger.info("alive"), 1000);
          }
          teardown() {
            if (this.timer !== null) {
              clearInterval(this.timer);
              this.timer = null;
            }
          }
        }
      `,
    ],
    [
      "a method that says that it returns a promise",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal { // leak: noSymbol
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          close(): Promise<void> {
            return this.#handle?.close() ?? Promise.resolve();
          }
        }
      `,
    ],
    [
      "a method with an argument that may be left out",
      code`
        export class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close(reason?: string) {
            logger.info(reason ?? "closed");
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "a method with an argument that has a default",
      code`
        export class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close(reason = "closed") {
            logger.info(reason);
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "a method with overloads",
      code`
        export class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close(): void;
          close(reason: string): void;
          close(reason?: string): void {
            logger.info(reason ?? "closed");
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "another method of the same object that returns nothing",
      code`
        export class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          #closed = false;
          close(): void {
            if (this.#closed) return;
            this.#closed = true;
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "a class without a name",
      code`
        export default class { // -
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() { // leak: noSymbol
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "a class that is an expression",
      code`
        export const Heartbeat = class {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() { // leak: noSymbol
            clearInterval(this.#timer);
          }
        };
      `,
    ],
    [
      "a class that no other file has",
      code`
        class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
        export function beat(work: () => void) {
          const heartbeat = new Heartbeat();
          try {
            work();
          } finally {
            heartbeat.close();
          }
        }
      `,
    ],
    [
      "an abstract class",
      code`
        export abstract class Poller { // leak: noSymbol
          protected readonly timer = setInterval(() => this.poll(), 1000);
          abstract poll(): void;
          close() {
            clearInterval(this.timer);
          }
        }
      `,
    ],
    [
      "a class of an interface without the symbol",
      code`
        interface Closeable {
          close(): void;
        }
        export class Heartbeat<Beat> implements Closeable { // leak: noSymbol
          readonly beats: Beat[] = [];
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "a class that extends one of the file",
      code`
        class Service {
          readonly name = "service";
        }
        export class Heartbeat extends Service { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "two classes",
      code`
        import { watch } from "node:fs";
        export class Heartbeat { // leak: noSymbol
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
        export class Reloader { // leak: noSymbol
          #watcher = watch("config");
          close() {
            this.#watcher.close();
          }
        }
      `,
    ],
    [
      "a second field that it does not release",
      code`
        import { watch } from "node:fs";
        export class Reloader { // leak: noSymbol
          #watcher = watch("config");
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            this.#watcher.close();
          }
        }
      `,
    ],
    [
      "a symbol whose method starts the release and looks after its failure",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          async close() {
            await this.#handle?.close();
          }
          [Symbol.dispose](): void { // leak: cannotWait
            this.close().catch((error: unknown) => logger.error("close", error));
          }
        }
      `,
    ],
    [
      "a symbol that is inherited and cannot wait",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        class Closing {
          async close() {}
          [Symbol.dispose](): void { // leak: cannotWait
            void this.close();
          }
        }
        export class Journal extends Closing {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          override async close() {
            await this.#handle?.close();
          }
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text.replace(" // -", ""), rule);
  });

  test.each([
    [
      "what is released was given to it",
      code`
        export class Heartbeat {
          constructor(private readonly timer: NodeJS.Timeout) {}
          close() {
            clearInterval(this.timer);
          }
        }
      `,
    ],
    [
      "it owns nothing",
      code`
        export class Counter {
          #count = 0;
          close() {
            this.#count = 0;
          }
        }
      `,
    ],
    [
      "the method is one of the class itself",
      code`
        export class Heartbeat {
          static #timer = setInterval(() => logger.info("alive"), 1000);
          static close() {
            clearInterval(Heartbeat.#timer);
          }
        }
      `,
    ],
    [
      "it may inherit the symbol from what a mixin gives",
      code`
        type Constructor = new () => object;
        declare function withEvents(base: Constructor): Constructor;
        export class Heartbeat extends withEvents(Object) {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "it has both symbols",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          async close() {
            await this.#handle?.close();
          }
          [Symbol.dispose]() {
            void this.close();
          }
          async [Symbol.asyncDispose]() {
            await this.close();
          }
        }
      `,
    ],
    [
      "its symbol waits for what its method starts",
      code`
        import { createServer } from "node:http";
        export class Api {
          readonly #server = createServer();
          listen(port: number) {
            this.#server.listen(port);
          }
          close() {
            this.#server.close();
          }
          async [Symbol.asyncDispose]() {
            this.close();
          }
        }
      `,
    ],
    [
      "the symbol is a field",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose] = () => this.close();
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "several are released, by whom nobody can tell",
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          readonly #watchers: FSWatcher[] = [];
          add(path: string) {
            this.#watchers.push(watch(path));
          }
          close() {
            for (const watcher of this.#watchers) watcher.close();
          }
        }
      `,
    ],
  ])("silent where %s", (_title, text) => {
    expectSilent(text, rule);
  });
});

describe("engines that have the symbols", () => {
  const reloader = code`
    import { watch } from "node:fs";
    export class Reloader { // leak: noSymbol
      #watcher = watch("config");
      close() {
        this.#watcher.close();
      }
    }
  `;

  test.each([">=20.4", "^18.18.0 || >=20.4.0", ">=22", "^24.1"])("node %s", (node) => {
    expectMarkedLeaks(reloader, { ...rule, node });
  });

  test.each([">=20", "18.x", ">=16", "*"])("but not node %s", (node) => {
    expectSilent(reloader.replace(" // leak: noSymbol", ""), { ...rule, node });
  });
});

describe("a class that releases what it owns by a dispose symbol alone", () => {
  const anywhere: Setting = { rule: "require-dispose-method" };

  test.each([
    [
      "at once",
      code`
        export class Heartbeat { // leak: noMethod
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "by a promise",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal { // leak: noMethod
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          async [Symbol.asyncDispose]() {
            await this.#handle?.close();
          }
        }
      `,
    ],
    [
      "by way of a method that is its own",
      code`
        import { watch } from "node:fs";
        class Reloader { // leak: noMethod
          #watcher = watch("config");
          #forget() {
            this.#watcher.close();
          }
          [Symbol.dispose]() {
            this.#forget();
          }
        }
        export { Reloader };
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text, anywhere);
    expectMarkedLeaks(text, { ...anywhere, node: ">=18", rewrite: "try-finally" });
  });

  test.each([
    [
      "no other file has it",
      code`
        class Heartbeat { //- export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
        export function beat(work: () => void) {
          using heartbeat = new Heartbeat();
          work();
          logger.info("beaten", heartbeat);
        }
      `,
    ],
    [
      "one of its methods says that it ends",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          stop() { this[Symbol.dispose](); } //-
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "a superclass has such a method",
      code`
        class Service {
          end() {} //-
        }
        export class Heartbeat extends Service {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
      `,
    ],
    [
      "it may inherit such a method",
      code`
        import { EventEmitter } from "node:events";
        export class Heartbeat extends EventEmitter { //- export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
        export { EventEmitter };
      `,
    ],
    [
      "it releases nothing that it owns",
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            logger.info("disposed", this.#timer); //- clearInterval(this.#timer);
          }
        }
      `,
    ],
  ])("silent where %s", (_title, text) => {
    expectSound(text, anywhere);
  });

  test("the message says which field, and by which symbol", () => {
    const [finding] = findingsIn(
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
      `,
      "untyped",
      anywhere,
    );
    expect(finding?.message).toBe(
      "`Heartbeat` releases `this.#timer` (interval) by `[Symbol.dispose]` alone: whoever cannot write `using` has no method to call.",
    );
    expect(finding?.path.map(({ place }) => place.loc.start.line)).toEqual([2, 3]);
  });
});
