import { describe, expect, test } from "vitest";

import { expectNoRewrite, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const rule: Setting = { rule: "require-owner-release" };

describe("a release in the method that ends the object", () => {
  test("stands before the release of what was acquired earlier", () => {
    expect(
      rewrite(
        code`
          import { watch } from "node:fs";
          export class Reloader {
            private readonly watcher = watch("config");
            private readonly timer = setInterval(() => logger.info("reload"), 1000);
            // Ends it.
            close() {
              this.watcher.close(); // the first
            }
          }
        `,
        rule,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Release `this.timer` in `close()`",
      text: code`
        import { watch } from "node:fs";
        export class Reloader {
          private readonly watcher = watch("config");
          private readonly timer = setInterval(() => logger.info("reload"), 1000);
          // Ends it.
          close() {
            clearInterval(this.timer);
            this.watcher.close(); // the first
          }
        }
      `,
    });
  });

  test("stands behind the release of what was acquired later", () => {
    expect(
      rewrite(
        code`
          import { watch } from "node:fs";
          export class Reloader {
            private readonly watcher = watch("config");
            private readonly timer = setInterval(() => logger.info("reload"), 1000);
            close() {
              clearInterval(this.timer); // first
            }
          }
        `,
        rule,
      ).text,
    ).toContain(
      code`
      close() {
          clearInterval(this.timer); // first
          this.watcher.close();
        }
    `.trimEnd(),
    );
  });

  test("goes into an empty method", () => {
    expect(
      rewrite(
        code`
          export class Heartbeat {
            #timer = setInterval(() => logger.info("alive"), 1000);
            close() {}
          }
        `,
        rule,
      ).text,
    ).toBe(code`
      export class Heartbeat {
        #timer = setInterval(() => logger.info("alive"), 1000);
        close() {
          clearInterval(this.#timer);
        }
      }
    `);
  });

  test("keeps a comment in a method without statements, and the file's style", () => {
    expect(
      rewrite(
        code`
          import { watch } from 'node:fs'
          export class Reloader {
          	#watcher = watch('config')
          	close() {
          		// nothing to do
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
      		// nothing to do
      		this.#watcher.close()
      	}
      }
    `);
  });

  test("stands before what the method returns", () => {
    expect(
      rewrite(
        code`
          export class Heartbeat {
            #timer = setInterval(() => logger.info("alive"), 1000);
            close() {
              logger.info("closed");
              return true;
            }
          }
        `,
        rule,
      ).text,
    ).toContain('logger.info("closed");\n    clearInterval(this.#timer);\n    return true;');
  });

  test("asks whether there is anything, where there may be nothing", () => {
    expect(
      rewrite(
        code`
          import { watch, type FSWatcher } from "node:fs";
          export class Reloader {
            #watcher: FSWatcher | undefined;
            follow(path: string) {
              this.#watcher ??= watch(path);
            }
            close() {
              logger.info("closed");
            }
          }
        `,
        rule,
      ).text,
    ).toContain('    logger.info("closed");\n    this.#watcher?.close();\n');
  });

  test("asks in the words of the field's type, where a function releases", () => {
    expect(
      rewrite(
        code`
          import { openSync } from "node:fs";
          export class PidFile {
            #fd: number | null = null;
            open(path: string) {
              this.#fd ??= openSync(path, "w");
            }
            close() {
              logger.info("closed");
            }
          }
        `,
        rule,
      ).text,
    ).toContain("    if (this.#fd !== null) closeSync(this.#fd);\n");
  });

  test("is waited for where the method can wait", () => {
    expect(
      rewrite(
        code`
          import { open, type FileHandle } from "node:fs/promises";
          export class Journal {
            #handle: FileHandle | undefined;
            async open(path: string) {
              this.#handle ??= await open(path, "a");
            }
            async close() {
              logger.info("closed");
            }
          }
        `,
        rule,
      ).text,
    ).toContain("    await this.#handle?.close();\n");
  });

  test("is not offered where the method cannot wait for it", () => {
    expectNoRewrite(
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export class Journal {
          #handle: FileHandle | undefined;
          async open(path: string) {
            this.#handle ??= await open(path, "a");
          }
          close() {
            logger.info("closed");
          }
        }
      `,
      rule,
    );
  });

  test("is not offered for a collection, nor where the method stands on one line", () => {
    expectNoRewrite(
      code`
        import { watch, type FSWatcher } from "node:fs";
        export class Reloader {
          readonly #watchers: FSWatcher[] = [];
          add(path: string) {
            this.#watchers.push(watch(path));
          }
          close() {
            logger.info("closed");
          }
        }
      `,
      rule,
    );
    expectNoRewrite(
      code`
        export class Heartbeat {
          #timer = setInterval(() => logger.info("alive"), 1000);
          close() { logger.info("closed"); }
        }
      `,
      rule,
    );
  });
});

describe("a method for what no method releases", () => {
  const pidFile = (members: string, more = ""): string =>
    [
      'import { closeSync, openSync, writeSync } from "node:fs";',
      "export class PidFile {",
      '  #fd = openSync("pid", "w");',
      "  write() {",
      "    writeSync(this.#fd, String(process.pid));",
      "  }",
      `${members}}`,
      `${more}export { closeSync };`,
      "",
    ].join("\n");

  test("is called close", () => {
    expect(rewrite(pidFile(""), rule)).toEqual({
      kind: "suggestion",
      title: "Add `close()`, which releases `this.#fd`",
      text: pidFile("\n  close(): void {\n    closeSync(this.#fd);\n  }\n"),
    });
  });

  test("has no types in JavaScript", () => {
    expect(rewrite(pidFile(""), { ...rule, file: "subject.js" }).text).toBe(
      pidFile("\n  close() {\n    closeSync(this.#fd);\n  }\n"),
    );
  });

  test("goes by the symbol where the file's other classes have it", () => {
    const other = "class Other {\n  [Symbol.dispose]() {}\n}\nexport { Other };\n";
    expect(rewrite(pidFile("", other), rule)).toEqual({
      kind: "suggestion",
      title: "Add `[Symbol.dispose]()`, which releases `this.#fd`",
      text: pidFile("\n  [Symbol.dispose](): void {\n    closeSync(this.#fd);\n  }\n", other),
    });
  });

  test("waits for what has to be waited for", () => {
    expect(
      rewrite(
        code`
          import { open, type FileHandle } from "node:fs/promises";
          export class Journal {
            #handle: FileHandle | undefined;
            async open(path: string) {
              this.#handle ??= await open(path, "a");
            }
          }
        `,
        rule,
      ).text,
    ).toContain("  async close(): Promise<void> {\n    await this.#handle?.close();\n  }\n}\n");
  });
});

