import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";
import type { Setting } from "./workspace.js";

const setting: Setting = { rule: "require-outcome", runtime: true, node: ">=20.19" };

const managers = `
import {
  AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, ExitStack, asyncContextManager,
  contextManager, enter, enterAsync, nullContext, suppress, type Failure,
} from "unwind";
import { advisoryLock, pooled, transaction } from "unwind/sql";
declare const client: { query(text: string): Promise<number> };
declare const database: { exec(sql: string): void; prepare(sql: string): object };
declare function restore(): void;
const options = { dialect: "postgres" } as const;
const inserted = contextManager(function* () {
  try {
    yield client;
    restore();
  } catch (error) {
    void publish("rollback");
    throw error;
  }
});
const committed = asyncContextManager(async function* () {
  try {
    yield client;
    await publish("commit");
  } finally {
    restore();
  }
});
const released = contextManager(function* () {
  try {
    yield client;
  } finally {
    restore();
  }
});
const watched = contextManager(function* () {
  try {
    yield client;
  } catch (error) {
    console.error("failed", error);
    throw error;
  } finally {
    restore();
  }
});
class Transaction {
  enter() {
    return client;
  }
  exit(failure?: Failure): void {
    if (failure) restore();
  }
}
class Release {
  enter() {
    return client;
  }
  exit(): void {
    restore();
  }
}
class Both {
  enter() {
    return client;
  }
  exit(failure?: Failure): void {
    if (failure) restore();
  }
  [Symbol.dispose]() {
    restore();
  }
}
class Session extends AbstractContextManager<Session> {
  protected acquire() {
    return this;
  }
  protected release(failure?: Failure) {
    if (failure) restore();
  }
}
class AsyncSession extends AbstractAsyncContextManager<AsyncSession> {
  protected async acquire() {
    return this;
  }
  protected async release(failure?: Failure) {
    await publish(failure ? "rollback" : "commit");
  }
}
class File extends AbstractContextManager<File> {
  protected acquire() {
    return this;
  }
  protected release() {
    restore();
  }
}
const literal = {
  enter: () => client,
  exit: (failure?: Failure): void => void publish(failure ? "rollback" : "commit"),
};
void [inserted, committed, released, watched, Transaction, Release, Both, Session, AsyncSession, File];
void [literal, AsyncExitStack, ExitStack, enter, enterAsync, nullContext, suppress, options, database];
void [advisoryLock, pooled, transaction];
`;

function save(body: string): string {
  return `${managers}\nexport async function save(valid: boolean) {\n${body.trim()}\n}\n`;
}

