import { describe, expect, test } from "vitest";

import { applyEdits } from "../../src/session/index.js";
import { expectNoRewrite, findingsIn, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";
import { errorsIn } from "../checks/workspace.js";

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

test("what must not be released twice is released once another is acquired", () => {
  expect(
    rewrite(
      code`
        import { closeSync, openSync, writeSync } from "node:fs";
        export class Journal {
          #fd = openSync("journal", "a");
          rotate(path: string) {
            this.#fd = openSync(path, "a"); // the next
            writeSync(this.#fd, "begin");
          }
          close() {
            closeSync(this.#fd);
          }
        }
      `,
      rule,
    ),
  ).toEqual({
    kind: "suggestion",
    title: "Release the earlier `this.#fd` once another is acquired",
    text: code`
      import { closeSync, openSync, writeSync } from "node:fs";
      export class Journal {
        #fd = openSync("journal", "a");
        rotate(path: string) {
          const earlier = this.#fd;
          this.#fd = openSync(path, "a"); // the next
          closeSync(earlier);
          writeSync(this.#fd, "begin");
        }
        close() {
          closeSync(this.#fd);
        }
      }
    `,
  });
});

describe("a stack in a field", () => {
  const withRuntime: Setting = { ...rule, runtime: true, node: ">=20.19" };

  /** The rewrite that each of the findings in a file offers, carried out. */
  const held = (text: string, setting = withRuntime): string => {
    const titles = new Set<string>();
    const texts = new Set<string>();
    for (const { rewrites } of findingsIn(text, "untyped", setting)) {
      for (const { title, edits } of rewrites.filter((each) => each.title.startsWith("Hold "))) {
        titles.add(title);
        texts.add(applyEdits(text, edits));
      }
    }
    expect(titles.size, [...titles].join("\n")).toBe(1);
    const [result = ""] = texts;
    expect(errorsIn(result, setting), result).toEqual([]);
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(result, knowledge, setting), result).toEqual([]);
    }
    return result;
  };

  test("takes all that the class acquires and does not release", () => {
    expect(
      held(code`
        import { watch } from "node:fs";
        import { Worker } from "node:worker_threads";
        export class Renderer {
          readonly #watcher = watch("config");
          readonly #worker: Worker;
          constructor(script: string) {
            this.#worker = new Worker(script);
          }
          async close() {
            logger.info("closed");
          }
        }
      `),
    ).toBe(code`
      import { watch } from "node:fs";
      import { Worker } from "node:worker_threads";
      import { AsyncExitStack } from "unwind";
      export class Renderer {
        readonly #resources = new AsyncExitStack();
        readonly #watcher = this.#resources.adopt(watch("config"), (held) => held.close());
        readonly #worker: Worker;
        constructor(script: string) {
          this.#worker = this.#resources.adopt(new Worker(script), async (held) => { await held.terminate(); });
        }
        async close() {
          logger.info("closed");
          await this.#resources.disposeAsync();
        }
      }
    `);
  });

  test("is private as the class's other fields are", () => {
    expect(
      held(code`
        import { closeSync, openSync } from "node:fs";
        export class PidFile {
          private readonly fd: number;
          constructor(path: string) {
            this.fd = openSync(path, "w");
          }
          close() {
            logger.info("closed");
          }
        }
        export { closeSync };
      `),
    ).toContain(
      code`
      export class PidFile {
        private readonly resources = new ExitStack();
        private readonly fd: number;
        constructor(path: string) {
          this.fd = this.resources.adopt(openSync(path, "w"), (held) => closeSync(held));
        }
        close() {
          logger.info("closed");
          this.resources.dispose();
        }
      }
    `.trimEnd(),
    );
  });

  test("is disposed of by a new method where the class has none", () => {
    expect(
      held(code`
        import { closeSync, openSync, writeSync } from "node:fs";
        export class PidFile {
          #fd = openSync("pid", "w");
          write() {
            writeSync(this.#fd, String(process.pid));
          }
        }
        export { closeSync };
      `),
    ).toContain("\n  close(): void {\n    this.#resources.dispose();\n  }\n}\n");
  });

  test("is disposed of before what was acquired earlier is released", () => {
    expect(
      held(code`
        import { watch } from "node:fs";
        export class Reloader {
          readonly #watcher = watch("config");
          readonly #timer = setInterval(() => logger.info("reload"), 1000);
          close() {
            this.#watcher.close();
          }
        }
      `),
    ).toContain("    this.#resources.dispose();\n    this.#watcher.close();\n");
  });

  test("gets another name where the class has one", () => {
    const text = code`
      export class Heartbeat {
        readonly #resources: string[] = [];
        readonly #timer = setInterval(() => logger.info("alive"), 1000);
        close() {
          logger.info(this.#resources.join());
        }
      }
    `;
    expect(held(text)).toContain("readonly #exitStack = new ExitStack();");
  });

  const offered = (text: string, setting: Setting): boolean =>
    findingsIn(text, "untyped", setting).some(({ rewrites }) =>
      rewrites.some(({ title }) => title.startsWith("Hold ")),
    );
  const heartbeat = code`
    export class Heartbeat {
      readonly #timer = setInterval(() => logger.info("alive"), 1000);
      close() {
        logger.info("closed");
      }
    }
  `;

  test.each<[string, string, Setting]>([
    ["the project does not depend on the runtime", heartbeat, rule],
    ["rewrites must not say so", heartbeat, { ...withRuntime, rewrite: "try-finally" }],
    [
      "the class extends another",
      heartbeat.replace("Heartbeat {", "Heartbeat extends Service {") + "class Service {}\n",
      withRuntime,
    ],
    [
      "the object may acquire it again after its end",
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
      withRuntime,
    ],
    [
      "its method cannot wait",
      code`
        import { Worker } from "node:worker_threads";
        export class Renderer {
          readonly #worker = new Worker("./render.js");
          close() {
            logger.info("closed");
          }
        }
      `,
      withRuntime,
    ],
    [
      "something else was acquired in between",
      code`
        import { watch } from "node:fs";
        export class Reloader {
          readonly #first = setInterval(() => logger.info("first"), 1000);
          readonly #watcher = watch("config");
          readonly #second = setInterval(() => logger.info("second"), 1000);
          close() {
            this.#watcher.close();
          }
        }
      `,
      withRuntime,
    ],
  ])("is not offered where %s", (_title, text, setting) => {
    expect(findingsIn(text, "untyped", setting)).not.toEqual([]);
    expect(offered(text, setting)).toBe(false);
  });
});
