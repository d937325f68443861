import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { applyEdits, Session } from "eslint-plugin-unwind/session";
import ts from "typescript";
import * as unwind from "unwind";
import * as sql from "unwind/sql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { databases } from "./databases.js";
import { fixture } from "./fixture.js";

const program = `import type { PoolClient } from "pg";
export async function book(client: PoolClient, table: string, ids: readonly number[]) {
  await client.query("BEGIN");
  for (const id of ids) {
    if (id < 0) {
      await client.query("ROLLBACK");
      return false;
    }
    await client.query(\`INSERT INTO \${table} (id) VALUES (\${id})\`);
  }
  await client.query("COMMIT");
  return true;
}
`;

type Book = (client: unknown, table: string, ids: readonly number[]) => Promise<boolean>;

/** Each way in which the rule mends the program, with the program itself. */
function ways(): ReadonlyMap<string, string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "unwind-rewritten-")));
  const session = new Session({ types: false });
  try {
    const manifest = {
      type: "module",
      engines: { node: ">=20.19" },
      dependencies: { unwind: "*" },
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    const { findings } = session.check({ path: join(folder, "book.ts"), text: program });
    const rewrites = findings.flatMap((finding) => finding.rewrites);
    const mended = rewrites.map(({ title, edits }) => [title, applyEdits(program, edits)] as const);
    return new Map([["as it is", program], ...mended]);
  } finally {
    session.close();
    rmSync(folder, { recursive: true });
  }
}

function load(text: string): Book {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exported: { book?: Book } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the rewritten program
  const run = new Function("exports", "require", outputText) as (
    exports: object,
    require: (module: string) => unknown,
  ) => void;
  run(exported, (module) => (module === "unwind" ? unwind : sql));
  if (!exported.book) throw new Error("The program exports nothing");
  return exported.book;
}

const [postgres] = databases.filter(({ name }) => name === "pg");
if (!postgres) throw new Error("There is no database named pg");

describe("a transaction of raw statements, rewritten", () => {
  const it = fixture(postgres);
  let texts: ReadonlyMap<string, string>;
  beforeAll(() => {
    texts = ways();
  });
  afterAll(() => expect(texts.size).toBe(3));

  const titles = [
    "as it is",
    "Run what follows in a `transaction`, which rolls back unless it is completed",
    "Roll back the transaction of `client` if what follows fails",
  ];

  /** What is in the table after a run, and whether the connection is in a transaction. */
  const run = async (title: string, ids: readonly number[]) => {
    const book = load(texts.get(title) ?? "");
    const table = await it.beside.table();
    const pool = it.open(1);
    return it.lend(pool, async (client) => {
      const result = await book(client, table, ids).catch(
        (error: unknown) => (error as Error).message,
      );
      // In a transaction that failed every statement is refused.
      const open = await it
        .query(client, "SELECT txid_current_if_assigned() IS NOT NULL AS id")
        .then(
          (rows) => JSON.stringify(rows).includes("true"),
          () => true,
        );
      if (open) await it.query(client, "ROLLBACK");
      return { result, open, ids: await it.beside.ids(table) };
    });
  };

  test.each(titles)("what was written before is there after: %s", async (title) => {
    expect(await run(title, [1, 2])).toEqual({ result: true, open: false, ids: [1, 2] });
  });

  test.each(titles)("an early return rolls back: %s", async (title) => {
    expect(await run(title, [1, -1])).toEqual({ result: false, open: false, ids: [] });
  });

  test.each(titles)("a failure leaves no transaction behind, which it did: %s", async (title) => {
    const { result, open, ids } = await run(title, [1, Number.NaN]);
    expect({ result, ids }).toEqual({ result: expect.stringMatching(/nan/i) as string, ids: [] });
    expect(open).toBe(title === "as it is");
  });
});