describe("nobody says that the work succeeded", () => {
  test.each([
    [
      "a transaction",
      "await using tx = await enterAsync(transaction(client, options)); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "a transaction of SQLite",
      "using tx = enter(transaction(database)); // leak: never\ntx.value.exec('insert');",
    ],
    [
      "a transaction whose value is not asked for",
      "await using _ = await enterAsync(transaction(client, options)); // leak: never\nawait client.query('insert');",
    ],
    [
      "a transaction that a constant holds",
      "const begun = transaction(client, options);\nawait using tx = await enterAsync(begun); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "a generator with a `catch`",
      "using tx = enter(inserted()); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "a generator with code for success",
      "await using tx = await enterAsync(committed()); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "a class of the file",
      "using tx = enter(new Transaction()); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "an object of the file",
      "using tx = enter(literal); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "a manager in an async form",
      "await using tx = await enterAsync(new Transaction()); // leak: never\nawait tx.value.query('insert');",
    ],
    [
      "a manager in a stack",
      "using stack = new ExitStack();\nconst tx = stack.enterContext(new Transaction()); // leak: never\nawait tx.query('insert');",
    ],
    [
      "a transaction in a stack",
      "await using stack = new AsyncExitStack();\nconst tx = await stack.enterContext(transaction(client, options)); // leak: never\nawait tx.query('insert');",
    ],
    [
      "one of several in a stack",
      "using stack = new ExitStack();\nstack.enterContext(released());\nstack.defer(restore);\nconst tx = stack.enterContext(inserted()); // leak: never\nawait tx.query('insert');",
    ],
    [
      "a class of the runtime's base",
      "using session = new Session(); // leak: never\nsession.enter();\nrestore();",
    ],
    [
      "a class of the runtime's async base",
      "await using session = new AsyncSession(); // leak: never\nawait session.enterAsync();",
    ],
    [
      "an early return",
      "using tx = enter(inserted()); // leak: never\nif (!valid) return 0;\nreturn await tx.value.query('insert');",
    ],
    [
      "a block",
      "{\n  using tx = enter(inserted()); // leak: never\n  await tx.value.query('insert');\n}\nrestore();",
    ],
    [
      "a loop",
      "for (const text of ['a', 'b']) {\n  using tx = enter(inserted()); // leak: never\n  await tx.value.query(text);\n}",
    ],
    [
      "a `try`",
      "try {\n  using tx = enter(inserted()); // leak: never\n  await tx.value.query('insert');\n} finally {\n  restore();\n}",
    ],
  ])("of %s", (_title, body) => {
    expectMarkedLeaks(save(body), setting);
  });

  test("of a module", () => {
    expectMarkedLeaks(
      `${managers}\nawait using tx = await enterAsync(transaction(client, options)); // leak: never\nawait tx.value.query("insert");\n`,
      setting,
    );
  });

  test("of two at once", () => {
    expectMarkedLeaks(
      save(
        "using outer = enter(inserted()); // leak: never\nawait using inner = await enterAsync(committed()); // leak: never\nawait outer.value.query('a');\nawait inner.value.query('b');",
      ),
      setting,
    );
  });

  test("of a class by its type alone", () => {
    const text = save("using tx = enter(created());\nawait tx.value.query('insert');").replace(
      "export async",
      "declare function created(): Transaction;\nexport async",
    );
    expect(findingsIn(text, "typed", setting).map(({ messageId }) => messageId)).toEqual(["never"]);
    expect(findingsIn(text, "untyped", setting)).toEqual([]);
  });

  test("the message says what happens", () => {
    const ofTransaction = findingsIn(
      save("await using tx = await enterAsync(transaction(client, options));"),
      "untyped",
      setting,
    );
    expect(ofTransaction[0]?.message).toBe(
      "`tx.complete()` is never called, so that it rolls back even when all went well.",
    );
    const ofOther = findingsIn(save("using _ = enter(inserted());"), "typed", setting);
    expect(ofOther[0]?.message).toBe(
      "`_.complete()` is never called, so that it is exited as failed even when all went well.",
    );
  });
});

describe("one way out is missed", () => {
  test.each([
    [
      "where its branch did work",
      "using tx = enter(inserted());\nif (valid) {\n  await tx.value.query('a');\n  return 'a'; // leak: missed\n}\nawait tx.value.query('b');\ntx.complete();\nreturn 'b';",
    ],
    [
      "in a stack of one",
      "await using tx = await enterAsync(transaction(client, options));\nif (valid) {\n  const rows = 1;\n  await tx.value.query('a');\n  return rows; // leak: missed\n}\ntx.complete();\nreturn 0;",
    ],
    [
      "where another branch tells",
      "using tx = enter(inserted());\nif (valid) {\n  await tx.value.query('a');\n  return { saved: true }; // leak: missed\n} else {\n  await tx.value.query('b');\n  tx.complete();\n  return { saved: true };\n}",
    ],
  ])("%s", (_title, body) => {
    expectMarkedLeaks(save(body), setting);
  });
});

