import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import pg from "pg";
import ts from "typescript";
import * as unwind from "unwind";
import * as sql from "unwind/sql";
import { expect, inject, test, vi } from "vitest";

import { root } from "../../scripts/lib/paths.mjs";

const guide = readFileSync(join(root, "docs", "guides", "sql.md"), "utf8");
const examples = [...guide.matchAll(/^## (.*)$|^```ts postgres\n([^]*?)^```$/gm)].reduce<
  { title: string; code: string }[]
>((found, [, title, code]) => {
  if (title !== undefined) found.push({ title, code: "" });
  else (found.at(-1) as { code: string }).code = code ?? "";
  return found;
}, []);
const executable = examples.filter(({ code }) => code !== "");

const AsyncFunction = (async () => {}).constructor as new (
  ...parameters: string[]
) => (...values: unknown[]) => Promise<void>;

test("the guide has its examples", () => {
  expect(executable.length).toBeGreaterThanOrEqual(7);
  expect(guide).not.toMatch(/^```ts$/m);
});

test.each(executable)("$title", async ({ code }) => {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  // Each example has a database of its own, as its reader would.
  const database = `guide_${randomBytes(6).toString("hex")}`;
  const server = { host: "127.0.0.1", port: inject("databases").postgres, user: "postgres" };
  await using admin = unwind.closing(new pg.Client(server), (client) => client.end());
  await admin.connect();
  let assertions = 0;
  const counted: unknown = new Proxy(assert, {
    get(target, key) {
      assertions++;
      return Reflect.get(target, key) as unknown;
    },
  });
  const own = { ...server, database };
  class Pool extends pg.Pool {
    constructor(config?: pg.PoolConfig) {
      super({ ...own, ...config });
    }
  }
  class Client extends pg.Client {
    constructor() {
      super(own);
    }
  }
  const modules = new Map<string, unknown>([
    ["unwind", unwind],
    ["unwind/sql", sql],
    ["node:assert/strict", counted],
    ["pg", { Pool, Client }],
  ]);
  const nodeRequire = createRequire(import.meta.url);
  const load = (name: string): unknown => modules.get(name) ?? nodeRequire(name);
  try {
    await admin.query(`CREATE DATABASE ${database}`);
    await new AsyncFunction("require", "exports", outputText)(load, {});
    expect(assertions).toBeGreaterThan(0);
  } finally {
    // A connection that is about to close must not be told that it is closed by force.
    await vi.waitFor(async () => {
      const { rowCount } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE datname = '${database}'`,
      );
      expect(rowCount, "connections that the example has left open").toBe(0);
    }, 10_000);
    await admin.query(`DROP DATABASE IF EXISTS ${database}`);
  }
});

test("the examples type-check as a user's code would", { timeout: 60_000 }, () => {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    skipLibCheck: true,
  };
  const files = new Map(
    executable.map(({ code }, index) => [
      join(import.meta.dirname, `example-${index}.mts`),
      `${code}\nexport {};\n`,
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile.call(host, path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const index = [...files.keys()].indexOf(file?.fileName ?? "");
    return `${executable[index]?.title}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  expect(problems).toEqual([]);
});