test("an ending calls that of the superclass last", () => {
  expect(
    rewrite(
      code`
        class Service {
          #timer = setInterval(() => logger.info("alive"), 1000);
          async close() {
            clearInterval(this.#timer);
          }
        }
        export class Api extends Service {
          override async close() {
            logger.info("closed");
          }
        }
      `,
      rule,
    ),
  ).toEqual({
    kind: "suggestion",
    title: "Call `super.close()`",
    text: code`
      class Service {
        #timer = setInterval(() => logger.info("alive"), 1000);
        async close() {
          clearInterval(this.#timer);
        }
      }
      export class Api extends Service {
        override async close() {
          logger.info("closed");
          await super.close();
        }
      }
    `,
  });
});

test("an overwritten field is released first", () => {
  expect(
    rewrite(
      code`
        export class Ticker {
          #timer = setInterval(() => logger.info("tick"), 1000);
          setRate(milliseconds: number) {
            // Faster or slower.
            this.#timer = setInterval(() => logger.info("tick"), milliseconds);
          }
          close() {
            clearInterval(this.#timer);
          }
        }
      `,
      rule,
    ),
  ).toEqual({
    kind: "suggestion",
    title: "Release the earlier `this.#timer` before another is acquired",
    text: code`
      export class Ticker {
        #timer = setInterval(() => logger.info("tick"), 1000);
        setRate(milliseconds: number) {
          // Faster or slower.
          clearInterval(this.#timer);
          this.#timer = setInterval(() => logger.info("tick"), milliseconds);
        }
        close() {
          clearInterval(this.#timer);
        }
      }
    `,
  });
});
