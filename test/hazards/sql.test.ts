import type { Kysely } from "kysely";
import initSqlJs from "sql.js";
import type { DataSource } from "typeorm";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";

import { Programs } from "./programs.js";
import { openKysely, openTypeorm } from "./sqlite.js";

/** The disposers of TypeORM and Kysely, with a real SQLite (sql.js), before and after the rewrite. */
const programs = new Programs();
const failure = new Error("no stock");

afterAll(() => {
  programs.close();
});

describe("TypeORM's query runner", () => {
  interface Save {
    save(source: DataSource, check: () => void): Promise<void>;
  }
  const managed = `
    export async function save(source, check: () => void) {
      await using runner = source.createQueryRunner();
      await runner.startTransaction();
      await runner.query("INSERT INTO orders VALUES (1)");
      if (check()) throw new RangeError("it said so");
      await runner.commitTransaction();
    }
  `;
  const leaking = managed
    .replace("await using", "const")
    .replace("commitTransaction();", "commitTransaction();\n      await runner.release();");
  let source: DataSource;

  beforeEach(async () => {
    source = await openTypeorm();
    await source.query("CREATE TABLE orders (id integer)");
  });

  afterEach(() => source.destroy());

  const count = async (): Promise<number> => {
    const [row] = await source.query<{ n: number }[]>("SELECT count(*) AS n FROM orders");
    return row?.n ?? -1;
  };
  const fail = (): never => {
    throw failure;
  };

  test("commits what has failed, and then rolls it back", async () => {
    const before = await programs.load<Save>(managed);
    await expect(before.save(source, fail)).rejects.toBe(failure);
    expect(await count()).toBe(1);

    await source.query("DELETE FROM orders");
    const after = await programs.load<Save>(programs.mended(managed, "no-hazardous-dispose"));
    await expect(after.save(source, fail)).rejects.toBe(failure);
    expect(await count()).toBe(0);
  });

  test.each([
    ["of this rule", managed, "no-hazardous-dispose"],
    ["of the leak's rule", leaking, "no-unmanaged-acquisition"],
  ])("keeps what was committed after the rewrite %s", async (_rule, program, rule) => {
    const after = await programs.load<Save>(programs.mended(program, rule));
    await after.save(source, () => undefined);
    expect(await count()).toBe(1);
    await expect(after.save(source, fail)).rejects.toBe(failure);
    expect(await count()).toBe(1);
    // Another transaction can begin: the failed one is not open any more.
    await after.save(source, () => undefined);
    expect(await count()).toBe(2);
  });
});

describe("Kysely's transaction", () => {
  interface Tables {
    orders: { id: number };
  }
  interface Save {
    save(db: Kysely<Tables>, check: () => void): Promise<void>;
  }
  const program = `
    import type { Kysely } from "kysely";
    export async function save(db: Kysely<any>, check: () => void) {
      await using trx = await db.startTransaction().execute();
      await trx.insertInto("orders").values({ id: 1 }).execute();
      check();
      await trx.commit().execute();
    }
  `;
  let db: Kysely<Tables>;

  beforeEach(async () => {
    const SQL = await initSqlJs();
    db = openKysely<Tables>(new SQL.Database());
    await db.schema.createTable("orders").addColumn("id", "integer").execute();
  });

  afterEach(() => db.destroy());

  const count = async (): Promise<number> =>
    (await db.selectFrom("orders").selectAll().execute()).length;

  test("cannot be disposed, not even when it is committed", async () => {
    const before = await programs.load<Save>(program);
    await expect(before.save(db, () => undefined)).rejects.toThrow(/destroy/);
  });

  test("is rolled back after a failure, and left alone after a commit", async () => {
    const after = await programs.load<Save>(programs.mended(program, "no-hazardous-dispose"));
    await after.save(db, () => undefined);
    expect(await count()).toBe(1);
    const failed = after.save(db, () => {
      throw failure;
    });
    await expect(failed).rejects.toBe(failure);
    expect(await count()).toBe(1);
  });
});
