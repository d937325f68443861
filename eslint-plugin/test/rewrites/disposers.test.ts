import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import ts from "typescript";
import * as unwind from "unwind";
import * as unwindNode from "unwind/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { rewrite, rewritesOf, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

const report = code`
  import { createWriteStream } from "node:fs";
  export async function report(file: string, rows: readonly string[]) {
    const out = createWriteStream(file);
    for (const row of rows) {
      await publish(row);
      out.write(row + "\n");
    }
    out.end();
  }
`;

const serve = code`
  import { createServer } from "node:http";
  export async function serve(use: (port: number) => Promise<void>) {
    const server = createServer((request, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const address = server.address();
    await use(typeof address === "object" && address ? address.port : 0);
    server.close();
  }
`;

const sleep = code`
  import { spawn } from "node:child_process";
  export async function sleep(use: (pid: number) => Promise<void>) {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await use(child.pid ?? 0);
    child.kill();
  }
`;

const stage = code`
  import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
  import { tmpdir } from "node:os";
  import { join } from "node:path";
  export async function stage() {
    const folder = await mkdtemp(join(tmpdir(), "stage-"));
    await writeFile(join(folder, "input"), "text");
    await publish(folder);
    await rm(folder, { recursive: true, force: true });
    await access(tmpdir());
  }
`;

