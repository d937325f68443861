// The checks of transactions in SQLite, in plain JavaScript: they run in a Node that has node:sqlite.
import assert from "node:assert/strict";

import {
  enter,
  ExitStack,
  primaryError,
  SuppressedError,
  withAsyncContext,
  withContext,
} from "unwind";
import { isPoisoned, transaction } from "unwind/sql";

/**
 * @param {(file: string, timeoutMs?: number) => object} open opens a database by one of the drivers
 * @param {(name: string) => string} file gives the path of a new file
 * @returns {Record<string, () => unknown>} the checks by name; each throws where it fails
 */
export function checks(open, file) {
  const fresh = (name, use) => {
    const path = file(name);
    const database = open(path);
    try {
      database.exec("CREATE TABLE entries (id INTEGER PRIMARY KEY)");
      return use(database, path);
    } finally {
      database.close();
    }
  };
  const insert = (database, id) => database.exec(`INSERT INTO entries VALUES (${id})`);
  const ids = (database) =>
    database
      .prepare("SELECT id FROM entries ORDER BY id")
      .all()
      .map(({ id }) => id);
  const fails = (body, error) => assert.throws(body, (thrown) => thrown === error);

  return {
    "commits when the body completes"() {
      fresh("commit", (db) => {
        const result = withContext(transaction(db), (tx) => {
          assert.equal(tx, db);
          insert(tx, 1);
          return "done";
        });
        assert.equal(result, "done");
        assert.deepEqual(ids(db), [1]);
      });
    },

    "rolls back when the body fails, and its error comes out as it is"() {
      fresh("rollback", (db) => {
        const error = new RangeError("body");
        fails(
          () =>
            withContext(transaction(db), () => {
              insert(db, 1);
              throw error;
            }),
          error,
        );
        assert.deepEqual(ids(db), []);
        withContext(transaction(db), () => insert(db, 2));
        assert.deepEqual(ids(db), [2]);
      });
    },

    "nests by savepoints, also in a transaction that was begun by hand"() {
      fresh("nested", (db) => {
        const error = new RangeError("inner");
        const nest = () => {
          insert(db, 1);
          withContext(transaction(db), () => {
            insert(db, 2);
            fails(
              () =>
                withContext(transaction(db), () => {
                  insert(db, 3);
                  throw error;
                }),
              error,
            );
          });
          insert(db, 4);
        };
        withContext(transaction(db), nest);
        assert.deepEqual(ids(db), [1, 2, 4]);
        db.exec("DELETE FROM entries");
        db.exec("BEGIN");
        try {
          nest();
        } finally {
          db.exec("ROLLBACK");
        }
        assert.deepEqual(ids(db), []);
      });
    },

    "refuses a mode on a nested transaction, and an unknown one"() {
      fresh("mode", (db) => {
        withContext(transaction(db), () => {
          assert.throws(() => withContext(transaction(db, { mode: "immediate" }), () => {}), {
            name: "TypeError",
            message: /cannot be given to a nested/,
          });
        });
        assert.throws(() => transaction(db, { mode: "eager" }), TypeError);
      });
    },

    "immediate locks for writing at once, deferred at the first write"() {
      fresh("immediate", (db, path) => {
        const other = open(path, 0);
        try {
          withContext(transaction(db), () => {
            insert(other, 1);
          });
          withContext(transaction(db, { mode: "immediate" }), () => {
            assert.throws(() => insert(other, 2), /locked/);
          });
          insert(other, 3);
          withContext(transaction(db, { mode: "exclusive" }), () => {
            assert.throws(
              () => withContext(transaction(other, { mode: "immediate" }), () => {}),
              /locked/,
            );
          });
          withContext(transaction(other, { mode: "immediate" }), () => insert(other, 4));
          assert.deepEqual(ids(db), [1, 3, 4]);
        } finally {
          other.close();
        }
      });
    },

    "a COMMIT that fails is rolled back, and its error comes out"() {
      fresh("deferred-constraint", (db) => {
        db.exec("PRAGMA foreign_keys = ON");
        db.exec(
          "CREATE TABLE parts (entry INTEGER REFERENCES entries DEFERRABLE INITIALLY DEFERRED)",
        );
        assert.throws(
          () =>
            withContext(transaction(db), () => {
              insert(db, 1);
              db.exec("INSERT INTO parts VALUES (99)");
            }),
          /FOREIGN KEY constraint failed/,
        );
        assert.deepEqual(ids(db), []);
        assert.equal(isPoisoned(db), false);
        withContext(transaction(db), () => insert(db, 2));
        assert.deepEqual(ids(db), [2]);
      });
    },

    "an error by which SQLite itself rolls back comes out alone"() {
      fresh("conflict", (db) => {
        insert(db, 1);
        assert.throws(
          () =>
            withContext(transaction(db), () => {
              insert(db, 2);
              db.exec("INSERT OR ROLLBACK INTO entries VALUES (1)");
            }),
          (error) => /UNIQUE/.test(error.message) && !(error instanceof SuppressedError),
        );
        assert.throws(
          () =>
            withContext(transaction(db), () => {
              insert(db, 3);
              assert.throws(() => db.exec("INSERT OR ROLLBACK INTO entries VALUES (1)"), /UNIQUE/);
            }),
          /no transaction is active/,
        );
        assert.deepEqual(ids(db), [1]);
      });
    },

    "under using, rolls back unless it was completed"() {
      fresh("using", (db) => {
        const save = (id, valid) => {
          using entered = enter(transaction(db));
          insert(entered.value, id);
          if (valid) entered.complete();
        };
        save(1, true);
        save(2, false);
        {
          using stack = new ExitStack();
          stack.enterContext(transaction(db));
          insert(db, 3);
        }
        assert.deepEqual(ids(db), [1]);
      });
    },

    async "works in the async form, where two that overlap commit nothing"() {
      const db = open(file("async"));
      try {
        db.exec("CREATE TABLE entries (id INTEGER PRIMARY KEY)");
        await withAsyncContext(transaction(db), async () => {
          insert(db, 1);
          await null;
        });
        assert.deepEqual(ids(db), [1]);
        let go;
        const wait = new Promise((resolve) => (go = resolve));
        const first = withAsyncContext(transaction(db), async () => {
          insert(db, 2);
          await wait;
        });
        const second = withAsyncContext(transaction(db), async () => {
          insert(db, 3);
          go();
          await assert.rejects(first, /overlap/);
        });
        await assert.rejects(second, /overlap/);
        assert.deepEqual(ids(db), [1]);
      } finally {
        db.close();
      }
    },

    "a rollback that fails poisons, beside the body's error"() {
      const db = open(file("closed"));
      db.exec("CREATE TABLE entries (id INTEGER PRIMARY KEY)");
      const body = new RangeError("body");
      // A reader that is open keeps SQLite from nothing; a database that is closed keeps it from all.
      const handle = {
        exec: (sql) => db.exec(sql),
        prepare: (sql) => db.prepare(sql),
      };
      assert.throws(
        () =>
          withContext(transaction(handle), () => {
            db.close();
            throw body;
          }),
        (error) => error instanceof SuppressedError && primaryError(error) === body,
      );
      assert.equal(isPoisoned(handle), true);
      assert.throws(() => withContext(transaction(handle), () => {}), /cannot be used any more/);
    },

    "200 transactions with 5 % faults: nothing is half-committed"() {
      fresh("many", (db) => {
        db.exec("CREATE TABLE halves (id INTEGER, half TEXT)");
        const failed = [];
        for (let id = 0; id < 200; id++) {
          try {
            withContext(transaction(db, { mode: "immediate" }), () => {
              db.exec(`INSERT INTO halves VALUES (${id}, 'a')`);
              if (id % 40 === 7) throw new RangeError("injected");
              if (id % 40 === 27) db.exec("SELECT nothing FROM nowhere");
              db.exec(`INSERT INTO halves VALUES (${id}, 'b')`);
            });
          } catch {
            failed.push(id);
          }
        }
        assert.equal(failed.length, 10);
        const rows = db.prepare("SELECT id, COUNT(*) AS n FROM halves GROUP BY id").all();
        assert.deepEqual([...new Set(rows.map(({ n }) => n))], [2]);
        assert.equal(rows.length, 190);
        assert.ok(rows.every(({ id }) => !failed.includes(id)));
      });
    },
  };
}