describe("is silent", () => {
  test.each([
    [
      "where the end is told",
      "using tx = enter(inserted());\nawait tx.value.query('insert');\ntx.complete(); //-",
    ],
    [
      "where a stack is told",
      "using stack = new ExitStack();\nconst tx = stack.enterContext(inserted());\nawait tx.query('insert');\nstack.complete(); //-",
    ],
    [
      "where an early return gives up",
      "using tx = enter(inserted());\nif (!valid) return;\nawait tx.value.query('insert');\ntx.complete(); //-",
    ],
    [
      "where it depends",
      "using tx = enter(inserted());\nif (await tx.value.query('insert')) tx.complete(); //-",
    ],
    [
      "where a callback tells",
      "using tx = enter(inserted());\nconst done = () => tx.complete(); //- const done = () => {};\nawait tx.value.query('insert');\ndone();",
    ],
    [
      "where a base's object is told",
      "using session = new Session();\nsession.enter();\nsession.complete(); //-",
    ],
    [
      "where it only reads",
      "await using tx = await enterAsync(transaction(client, { dialect: 'postgres', readOnly: true })); //- await using tx = await enterAsync(transaction(client, { dialect: 'postgres' }));\nreturn await tx.value.query('select');",
    ],
    [
      "where it is handed on",
      "using stack = new ExitStack();\nstack.enterContext(inserted());\nreturn stack.move(); //-",
    ],
    [
      "where somebody else gets it",
      "using tx = enter(inserted());\nawait publish(String(tx)); //-",
    ],
    [
      "where it always throws",
      "using tx = enter(inserted());\nawait tx.value.query('insert');\nthrow new Error('never mind'); //-",
    ],
    [
      "where `finally` tells",
      "using tx = enter(inserted());\ntry {\n  await tx.value.query('insert');\n} finally {\n  tx.complete(); //-\n}",
    ],
    [
      "where a result comes before any work",
      "using tx = enter(inserted());\nif (valid) {\n  return 'known';\n}\nawait tx.value.query('b');\ntx.complete(); //-\nreturn 'b';",
    ],
    [
      "where a branch gives up after work",
      "using tx = enter(inserted());\nif (valid) {\n  await tx.value.query('a');\n  return false;\n}\nawait tx.value.query('b');\ntx.complete(); //-\nreturn true;",
    ],
    [
      "where a branch only asks",
      "using tx = enter(inserted());\nif (valid) {\n  const rows = await tx.value.query('select');\n  return rows;\n}\nawait tx.value.query('b');\ntx.complete(); //-\nreturn 0;",
    ],
    [
      "where the branch is told, too",
      "using tx = enter(inserted());\nif (valid) {\n  await tx.value.query('a');\n  tx.complete(); //-\n  return 'a';\n}\ntx.complete();\nreturn 'b';",
    ],
  ])("%s", (_title, body) => {
    expectSound(save(body), setting);
  });

  test.each([
    [
      "a manager that only releases",
      "using held = enter(released());\nawait held.value.query('insert');",
    ],
    [
      "a generator whose `catch` only logs",
      "using held = enter(watched());\nawait held.value.query('insert');",
    ],
    [
      "a class whose exit takes no failure",
      "using held = enter(new Release());\nawait held.value.query('insert');",
    ],
    [
      "a class that can be disposed",
      "using held = enter(new Both());\nawait held.value.query('insert');",
    ],
    ["a base's object that takes no failure", "using file = new File();\nfile.enter();"],
    [
      "a base's object that is not entered",
      "using session = new Session();\nvoid session.complete;",
    ],
    [
      "a lock",
      "await using lock = await enterAsync(advisoryLock(client, 'nightly', options));\nvoid lock.value;",
    ],
    ["nothing", "using nothing = enter(nullContext(1));\nvoid nothing.value;"],
    ["a filter of errors", "using filter = enter(suppress(RangeError));\nvoid filter.value;"],
    [
      "a stack of releases",
      "using stack = new ExitStack();\nstack.defer(restore);\nstack.enterContext(released());",
    ],
    [
      "a manager that is entered by hand",
      "const tx = enter(inserted());\ntx.complete();\ntx[Symbol.dispose]();",
    ],
    ["an entered manager that a function returns", "return enter(inserted());"],
  ])("about %s", (_title, body) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(save(body), knowledge, setting)).toEqual([]);
    }
  });

  test.each([
    [
      "functions of the same names from elsewhere",
      code`
        import { enter, transaction } from "./contexts.js";
        export function save() {
          using tx = enter(transaction());
          void tx;
        }
      `,
    ],
    [
      "managers of which nobody knows",
      code`
        import { enter } from "unwind";
        import { begun } from "./begun.js";
        export function save() {
          using tx = enter(begun());
          void tx.value;
        }
      `,
    ],
    [
      "managers in general",
      code`
        import { type ContextManager, enter } from "unwind";
        export function save(manager: ContextManager<number>) {
          using tx = enter(manager);
          void tx.value;
        }
      `,
    ],
    [
      "generators of another file",
      code`
        import { enter, type GeneratorContextManager } from "unwind";
        export function save(begin: () => GeneratorContextManager<number>) {
          using tx = enter(begin());
          void tx.value;
        }
      `,
    ],
  ])("about %s", (_title, text) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(text, knowledge, setting)).toEqual([]);
    }
  });
});
