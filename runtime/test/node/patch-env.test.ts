import { afterEach, beforeEach, expect, test } from "vitest";

import { enter, ExitStack, withAsyncContext, withContext } from "../../src/index.js";
import { patchEnv } from "../../src/node/index.js";

let before: NodeJS.ProcessEnv;

beforeEach(() => {
  process.env["UNWIND_A"] = "a";
  process.env["UNWIND_B"] = "";
  Reflect.deleteProperty(process.env, "UNWIND_C");
  before = { ...process.env };
});

// Whatever a test does, the environment is exactly as it was.
afterEach(() => expect({ ...process.env }).toEqual(before));

test("sets, adds and deletes variables, and puts everything back", () => {
  withContext(patchEnv({ UNWIND_A: "x", UNWIND_B: undefined, UNWIND_C: "new" }), (env) => {
    expect(env).toBe(process.env);
    expect(env["UNWIND_A"]).toBe("x");
    expect("UNWIND_B" in env).toBe(false);
    expect(env["UNWIND_C"]).toBe("new");
  });
});

test("puts back what the body changed besides, also after a failure", () => {
  const failure = new Error("body");
  expect(() =>
    withContext(patchEnv({}), (env) => {
      env["UNWIND_A"] = "other";
      env["UNWIND_D"] = "added";
      Reflect.deleteProperty(env, "UNWIND_B");
      throw failure;
    }),
  ).toThrow(failure);
});

test("nests, also the same manager", () => {
  const patch = patchEnv({ UNWIND_A: "inner" });
  withContext(patchEnv({ UNWIND_A: "outer", UNWIND_C: "c" }), (env) => {
    withContext(patch, () => {
      env["UNWIND_A"] = "changed";
      withContext(patch, () => expect(env["UNWIND_A"]).toBe("inner"));
      expect(env["UNWIND_A"]).toBe("changed");
    });
    expect([env["UNWIND_A"], env["UNWIND_C"]]).toEqual(["outer", "c"]);
  });
});

test("can begin with an empty environment", () => {
  withContext(patchEnv({ UNWIND_C: "only" }, { clear: true }), (env) => {
    expect({ ...env }).toEqual({ UNWIND_C: "only" });
  });
});

test("works in the async form, in stacks and under using", async () => {
  await withAsyncContext(patchEnv({ UNWIND_A: "x" }), async (env) => {
    await Promise.resolve();
    expect(env["UNWIND_A"]).toBe("x");
  });
  using stack = new ExitStack();
  stack.enterContext(patchEnv({ UNWIND_A: "y" }));
  using entered = enter(patchEnv({ UNWIND_B: "z" }));
  expect([entered.value["UNWIND_A"], entered.value["UNWIND_B"]]).toEqual(["y", "z"]);
});

test("wrong input is a clear error, and nothing has changed", () => {
  for (const name of ["", "A=B", "A\0"]) {
    expect(() => patchEnv({ [name]: "x" })).toThrow(
      "cannot be the name of an environment variable",
    );
  }
  expect(() => patchEnv({ UNWIND_A: 1 as never })).toThrow(
    "The environment variable UNWIND_A has to be a string, or undefined to delete it, not 1",
  );
  expect(() => patchEnv({ UNWIND_A: "a\0b" })).toThrow("cannot hold a NUL character");
  const changes: Record<string, string> = {};
  const patch = patchEnv(changes);
  changes["UNWIND_C"] = "ok";
  changes["UNWIND=D"] = "bad";
  expect(() => withContext(patch, () => {})).toThrow("UNWIND=D");
});
