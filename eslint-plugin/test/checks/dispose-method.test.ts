import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn, rewrite, type Setting } from "./check-code.js";
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

describe("the rewrite", () => {
  test("adds the symbol", () => {
    expect(
      rewrite(
        code`
          export class Heartbeat {
            #timer = setInterval(() => logger.info("alive"), 1000);
            close() {
              clearInterval(this.#timer);
            }
            // That is all.
          }
        `,
        rule,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Add `[Symbol.dispose]` to this class",
      text: code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() {
            clearInterval(this.#timer);
          }
          // That is all.

          [Symbol.dispose](): void {
            this.close();
          }
        }
      `,
    });
  });

  test("adds the symbol that waits beside the one that does not", () => {
    const before = code`
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
      }
    `;
    expect(rewrite(before, rule).text).toBe(
      before.replace(
        /\}\n$/,
        "\n  async [Symbol.asyncDispose](): Promise<void> {\n    await this.close();\n  }\n}\n",
      ),
    );
  });

  test("says no types in JavaScript", () => {
    expect(
      rewrite(
        code`
          export class Heartbeat {
            #timer = setInterval(() => logger.info("alive"), 1000);
            close() {
              clearInterval(this.#timer);
            }
          }
        `,
        { ...rule, file: "subject.js", node: ">=24" },
      ).text,
    ).toContain("\n  [Symbol.dispose]() {\n    this.close();\n  }\n}\n");
  });
});
