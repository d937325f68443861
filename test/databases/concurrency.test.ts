import { CommitUnknown, inTransaction } from "unwind/sql";
import { describe, expect, inject, test } from "vitest";

import { backendOf, databases, sql } from "./databases.js";
import { fixture } from "./fixture.js";
import { startProxy } from "./proxy.js";

const transactions = 200;
const accounts = 5;
const balance = 1_000;

/** What goes wrong, in 5 % of the transactions, one kind after the other. */
const faults = ["throw", "refused statement", "killed", "lost in COMMIT", "aborted"] as const;

function faultOf(index: number): (typeof faults)[number] | undefined {
  return index % 20 === 7 ? faults[Math.floor(index / 20) % faults.length] : undefined;
}

describe.each(databases)("$name", (database) => {
  const it = fixture(database);

  test("200 transactions at once with 5 % faults: nothing is half-committed", async () => {
    const ports = inject("databases");
    const proxy = await startProxy(
      database.dialect === "postgres" ? ports.postgres : ports.mariadb,
    );
    const table = await it.beside.table();
    const entries = await it.beside.table();
    await it.beside.query(`ALTER TABLE ${table} ADD COLUMN balance integer`);
    for (let id = 0; id < accounts; id++) {
      await it.beside.query(`INSERT INTO ${table} (id, balance) VALUES (${id}, ${balance})`);
    }
    const pool = it.open(10, proxy.port);

    const transfer = async (index: number): Promise<void> => {
      const fault = faultOf(index);
      const controller = new AbortController();
      const from = index % accounts;
      const to = (index * 3 + 1) % accounts;
      await inTransaction(
        pool.source,
        async (tx, attempt) => {
          const run = (text: string) => it.query(tx, text);
          await run(`INSERT INTO ${entries} (id, who) VALUES (${index}, 'from ${from}')`);
          await run(`UPDATE ${table} SET balance = balance - 1 WHERE id = ${from}`);
          if (attempt === 1) {
            if (fault === "throw") throw new RangeError("injected");
            if (fault === "refused statement") await run("SELECT nothing FROM nowhere_at_all");
            if (fault === "killed") await run(sql.kill(database, await backendOf(database, tx)));
            if (fault === "aborted") {
              setTimeout(() => controller.abort("injected"), 5);
              await run(sql.sleep(database, 60));
            }
          }
          await run(`UPDATE ${table} SET balance = balance + 1 WHERE id = ${to}`);
          await run(`INSERT INTO ${entries} (id, who) VALUES (${index}, 'to ${to}')`);
          if (fault === "lost in COMMIT") {
            proxy.fault = { statement: "COMMIT", when: index % 40 === 7 ? "before" : "after" };
          }
        },
        {
          retry: { attempts: 50, maxDelayMs: 100 },
          ...(fault === "aborted" && { signal: controller.signal }),
        },
      );
    };
    const results = await Promise.allSettled(
      Array.from({ length: transactions }, (_, index) => transfer(index)),
    );

    // The proxy takes the next COMMIT, whosever it is: the outcome tells whose it was.
    const unknown = new Set<number>();
    const failed = new Set<number>();
    results.forEach((result, index) => {
      if (result.status === "fulfilled") return;
      if (result.reason instanceof CommitUnknown) unknown.add(index);
      else failed.add(index);
    });
    expect(unknown.size).toBeGreaterThan(0);
    const expected = Array.from({ length: transactions }, (_, index) => index).filter(
      (index) => ![undefined, "lost in COMMIT"].includes(faultOf(index)),
    );
    expect([...failed]).toEqual(expected);

    const rows = await it.beside.query(
      `SELECT id, COUNT(*) AS n, COUNT(DISTINCT who) AS kinds FROM ${entries} GROUP BY id ORDER BY id`,
    );
    const written = new Map(rows.map((row) => [Number(row["id"]), Number(row["n"])]));
    // Both halves or none.
    expect([...new Set(written.values())]).toEqual([2]);
    for (let index = 0; index < transactions; index++) {
      if (unknown.has(index)) continue;
      expect(written.has(index), `transaction ${index}`).toBe(!failed.has(index));
    }
    const [sum] = await it.beside.query(`SELECT SUM(balance) AS total FROM ${table}`);
    expect(Number(sum?.["total"])).toBe(accounts * balance);
    const net = await it.beside.query(`SELECT id, balance FROM ${table} ORDER BY id`);
    const moved = Array.from({ length: accounts }, () => balance);
    for (const index of written.keys()) {
      (moved[index % accounts] as number) -= 1;
      (moved[(index * 3 + 1) % accounts] as number) += 1;
    }
    expect(net.map((row) => Number(row["balance"]))).toEqual(moved);
    proxy.fault = undefined;
  }, 60_000);
});
