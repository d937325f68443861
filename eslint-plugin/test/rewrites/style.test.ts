import { describe, expect, test } from "vitest";

import { findingsIn, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

describe("a rewrite writes as the file does", () => {
  test("with CRLF", () => {
    const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
    expect(
      rewrite(
        crlf(code`
          import { closeSync, openSync, readFileSync } from "node:fs";

          export function read(file: string) {
            const fd = openSync(file, "r");
            try {
              logger.info(readFileSync(fd, "utf8"));
              readFileSync(fd);
            } catch (error) {
              logger.warn("unreadable", error);
              throw error;
            }
            closeSync(fd);
          }
        `),
        withRuntime,
      ).text,
    ).toBe(
      crlf(code`
        import { closeSync, openSync, readFileSync } from "node:fs";
        import { ExitStack } from "unwind";

        export function read(file: string) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, "r"), closeSync);
          try {
            logger.info(readFileSync(fd, "utf8"));
            readFileSync(fd);
          } catch (error) {
            logger.warn("unreadable", error);
            throw error;
          }
        }
      `),
    );
  });

  test("with tabs, single quotes and no semicolons", () => {
    expect(
      rewrite(
        [
          "import { openSync, closeSync, readFileSync } from 'node:fs'",
          "",
          "export function read(file: string) {",
          "\tif (ready) {",
          "\t\tconst fd = openSync(file, 'r')",
          "\t\tconst text = readFileSync(fd, 'utf8')",
          "\t\tcloseSync(fd)",
          "\t\treturn text",
          "\t}",
          "\treturn ''",
          "}",
          "",
        ].join("\n"),
        withRuntime,
      ).text,
    ).toBe(
      [
        "import { openSync, closeSync, readFileSync } from 'node:fs'",
        "import { ExitStack } from 'unwind'",
        "",
        "export function read(file: string) {",
        "\tif (ready) {",
        "\t\tusing stack = new ExitStack()",
        "\t\tconst fd = stack.adopt(openSync(file, 'r'), closeSync)",
        "\t\tconst text = readFileSync(fd, 'utf8')",
        "\t\treturn text",
        "\t}",
        "\treturn ''",
        "}",
        "",
      ].join("\n"),
    );
  });

  test("keeping every comment", () => {
    expect(
      rewrite(code`
        // @ts-check
        /* Copyright notice. */
        import { open } from "node:fs/promises"; // all that we need

        /** The size of a file. */
        export async function size(file: string) {
          // Opened read-only.
          const /* the file */ handle = await open(/* path */ file); // may fail
          const { size } = await handle.stat(); // bytes
          // And closed again.
          await handle.close();
          /* done */
          return size;
        }
      `).text,
    ).toBe(code`
      // @ts-check
      /* Copyright notice. */
      import { open } from "node:fs/promises"; // all that we need

      /** The size of a file. */
      export async function size(file: string) {
        // Opened read-only.
        await using /* the file */ handle = await open(/* path */ file); // may fail
        const { size } = await handle.stat(); // bytes
        // And closed again.
        /* done */
        return size;
      }
    `);
  });

  test("keeping a comment behind the release", () => {
    const { text } = rewrite(code`
      import { open } from "node:fs/promises";
      export async function size(file: string) {
        const handle = await open(file);
        const { size } = await handle.stat();
        await handle.close(); // or else EMFILE
        return size;
      }
    `);
    expect(text).toContain("// or else EMFILE");
    expect(text).toContain("await using handle");
  });

  test("with an import of `unwind` that is there already", () => {
    expect(
      rewrite(
        code`
          import { connect } from "node:net";
          import { ExitStack } from "unwind";
          export async function ask(port: number) {
            using stack = new ExitStack();
            stack.defer(() => logger.info("asked"));
            const socket = connect(port);
            socket.write("PING\r\n");
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { connect } from "node:net";
      import { ExitStack, closing } from "unwind";
      export async function ask(port: number) {
        using stack = new ExitStack();
        stack.defer(() => logger.info("asked"));
        using socket = closing(connect(port), (held) => held.end());
        socket.write("PING\r\n");
      }
    `);
  });

  test("with the very name imported already", () => {
    expect(
      rewrite(
        code`
          import { connect } from "node:net";
          import { closing } from "unwind";
          export function ping(port: number) {
            const socket = connect(port);
            socket.write("PING\r\n");
          }
          export { closing };
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { connect } from "node:net";
      import { closing } from "unwind";
      export function ping(port: number) {
        using socket = closing(connect(port), (held) => held.end());
        socket.write("PING\r\n");
      }
      export { closing };
    `);
  });

  test("with a type of `unwind` imported already", () => {
    expect(
      rewrite(
        code`
          import { connect } from "node:net";
          import type { ContextManager } from "unwind";
          export function ping(port: number, around: ContextManager<unknown>) {
            const socket = connect(port);
            socket.write(String(around));
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { connect } from "node:net";
      import type { ContextManager } from "unwind";
      import { closing } from "unwind";
      export function ping(port: number, around: ContextManager<unknown>) {
        using socket = closing(connect(port), (held) => held.end());
        socket.write(String(around));
      }
    `);
  });

  test("with `unwind` imported as a namespace", () => {
    const { text } = rewrite(
      code`
        import { connect } from "node:net";
        import * as unwind from "unwind";
        export function ping(port: number) {
          const socket = connect(port);
          socket.write(String(unwind));
        }
      `,
      withRuntime,
    );
    expect(text).toContain('import { closing } from "unwind";');
    expect(text).toContain("using socket = closing(connect(port)");
  });

  test("after an import of several lines", () => {
    expect(
      rewrite(
        code`
          import {
            closeSync,
            fsyncSync,
            openSync, // and more
          } from "node:fs";
          export function flush(file: string) {
            const fd = openSync(file, "r+");
            fsyncSync(fd);
            closeSync(fd);
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import {
        closeSync,
        fsyncSync,
        openSync, // and more
      } from "node:fs";
      import { ExitStack } from "unwind";
      export function flush(file: string) {
        using stack = new ExitStack();
        const fd = stack.adopt(openSync(file, "r+"), closeSync);
        fsyncSync(fd);
      }
    `);
  });

  test("where names are taken", () => {
    expect(
      rewrite(
        code`
          import { closeSync, openSync, writeSync } from "node:fs";
          export function report(file: string, error: Error) {
            const fd = openSync(file, "a");
            writeSync(fd, error.stack ?? error.message);
            closeSync(fd);
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { closeSync, openSync, writeSync } from "node:fs";
      import { ExitStack } from "unwind";
      export function report(file: string, error: Error) {
        using exitStack = new ExitStack();
        const fd = exitStack.adopt(openSync(file, "a"), closeSync);
        writeSync(fd, error.stack ?? error.message);
      }
    `);
    expect(
      rewrite(
        code`
          import { connect } from "node:net";
          export function ping(port: number, held: string) {
            const socket = connect(port);
            socket.write(held);
          }
        `,
        withRuntime,
      ).text,
    ).toBe(code`
      import { connect } from "node:net";
      import { closing } from "unwind";
      export function ping(port: number, held: string) {
        using socket = closing(connect(port), (resource) => resource.end());
        socket.write(held);
      }
    `);
  });

  test("where names are taken in other functions only", () => {
    const { text } = rewrite(
      code`
        import { connect } from "node:net";
        export function one(held: string, resource: string, acquired: string) {
          return held + resource + acquired;
        }
        export function ping(port: number) {
          const socket = connect(port);
          socket.write("PING\r\n");
        }
      `,
      withRuntime,
    );
    expect(text).toContain("using socket = closing(connect(port), (held) => held.end());");
  });

  test("where a name is taken by the module, or in a function inside", () => {
    const { text } = rewrite(
      code`
        import { closeSync, openSync, writeSync } from "node:fs";
        import * as stack from "node:os";
        export function report(file: string) {
          const fd = openSync(file, "a");
          const exitStack = () => stack.EOL;
          writeSync(fd, exitStack());
          closeSync(fd);
        }
      `,
      withRuntime,
    );
    expect(text).toContain("using fdStack = new ExitStack();");
  });

  test("where `closing` means something else, with a stack", () => {
    expect(
      rewrite(
        code`
          import { connect } from "node:net";
          let closing = false;
          export function ping(port: number) {
            if (closing) return;
            const socket = connect(port);
            socket.write("PING\r\n");
          }
          process.once("SIGTERM", () => (closing = true));
        `,
        withRuntime,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Manage `socket` with an `ExitStack`",
      text: code`
        import { connect } from "node:net";
        import { ExitStack } from "unwind";
        let closing = false;
        export function ping(port: number) {
          if (closing) return;
          using stack = new ExitStack();
          const socket = stack.adopt(connect(port), (held) => held.end());
          socket.write("PING\r\n");
        }
        process.once("SIGTERM", () => (closing = true));
      `,
    });
  });
});

describe("JavaScript", () => {
  const modules = code`
    import { open } from "node:fs/promises";
    export async function size(file) {
      const handle = await open(file);
      const { size } = await handle.stat();
      await handle.close();
      return size;
    }
  `;

  test("gets `using` where every engine of its package runs it", () => {
    expect(rewrite(modules, { file: "subject.js", node: ">=24" })).toEqual({
      kind: "fix",
      title: "Manage `handle` with `await using`",
      text: code`
        import { open } from "node:fs/promises";
        export async function size(file) {
          await using handle = await open(file);
          const { size } = await handle.stat();
          return size;
        }
      `,
    });
  });

  test.each([[">=22"], [undefined]])("gets a `finally` with engines.node %s", (node) => {
    const setting = { file: "subject.js", ...(node !== undefined && { node }) };
    expect(rewrite(modules, setting)).toEqual({
      kind: "suggestion",
      title: "Release `handle` in a `finally`",
      text: code`
        import { open } from "node:fs/promises";
        export async function size(file) {
          const handle = await open(file);
          try {
            const { size } = await handle.stat();
            return size;
          } finally {
            await handle.close();
          }
        }
      `,
    });
  });

  test("with CommonJS gets a `require`", () => {
    const setting: Setting = { file: "subject.cjs", node: ">=24", runtime: true };
    expect(
      rewrite(
        code`
          'use strict';

          const { openSync, closeSync, readFileSync } = require('node:fs');

          module.exports = function read(file) {
            const fd = openSync(file, 'r');
            const text = readFileSync(fd, 'utf8');
            closeSync(fd);
            return text;
          };
        `,
        setting,
      ),
    ).toEqual({
      kind: "fix",
      title: "Manage `fd` with an `ExitStack`",
      text: code`
        'use strict';

        const { openSync, closeSync, readFileSync } = require('node:fs');
        const { ExitStack } = require('unwind');

        module.exports = function read(file) {
          using stack = new ExitStack();
          const fd = stack.adopt(openSync(file, 'r'), closeSync);
          const text = readFileSync(fd, 'utf8');
          return text;
        };
      `,
    });
  });

  test("with CommonJS takes the release function out of the module, too", () => {
    const setting: Setting = { file: "subject.cjs", node: ">=24", runtime: true };
    expect(
      rewrite(
        code`
          const { openSync: open, fstatSync } = require("fs");
          exports.size = (file) => {
            const fd = open(file, "r");
            return fstatSync(fd).size;
          };
        `,
        setting,
      ).text,
    ).toBe(code`
      const { openSync: open, fstatSync, closeSync } = require("fs");
      const { ExitStack } = require("unwind");
      exports.size = (file) => {
        using stack = new ExitStack();
        const fd = stack.adopt(open(file, "r"), closeSync);
        return fstatSync(fd).size;
      };
    `);
  });

  test("with CommonJS releases through the module object", () => {
    const setting: Setting = { file: "subject.cjs", node: ">=24", runtime: true };
    expect(
      rewrite(
        code`
          const fs = require("fs");
          exports.size = (file) => {
            const fd = fs.openSync(file, "r");
            return fs.fstatSync(fd).size;
          };
        `,
        setting,
      ).text,
    ).toBe(code`
      const fs = require("fs");
      const { ExitStack } = require("unwind");
      exports.size = (file) => {
        using stack = new ExitStack();
        const fd = stack.adopt(fs.openSync(file, "r"), fs.closeSync);
        return fs.fstatSync(fd).size;
      };
    `);
  });

  test("of which a leak is found all the same", () => {
    expect(findingsIn(modules, "untyped", { file: "subject.js" })).toMatchObject([
      { messageId: "leaksOnThrow", rewrites: [{ title: "Release `handle` in a `finally`" }] },
    ]);
  });
});
