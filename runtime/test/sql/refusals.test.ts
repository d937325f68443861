import { describe, expect, test } from "vitest";

import {
  advisoryLock,
  inTransaction,
  pooled,
  type SqlConnection,
  transaction,
} from "../../src/sql/index.js";

// What is refused before a server is asked anything: test/databases has the rest, with real servers.

const connection = { query: () => Promise.resolve({ rows: [] }) };
const wrong = (value: unknown) => value as SqlConnection;

describe("transaction", () => {
  test("asks for the dialect where the connection does not tell", () => {
    expect(() => transaction(connection)).toThrow(
      /cannot tell which SQL it speaks: give the option dialect, "postgres" or "mysql"$/,
    );
    expect(() => transaction(connection, { dialect: "oracle" as "mysql" })).toThrow(
      /The dialect is "oracle"/,
    );
  });

  test("refuses what is no connection, and names what is", () => {
    for (const value of [undefined, null, 1, "postgres://", {}, () => {}]) {
      expect(() => transaction(wrong(value))).toThrow(
        /which is no connection: it has neither query/,
      );
    }
  });

  test("refuses a connection with callbacks, and a transaction of the driver's own", () => {
    const callbacks = { ...connection, beginTransaction: () => {}, promise: () => connection };
    expect(() => transaction(callbacks)).toThrow(/give connection\.promise\(\)/);
    const own = { unsafe: () => Promise.resolve([]), savepoint: () => {} };
    expect(() => transaction(own)).toThrow(/use its savepoint\(\)/);
  });

  test("refuses options that mean nothing", () => {
    const begin = (options: object) => () =>
      transaction(connection, { dialect: "postgres", ...options });
    expect(begin({ isolation: "snapshot" })).toThrow(/The isolation level is "snapshot"/);
    expect(begin({ dialect: "mysql", deferrable: true })).toThrow(/an option of PostgreSQL/);
  });
});

test("pooled refuses what is no pool, and one with callbacks", () => {
  expect(() => pooled({} as never)).toThrow(/no pool that it knows/);
  const callbacks = { getConnection: () => {}, promise: () => {} };
  expect(() => pooled(callbacks as never)).toThrow(/give pool\.promise\(\)/);
});

test("inTransaction refuses a number of attempts that is none", async () => {
  for (const attempts of [0, -1, 1.5, Number.NaN]) {
    const running = inTransaction(connection, () => 1, {
      dialect: "postgres",
      retry: { attempts },
    });
    await expect(running).rejects.toThrow(/retry\.attempts/);
  }
});

test("advisoryLock refuses keys and times that the server would not take", () => {
  const lock =
    (key: unknown, options: object = {}) =>
    () =>
      advisoryLock(connection, key as string, { dialect: "postgres", ...options });
  expect(lock(1.5)).toThrow(/give text, a whole number, or two of 32 bits/);
  expect(lock([1, 2 ** 40])).toThrow(/two of 32 bits/);
  expect(lock(2n ** 64n)).toThrow(/more than 64 bits/);
  expect(lock("a", { timeoutMs: -1 })).toThrow(/timeoutMs is -1/);
  expect(lock("a", { scope: "forever" })).toThrow(/The scope is "forever"/);
  expect(lock("", { dialect: "mysql" })).toThrow(/1 to 64 characters/);
});
