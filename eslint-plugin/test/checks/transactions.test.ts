import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

/** A library of which the catalogue knows nothing. */
const library = `
  interface Runner {
    readonly isTransactionActive: boolean;
    startTransaction(): Promise<void>;
    commitTransaction(): Promise<void>;
    rollbackTransaction(): Promise<void>;
    inTransaction(): boolean;
    query(sql: string): Promise<number[]>;
    release(): Promise<void>;
    close(): Promise<void>;
  }
  declare function runnerFor(name: string): Promise<Runner>;
`;

const withLibrary = (text: string): string => text + library.trimStart();

describe("a transaction that is begun stays open", () => {
  test.each([
    [
      "when the work fails, on a connection of the function's own",
      code`
        export async function move(name: string) {
          const runner = await runnerFor(name);
          try {
            await runner.startTransaction(); // leak: leaksOnThrow
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
          } finally {
            await runner.release();
          }
        }
      `,
    ],
    [
      "when there is nothing to do",
      code`
        export async function move(runner: Runner) {
          await runner.startTransaction(); // leak: leaksOnEarlyExit
          try {
            const rows = await runner.query("SELECT id FROM item");
            if (rows.length === 0) return 0;
            await runner.commitTransaction();
            return rows.length;
          } catch (error) {
            await runner.rollbackTransaction();
            throw error;
          }
        }
      `,
    ],
    [
      "when something fails before `try`",
      code`
        export async function move(runner: Runner) {
          await runner.startTransaction(); // leak: leaksOnThrow
          const rows = await runner.query("SELECT id FROM item");
          try {
            await publish(String(rows.length));
            await runner.commitTransaction();
          } catch (error) {
            await runner.rollbackTransaction();
            throw error;
          }
        }
      `,
    ],
    [
      "on a connection in a field",
      code`
        export class Store {
          readonly #runner: Runner;
          constructor(runner: Runner) {
            this.#runner = runner;
          }
          async move(place: number) {
            await this.#runner.startTransaction(); // leak: leaksOnEarlyExit
            if (place < 0) return;
            try {
              await this.#runner.query("UPDATE item SET place = 1");
              await this.#runner.commitTransaction();
            } catch {
              await this.#runner.rollbackTransaction();
            }
          }
        }
      `,
    ],
    [
      "by a statement, when the work fails",
      code`
        import { Pool } from "pg";
        const pool = new Pool();
        export async function move() {
          const client = await pool.connect();
          try {
            await client.query("BEGIN"); // leak: leaksOnThrow
            await client.query("UPDATE item SET place = 1");
            await client.query("COMMIT");
          } finally {
            client.release();
          }
        }
      `,
    ],
    [
      "by a statement, of a connection that was given",
      code`
        import type { PoolClient } from "pg";
        export async function move(client: PoolClient) {
          await client.query("BEGIN"); // leak: leaksOnEarlyExit
          try {
            const { rows } = await client.query("SELECT id FROM item");
            if (rows.length === 0) return;
            await client.query(\`UPDATE item SET place = 1\`);
            await client.query("COMMIT");
          } catch (error) {
            await client.query("ROLLBACK");
            throw error;
          }
        }
      `,
    ],
    [
      "by a statement, when only a savepoint is rolled back",
      code`
        import type { PoolClient } from "pg";
        export async function move(client: PoolClient) {
          await client.query("START TRANSACTION"); // leak: leaksOnThrow
          try {
            await client.query("SAVEPOINT one");
            await client.query("COMMIT");
          } catch {
            await client.query("ROLLBACK TO one");
            if (ready) await client.query("ROLLBACK");
          }
        }
      `,
    ],
    [
      "in a database that answers at once",
      code`
        import type Database from "better-sqlite3";
        export function move(database: Database.Database, rows: readonly string[]) {
          database.exec("BEGIN"); // leak: leaksOnThrow
          for (const row of rows) parse(row);
          if (rows.length > 0) database.exec("COMMIT");
          else database.exec("ROLLBACK");
        }
      `,
    ],
  ])("%s", (_title, text) => {
    const own = withLibrary(text);
    // The connection may leak as well; here only the transaction matters.
    for (const knowledge of ["typed", "untyped"] as const) {
      const found = findingsIn(own, knowledge)
        .filter(({ message }) => message.includes("(transaction)"))
        .map(({ place, messageId }) => `${place.loc.start.line} ${messageId}`);
      const marked = own.split("\n").flatMap((line, index) => {
        const messageId = /\/\/ leak: (\w+)$/.exec(line)?.[1];
        return messageId === undefined ? [] : [`${index + 1} ${messageId}`];
      });
      expect(found, knowledge).toEqual(marked);
    }
  });
});