describe("what has no disposer that does right gets the runtime's", () => {
  test.each(["typed", "untyped"] as const)("a write stream, %s", (knowledge) => {
    expect(rewrite(report, withRuntime, 0, knowledge)).toEqual({
      kind: "suggestion",
      title: "End `out` by `writable`, which waits until all is written",
      text: code`
        import { createWriteStream } from "node:fs";
        import { writable } from "unwind/node";
        export async function report(file: string, rows: readonly string[]) {
          await using out = writable(createWriteStream(file));
          for (const row of rows) {
            await publish(row);
            out.write(row + "\n");
          }
        }
      `,
    });
  });

  test.each(["typed", "untyped"] as const)("a server, under another name, %s", (knowledge) => {
    expect(rewrite(serve, withRuntime, 0, knowledge)).toEqual({
      kind: "suggestion",
      title: "End `server` by `server`, which cuts off what is left after a limit",
      text: code`
        import { createServer } from "node:http";
        import { server as managedServer } from "unwind/node";
        export async function serve(use: (port: number) => Promise<void>) {
          await using server = managedServer(createServer((request, response) => response.end("hello")));
          await new Promise<void>((resolve) => server.listen(0, resolve));
          const address = server.address();
          await use(typeof address === "object" && address ? address.port : 0);
        }
      `,
    });
  });

  test.each(["typed", "untyped"] as const)("a child process, %s", (knowledge) => {
    expect(rewrite(sleep, withRuntime, 0, knowledge)).toEqual({
      kind: "suggestion",
      title: "End `child` by `child`, which waits for its exit",
      text: code`
        import { spawn } from "node:child_process";
        import { child as managedChild } from "unwind/node";
        export async function sleep(use: (pid: number) => Promise<void>) {
          await using child = managedChild(spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]));
          await use(child.pid ?? 0);
        }
      `,
    });
  });

  const title = "Make `folder` by `tempDir`, which removes it with all that is in it";

  test.each(["typed", "untyped"] as const)("a temporary directory, %s", (knowledge) => {
    const text = stage.replace("  await access(tmpdir());\n", "").replace("access, ", "");
    expect(rewrite(text, withRuntime, 0, knowledge)).toEqual({
      kind: "suggestion",
      title,
      text: code`
        import { writeFile } from "node:fs/promises";
        import { join } from "node:path";
        import { AsyncExitStack } from "unwind";
        import { tempDir } from "unwind/node";
        export async function stage() {
          await using stack = new AsyncExitStack();
          const folder = await stack.enterContext(tempDir({ prefix: "stage-" }));
          await writeFile(join(folder, "input"), "text");
          await publish(folder);
        }
      `,
    });
  });

  test("a temporary directory, at once, of which nothing else is imported", () => {
    const text = code`
      import * as fs from "node:fs";
      import os from "node:os";
      import {
        basename,
        join,
        resolve,
      } from "node:path";
      export function stage(text: string) {
        const folder = fs.mkdtempSync(join(os.tmpdir(), 'stage-'));
        fs.writeFileSync(resolve(folder, basename(text)), text);
        fs.rmSync(folder, { recursive: true, force: true });
      }
    `;
    expect(rewrite(text, withRuntime).text).toBe(code`
      import * as fs from "node:fs";
      import {
        basename,
        resolve,
      } from "node:path";
      import { ExitStack } from "unwind";
      import { tempDir } from "unwind/node";
      export function stage(text: string) {
        using stack = new ExitStack();
        const folder = stack.enterContext(tempDir({ prefix: 'stage-' }));
        fs.writeFileSync(resolve(folder, basename(text)), text);
      }
    `);
  });

  test.each([
    ["that is made elsewhere", ['join(tmpdir(), "stage-")', '"./stage-"']],
    ["whose name says more", ['"stage-"', '"stage/in-"']],
    ["that is removed only if it is there", [", force: true", ""]],
    ["that something is done after", ["", ""]],
    ["that is handed on", ["await publish(folder);", "return folder;"]],
    [
      "whose making is imported where it is needed",
      [
        "export async function stage() {\n",
        'export async function stage() {\n  const { tmpdir } = await import("node:os");\n',
      ],
    ],
    [
      "of whose imports a comment speaks",
      ['{ tmpdir } from "node:os"', '{ /* ! */ tmpdir } from "node:os"'],
    ],
  ] as [string, [string, string]][])("not a temporary directory %s", (which, [from, to]) => {
    const text = which.endsWith("after")
      ? stage
      : stage.replace("  await access(tmpdir());\n", "").replace("access, ", "").replace(from, to);
    const titles = rewritesOf(text, withRuntime).map((each) => each.title);
    expect(titles.length).toBeGreaterThan(0);
    expect(titles).not.toContain(title);
  });

  test("the code's own release is the second choice", () => {
    expect(rewritesOf(report, withRuntime).map(({ kind, title }) => [kind, title])).toEqual([
      ["suggestion", "End `out` by `writable`, which waits until all is written"],
      ["fix", "Manage `out` with `using` and `closing`"],
    ]);
  });

  test("the title says that the package is to be added", () => {
    expect(rewritesOf(report, {}).map(({ title }) => title)).toEqual([
      "End `out` by `writable`, which waits until all is written, and add `unwind`",
      "Manage `out` with `using` and `closing`, and add `unwind`",
      "Release `out` in a `finally`",
    ]);
  });

  test.each([
    ["with the package", withRuntime, []],
    ["without", {}, ["Release `child` in a `finally`, which does not wait for its exit"]],
  ] as [string, Setting, string[]][])(
    "a child process gets no manager that does not wait beside it, %s",
    (_title, setting, others) => {
      const titles = rewritesOf(sleep, setting).map(({ title }) => title);
      expect(titles.slice(1)).toEqual(others);
      expect(titles[0]).toContain("End `child` by `child`, which waits for its exit");
    },
  );

  test("where a function cannot wait, the title says that nobody does", () => {
    const text = code`
      import { spawn } from "node:child_process";
      export function start(use: (pid: number | undefined) => void) {
        const child = spawn("sleep", ["9"]);
        use(child.pid);
        child.kill();
      }
    `;
    expect(rewritesOf(text, withRuntime).map(({ kind, title }) => [kind, title])).toEqual([
      ["suggestion", "Manage `child` with `using` and `closing`, which does not wait for its exit"],
    ]);
  });

  test("an import of the same module takes the name, once", () => {
    const text = code`
      import { createWriteStream } from "node:fs";
      import { chdir } from "unwind/node";
      export const enter = () => chdir("/");
      export async function report(file: string) {
        const out = createWriteStream(file);
        await publish(file);
        out.end();
      }
    `;
    expect(rewrite(text, withRuntime).text).toBe(code`
      import { createWriteStream } from "node:fs";
      import { chdir, writable } from "unwind/node";
      export const enter = () => chdir("/");
      export async function report(file: string) {
        await using out = writable(createWriteStream(file));
        await publish(file);
      }
    `);
  });

  test.each([
    [
      "the function cannot wait",
      code`
        import { createWriteStream } from "node:fs";
        export function report(file: string, text: string) {
          const out = createWriteStream(file);
          out.write(JSON.parse(text));
          out.end();
        }
      `,
      withRuntime,
    ],
    [
      "the code gives up what is still buffered",
      code`
        import { createWriteStream } from "node:fs";
        export async function report(file: string) {
          const out = createWriteStream(file);
          out.write(file);
          await publish(file);
          out.destroy();
        }
      `,
      withRuntime,
    ],
    [
      "its end is given the last words",
      code`
        import { createWriteStream } from "node:fs";
        export async function report(file: string) {
          const out = createWriteStream(file);
          await publish(file);
          out.end("bye");
        }
      `,
      withRuntime,
    ],
    ["only the language's own may be used", report, { ...withRuntime, rewrite: "native" }],
    ["no `using` may be written", report, { ...withRuntime, rewrite: "try-finally" }],
  ] as [string, string, Setting][])("not where %s", (_title, text, setting) => {
    const titles = rewritesOf(text, setting).map(({ title }) => title);
    expect(titles.filter((title) => title.includes("writable"))).toEqual([]);
  });
});

