import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import pg from "pg";
import * as unwind from "unwind";
import * as sql from "unwind/sql";
import { expect, inject, test, vi } from "vitest";

import { type Example, runExample, typeErrors } from "../../runtime/test/run-example.js";
import { root } from "../../scripts/lib/paths.mjs";

const guide = readFileSync(join(root, "docs", "guides", "sql.md"), "utf8");
const examples = [...guide.matchAll(/^## (.*)$|^```ts postgres\n([^]*?)^```$/gm)].reduce<Example[]>(
  (found, [, title, code]) => {
    if (title !== undefined) found.push({ name: title, code: "" });
    else found.push({ name: found.pop()?.name ?? "", code: code ?? "" });
    return found;
  },
  [],
);
const executable = examples.filter(({ code }) => code !== "");

test("the guide has its examples", () => {
  expect(executable.length).toBeGreaterThanOrEqual(7);
  expect(guide).not.toMatch(/^```ts$/m);
});

test.each(executable)("$name", async ({ code }) => {
  // Each example has a database of its own, as its reader would.
  const database = `guide_${randomBytes(6).toString("hex")}`;
  const server = { host: "127.0.0.1", port: inject("databases").postgres, user: "postgres" };
  await using admin = unwind.closing(new pg.Client(server), (client) => client.end());
  await admin.connect();
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
    ["pg", { Pool, Client }],
  ]);
  const nodeRequire = createRequire(import.meta.url);
  const load = (name: string): unknown => modules.get(name) ?? nodeRequire(name);
  try {
    await admin.query(`CREATE DATABASE ${database}`);
    expect(await runExample(code, load)).toBeGreaterThan(0);
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
  expect(typeErrors(executable, import.meta.dirname)).toEqual([]);
});