describe("a transaction that is begun is ended", () => {
  test.each([
    [
      "by commit or rollback",
      code`
        export async function move(runner: Runner) {
          await runner.startTransaction();
          try {
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
          } catch (error) {
            await runner.rollbackTransaction(); //- if (ready) await runner.rollbackTransaction();
            throw error;
          }
        }
      `,
    ],
    [
      "by another call, which ends it",
      code`
        export async function step(runner: Runner, mode: "begin" | "commit" | "rollback") {
          switch (mode) {
            case "begin":
              await runner.query("BEGIN");
              break; //- await publish(mode);
            case "commit":
              await runner.query("COMMIT");
              break;
            case "rollback":
              await runner.query("ROLLBACK");
          }
        }
      `,
    ],
    [
      "by rollback where it is still active",
      code`
        export async function move(runner: Runner) {
          await runner.startTransaction();
          try {
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
          } finally {
            if (runner.isTransactionActive) await runner.rollbackTransaction(); //- if (ready) await runner.rollbackTransaction();
          }
        }
      `,
    ],
    [
      "by rollback unless it is over",
      code`
        export async function move(runner: Runner) {
          await runner.startTransaction();
          try {
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
          } catch (error) {
            if (!runner.inTransaction()) throw error; //- if (!ready) throw error;
            else await runner.rollbackTransaction();
          }
        }
      `,
    ],
    [
      "by the flag that says who began it",
      code`
        export async function move(runner: Runner) {
          let begun = false;
          if (!runner.isTransactionActive) {
            await runner.startTransaction();
            begun = true;
          }
          try {
            await runner.query("UPDATE item SET place = 1");
            if (begun) await runner.commitTransaction(); //- if (ready) await runner.commitTransaction();
          } catch (error) {
            if (begun) await runner.rollbackTransaction();
            throw error;
          }
        }
      `,
    ],
    [
      "unless the flag says that it was committed",
      code`
        export async function move(runner: Runner) {
          await runner.startTransaction();
          let committed = false;
          try {
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
            committed = true;
          } finally {
            if (!committed) await runner.rollbackTransaction(); //- if (!ready) await runner.rollbackTransaction();
          }
        }
      `,
    ],
    [
      "by others, if the function is there to begin it",
      code`
        export async function begin(runner: Runner, level: string) {
          await runner.startTransaction();
          try {
            await runner.query("SET TRANSACTION ISOLATION LEVEL " + level);
          } catch (error) {
            await runner.rollbackTransaction();
            throw error;
          }
          logger.info("begun", level); //- if (ready) await runner.commitTransaction();
        }
      `,
    ],
    [
      "by closing the connection",
      code`
        export async function move(name: string) {
          const runner = await runnerFor(name);
          await runner.startTransaction();
          try {
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
          } finally {
            await runner.close(); //- await runner.release();
          }
        }
      `,
    ],
    [
      "by a statement in `finally`",
      code`
        import type { PoolClient } from "pg";
        export async function tryOut(client: PoolClient) {
          await client.query("BEGIN");
          try {
            await client.query("UPDATE item SET place = 1");
          } finally {
            await client.query("ROLLBACK"); //- if (ready) await client.query("ROLLBACK");
          }
        }
      `,
    ],
    [
      "by whoever gave the connection: the function never rolls back",
      code`
        export async function move(given: Runner) {
          const runner = given; //- const runner = await runnerFor("one");
          await runner.startTransaction();
          await runner.query("UPDATE item SET place = 1");
          await runner.commitTransaction();
          return given;
        }
      `,
    ],
    [
      "by a helper that knows the connection",
      code`
        async function rollBack(runner: Runner) {
          if (runner.isTransactionActive) await runner.rollbackTransaction();
        }
        export async function move(name: string) {
          const runner = await runnerFor(name);
          await runner.startTransaction();
          try {
            await runner.query("UPDATE item SET place = 1");
            await runner.commitTransaction();
          } catch (error) {
            await rollBack(runner); //- await publish(name);
            throw error;
          }
        }
        export { rollBack };
      `,
    ],
    [
      "by the method that does it around a callback",
      code`
        interface Session {
          startTransaction(work?: () => Promise<void>): Promise<void>;
          commitTransaction(): Promise<void>;
          abortTransaction(): Promise<void>;
        }
        export async function move(session: Session) {
          await session.startTransaction(async () => { //- await session.startTransaction(); {
            await publish("moving");
          }); //- }
          if (ready) await session.commitTransaction();
          else if (!ready) await session.abortTransaction();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(withLibrary(text));
  });

  test("a name that stands for itself is not followed", () => {
    const text = code`
      export function odd() {
        var one = two.begin();
        var two = one.begin();
        one.begin();
        one.rollback();
      }
    `;
    expect(findingsIn(text, "untyped", { file: "subject.js" })).toEqual([]);
  });

  test("a connection that only began it somewhere else is not looked at", () => {
    expectMarkedLeaks(
      withLibrary(code`
        export async function begin(runner: Runner) {
          await runner.startTransaction();
          await publish("begun");
        }
        export async function move(runner: Runner) {
          await runner.startTransaction(); // leak: leaksOnThrow
          await publish("moving");
          if (ready) await runner.rollbackTransaction();
          else await runner.commitTransaction();
        }
      `),
    );
  });
});
