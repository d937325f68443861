import ts from "typescript";
import * as unwind from "unwind";
import { expect, test } from "vitest";

import { rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

const leaking = code`
  import { Sequelize } from "sequelize";
  export async function save(sequelize: Sequelize, text: string) {
    const transaction = await sequelize.transaction();
    await publish(text);
    if (text === "") {
      await transaction.rollback();
      return;
    }
    await transaction.commit();
  }
`;

const managed = code`
  import { Sequelize } from "sequelize";
  import { AsyncExitStack } from "unwind";
  export async function save(sequelize: Sequelize, text: string) {
    await using stack = new AsyncExitStack();
    const transaction = stack.adopt(await sequelize.transaction(), async (held) => { await held.rollback(); });
    await publish(text);
    if (text === "") {
      return;
    }
    stack.move();
    await transaction.commit();
  }
`;

test("a transaction is rolled back by its stack, which lets go of it before the commit", () => {
  expect(rewrite(leaking, withRuntime)).toEqual({
    kind: "suggestion",
    title: "Manage `transaction` with an `AsyncExitStack`",
    text: managed,
  });
});

type Save = (sequelize: unknown, text: string) => Promise<void>;

/** Runs `save` with a database that keeps what was committed. */
async function run(text: string, input: string, publish: () => Promise<void>) {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exported: { save?: Save } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the rewritten program
  const program = new Function("exports", "require", "publish", outputText) as (
    exports: object,
    require: (module: string) => unknown,
    publish: () => Promise<void>,
  ) => void;
  program(exported, (module) => (module === "unwind" ? unwind : {}), publish);
  const stored: string[] = [];
  let open = 0;
  const transaction = () => {
    open += 1;
    const end = (outcome: string) => () => {
      open -= 1;
      stored.push(outcome);
      return Promise.resolve();
    };
    return Promise.resolve({ commit: end("committed"), rollback: end("rolled back") });
  };
  const error = await exported.save?.({ transaction }, input).catch((caught: unknown) => caught);
  return { stored, open, error };
}

test.each([
  ["what was written before is there after", "text", () => Promise.resolve(), ["committed"]],
  ["an early return rolls back, as before", "", () => Promise.resolve(), ["rolled back"]],
])("%s", async (_title, input, publish, stored) => {
  const before = await run(leaking, input, publish);
  expect(await run(managed, input, publish)).toEqual(before);
  expect(before).toEqual({ stored, open: 0, error: undefined });
});

test("what leaked is rolled back, and the failure is the same", async () => {
  const failure = new Error("no network");
  const publish = () => Promise.reject(failure);
  expect(await run(leaking, "text", publish)).toEqual({ stored: [], open: 1, error: failure });
  expect(await run(managed, "text", publish)).toEqual({
    stored: ["rolled back"],
    open: 0,
    error: failure,
  });
});
