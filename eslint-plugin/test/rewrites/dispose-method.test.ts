import { describe, expect, test } from "vitest";

import { expectNoRewrite, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const rule: Setting = { rule: "require-dispose-method", node: ">=20.19" };

describe("a method by the symbol", () => {
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

  test("waits where the method that it calls does", () => {
    expect(
      rewrite(
        code`
          import { Worker } from "node:worker_threads";
          export class Renderer {
            private worker = new Worker("./render.js");
            async terminate(force = false) {
              logger.info(String(force));
              await this.worker.terminate();
            }
          }
        `,
        rule,
      ),
    ).toMatchObject({
      title: "Add `[Symbol.asyncDispose]` to this class",
      text: code`
        import { Worker } from "node:worker_threads";
        export class Renderer {
          private worker = new Worker("./render.js");
          async terminate(force = false) {
            logger.info(String(force));
            await this.worker.terminate();
          }

          async [Symbol.asyncDispose](): Promise<void> {
            await this.terminate();
          }
        }
      `,
    });
  });

  test("waits where the method only says that it returns a promise", () => {
    expect(
      rewrite(
        code`
          import { open, type FileHandle } from "node:fs/promises";
          export class Journal {
            #handle: FileHandle | undefined;
            async open(path: string) {
              this.#handle ??= await open(path, "a");
            }
            close(): Promise<void> {
              return this.#handle?.close() ?? Promise.resolve();
            }
          }
        `,
        rule,
        0,
        "untyped",
      ).text,
    ).toContain(
      "\n\n  async [Symbol.asyncDispose](): Promise<void> {\n    await this.close();\n  }\n}\n",
    );
  });

  test("keeps tabs and leaves semicolons out where the file does", () => {
    expect(
      rewrite(
        code`
          import { watch } from 'node:fs'
          export class Reloader {
          	#watcher = watch('config')
          	close() {
          		this.#watcher.close()
          	}
          }
        `,
        rule,
      ).text,
    ).toBe(code`
      import { watch } from 'node:fs'
      export class Reloader {
      	#watcher = watch('config')
      	close() {
      		this.#watcher.close()
      	}

      	[Symbol.dispose](): void {
      		this.close()
      	}
      }
    `);
  });

  test("keeps the line ends of Windows", () => {
    const before = code`
      import { watch } from "node:fs";
      export class Reloader {
        #watcher = watch("config");
        close() {
          this.#watcher.close();
        }
      }
    `.replaceAll("\n", "\r\n");
    const after = rewrite(before, rule).text;
    expect(after).toContain(
      "\r\n\r\n  [Symbol.dispose](): void {\r\n    this.close();\r\n  }\r\n}",
    );
    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
  });

  test("is indented as a class within a function is", () => {
    expect(
      rewrite(
        code`
          import { watch } from "node:fs";
          export function reloading() {
            return class {
              #watcher = watch("config");
              close() {
                this.#watcher.close();
              }
            };
          }
        `,
        rule,
      ).text,
    ).toContain("    }\n\n    [Symbol.dispose](): void {\n      this.close();\n    }\n  };\n");
  });

  test("is not offered where the class ends on the line of its last member", () => {
    expectNoRewrite(
      code`
        import { watch } from "node:fs";
        export class Reloader {
          #watcher = watch("config");
          close() { this.#watcher.close(); } }
      `,
      rule,
    );
  });
});

describe("a method by a name", () => {
  test("calls that by the symbol", () => {
    expect(
      rewrite(
        code`
          export class Heartbeat {
            #timer = setInterval(() => logger.info("alive"), 1000);
            [Symbol.dispose]() {
              clearInterval(this.#timer);
            }
          }
        `,
        rule,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Add `close()` to this class",
      text: code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }

          close(): void {
            this[Symbol.dispose]();
          }
        }
      `,
    });
  });

  test("waits for that by the symbol", () => {
    const before = code`
      import { open } from "node:fs/promises";
      export class Journal {
        #handle;
        async open(path) {
          this.#handle ??= await open(path, "a");
        }
        async [Symbol.asyncDispose]() {
          await this.#handle?.close();
        }
      }
    `;
    expect(rewrite(before, { ...rule, file: "subject.js" }).text).toBe(
      before.replace(
        /\}\n$/,
        "\n  async close() {\n    await this[Symbol.asyncDispose]();\n  }\n}\n",
      ),
    );
  });

  test("is not offered where the constructor declares a field of that name", () => {
    expectNoRewrite(
      code`
        export class Heartbeat {
          #timer = setInterval(() => this.close(), 1000);
          constructor(private readonly close: () => void) {}
          [Symbol.dispose]() {
            clearInterval(this.#timer);
          }
        }
      `,
      rule,
    );
  });
});