type Exported = Record<string, (...given: never[]) => Promise<void>>;

/** Runs a program of one module with the real modules of Node and of the runtime. */
function load(text: string, publish: (text: string) => Promise<void>): Exported {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const require = createRequire(import.meta.url);
  const exported: Exported = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the rewritten program
  const program = new Function("exports", "require", "publish", outputText) as (
    exports: object,
    require: (module: string) => unknown,
    publish: (text: string) => Promise<void>,
  ) => void;
  const modules: Readonly<Record<string, unknown>> = { unwind, "unwind/node": unwindNode };
  program(exported, (module) => modules[module] ?? require(module), publish);
  return exported;
}

describe("executed", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "unwind-disposers-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const nothing = (): Promise<void> => Promise.resolve();

  test("all is in the file when the function returns, which it was not", async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `row ${index} ${"x".repeat(500)}`);
    const expected = rows.map((row) => `${row}\n`).join("");
    const file = path.join(folder, "all");
    const run = async (text: string) => {
      rmSync(file, { force: true });
      await load(text, nothing)["report"]?.(...([file, rows] as never[]));
      return existsSync(file) ? readFileSync(file, "utf8").length : 0;
    };
    expect(await run(report)).toBeLessThan(expected.length);
    expect(await run(rewrite(report, withRuntime).text)).toBe(expected.length);
    expect(readFileSync(file, "utf8")).toBe(expected);
  });

  test("what failed comes out, and what was written before is in the file", async () => {
    const failure = new Error("no network");
    const file = path.join(folder, "part");
    const publish = (text: string) =>
      text === "two" ? Promise.reject(failure) : Promise.resolve();
    const { report: run } = load(rewrite(report, withRuntime).text, publish);
    await expect(run?.(...([file, ["one", "two"]] as never[]))).rejects.toBe(failure);
    expect(readFileSync(file, "utf8")).toBe("one\n");
  });

  test.each(["returns", "fails"])("no directory is left when the function %s", async (way) => {
    const failure = new Error("no more");
    let made = "";
    const use = (given: string) => {
      made = given;
      expect(path.basename(made)).toMatch(/^stage-/);
      expect(readFileSync(path.join(made, "input"), "utf8")).toBe("text");
      return way === "fails" ? Promise.reject(failure) : Promise.resolve();
    };
    const text = stage.replace("  await access(tmpdir());\n", "");
    const { text: rewritten } = rewrite(text.replace("access, ", ""), withRuntime);
    expect(rewritten).toContain("tempDir({");
    const ended = load(rewritten, use)["stage"]?.();
    if (way === "fails") await expect(ended).rejects.toBe(failure);
    else await ended;
    expect(made).not.toBe("");
    expect(existsSync(made)).toBe(false);
  });

  test.each(["returns", "fails"])("no server listens when the function %s", async (way) => {
    const failure = new Error("no more");
    let port = 0;
    const use = async (given: number) => {
      port = given;
      expect(await (await fetch(`http://localhost:${port}`)).text()).toBe("hello");
      if (way === "fails") throw failure;
    };
    const { serve: run } = load(rewrite(serve, withRuntime).text, nothing);
    const ended = run?.(use as never);
    if (way === "fails") await expect(ended).rejects.toBe(failure);
    else await ended;
    const [error] = (await once(connect(port), "error").catch((caught: unknown) => [caught])) as [
      { code: string },
    ];
    expect(error.code).toBe("ECONNREFUSED");
  });

  test.each(["returns", "fails"])("no child runs when the function %s", async (way) => {
    const failure = new Error("no more");
    let pid = 0;
    const use = (given: number) => {
      pid = given;
      return way === "fails" ? Promise.reject(failure) : Promise.resolve();
    };
    const { sleep: run } = load(rewrite(sleep, withRuntime).text, nothing);
    const ended = run?.(use as never);
    if (way === "fails") await expect(ended).rejects.toBe(failure);
    else await ended;
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
