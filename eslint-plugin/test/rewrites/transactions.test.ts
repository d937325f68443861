import { describe, expect, test } from "vitest";

import { expectNoRewrite, rewrite, rewritesOf, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

const transfer = code`
  import type { PoolClient } from "pg";
  export async function transfer(client: PoolClient, amount: number) {
    await client.query("BEGIN");
    await client.query("UPDATE account SET sum = sum - $1", [amount]); // the payer's
    if (amount > 100) {
      await client.query("ROLLBACK");
      return false;
    }
    // And the other's.
    await client.query("UPDATE account SET sum = sum + $1", [amount]);
    await client.query("COMMIT");
    return true;
  }
`;

describe("a transaction that stays open when something fails", () => {
  test.each(["typed", "untyped"] as const)("is run by `transaction`, %s", (knowledge) => {
    expect(rewrite(transfer, withRuntime, 0, knowledge)).toEqual({
      kind: "suggestion",
      title: "Run what follows in a `transaction`, which rolls back unless it is completed",
      text: code`
        import type { PoolClient } from "pg";
        import { enterAsync } from "unwind";
        import { transaction } from "unwind/sql";
        export async function transfer(client: PoolClient, amount: number) {
          await using tx = await enterAsync(transaction(client));
          await client.query("UPDATE account SET sum = sum - $1", [amount]); // the payer's
          if (amount > 100) {
            return false;
          }
          // And the other's.
          await client.query("UPDATE account SET sum = sum + $1", [amount]);
          tx.complete();
          return true;
        }
      `,
    });
  });

  test.each(["typed", "untyped"] as const)("is rolled back by a `catch`, %s", (knowledge) => {
    expect(rewrite(transfer, {}, 0, knowledge)).toEqual({
      kind: "suggestion",
      title: "Roll back the transaction of `client` if what follows fails",
      text: code`
        import type { PoolClient } from "pg";
        export async function transfer(client: PoolClient, amount: number) {
          await client.query("BEGIN");
          try {
            await client.query("UPDATE account SET sum = sum - $1", [amount]); // the payer's
            if (amount > 100) {
              await client.query("ROLLBACK");
              return false;
            }
            // And the other's.
            await client.query("UPDATE account SET sum = sum + $1", [amount]);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            throw error;
          }
          return true;
        }
      `,
    });
  });

  test("is offered both, the one that the project can have at once first", () => {
    const titles = (setting: Setting) => rewritesOf(transfer, setting).map(({ title }) => title);
    expect(titles({})).toEqual([
      "Roll back the transaction of `client` if what follows fails",
      "Run what follows in a `transaction`, which rolls back unless it is completed, and add `unwind`",
    ]);
    expect(titles({ rewrite: "try-finally" })).toEqual([
      "Roll back the transaction of `client` if what follows fails",
    ]);
  });

  test("of methods is rolled back by the counterpart of its commit", () => {
    const text = code`
      interface Connection {
        beginTransaction(): Promise<void>;
        query(sql: string): Promise<number[]>;
        commit(): Promise<void>;
        rollback(): Promise<void>;
        release(): void;
      }
      declare function connect(): Promise<Connection>;
      export async function move() {
        const connection = await connect();
        try {
          await connection.beginTransaction();
          await connection.query("UPDATE item SET place = 1");
          await connection.commit();
        } finally {
          connection.release();
        }
      }
    `;
    expect(rewrite(text).text).toBe(code`
      interface Connection {
        beginTransaction(): Promise<void>;
        query(sql: string): Promise<number[]>;
        commit(): Promise<void>;
        rollback(): Promise<void>;
        release(): void;
      }
      declare function connect(): Promise<Connection>;
      export async function move() {
        const connection = await connect();
        try {
          await connection.beginTransaction();
          try {
            await connection.query("UPDATE item SET place = 1");
            await connection.commit();
          } catch (error) {
            await connection.rollback();
            throw error;
          }
        } finally {
          connection.release();
        }
      }
    `);
  });

  test.each([
    [
      "something follows the commit",
      transfer.replace("  return true;", "  await publish('done');\n  return true;"),
    ],
    ["it is begun in a way of its own", transfer.replace('"BEGIN"', '"BEGIN READ ONLY"')],
    [
      "nobody knows the connection",
      transfer
        .replace(
          "client: PoolClient",
          "client: { query(sql: string, values?: number[]): Promise<unknown> }",
        )
        .replace(/^import.*\n/, ""),
    ],
  ])("is not run by `transaction` where %s", (_title, text) => {
    expect(rewritesOf(text, withRuntime).map(({ title }) => title)).toEqual([
      "Roll back the transaction of `client` if what follows fails",
    ]);
  });

  test.each([
    [
      "a `catch` rolls back a part of it",
      code`
        import type { PoolClient } from "pg";
        export async function transfer(client: PoolClient, amount: number) {
          await client.query("BEGIN");
          await publish("begun");
          try {
            await client.query("UPDATE account SET sum = sum + $1", [amount]);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            throw error;
          }
        }
      `,
    ],
    [
      "nobody knows how its library rolls back",
      code`
        interface Session {
          startTransaction(): Promise<void>;
          commitTransaction(): Promise<void>;
        }
        declare function sessionOf(name: string): Promise<Session>;
        export async function move(name: string) {
          const session = await sessionOf(name);
          await session.startTransaction();
          await publish(name);
          await session.commitTransaction();
        }
      `,
    ],
  ])("is left alone where %s", (_title, text) => {
    expectNoRewrite(text, withRuntime);
  });
});
