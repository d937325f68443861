import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { describe, expect, test } from "vitest";

import { asyncDispose, AsyncExitStack, flattenErrors, withAsyncContext } from "../../src/index.js";
import { child, type ChildOptions, type ChildOutcome, OutcomeError } from "../../src/node/index.js";
import { rejection } from "./rejection.js";

/** A child that runs a script; it says "ready" when its handlers stand. */
function node(script: string): ChildProcess {
  return spawn(process.execPath, ["-e", `${script}; process.stdout.write("ready")`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

const idle = "setInterval(() => {}, 1000)";
const stubborn = `process.on("SIGTERM", () => {}); ${idle}`;

async function ready(process: ChildProcess): Promise<void> {
  await once(process.stdout as NodeJS.ReadableStream, "data");
}

/** Runs a body with a child; gives the outcome, and what was thrown. */
async function run(
  process: ChildProcess,
  options: ChildOptions = {},
  body: (process: ChildProcess) => unknown = ready,
) {
  const outcomes: ChildOutcome[] = [];
  const onEnd = (outcome: ChildOutcome) => outcomes.push(outcome);
  const error = await rejection(
    withAsyncContext(child(process, { onEnd, ...options }), body),
    undefined,
  );
  return { outcome: outcomes[0], error };
}

/** Whether a process is there at all. */
function lives(pid: number | undefined): boolean {
  try {
    process.kill(pid as number, 0);
    return true;
  } catch {
    return false;
  }
}

describe("at the end of the body", () => {
  test("a child is asked to end, and its end awaited", async () => {
    const process = node(idle);
    const { outcome, error } = await run(process);
    expect(error).toBe(undefined);
    expect(outcome).toEqual({ code: null, signal: "SIGTERM", forced: false });
    expect(lives(process.pid)).toBe(false);
  });

  test("also by another signal", async () => {
    const { outcome } = await run(node(idle), { signal: "SIGINT" });
    expect(outcome).toEqual({ code: null, signal: "SIGINT", forced: false });
  });

  test("what it does then, and with which code it ends, is its own business", async () => {
    const process = node(`process.on("SIGTERM", () => process.exit(7)); ${idle}`);
    await withAsyncContext(child(process), ready);
    expect(process.exitCode).toBe(7);
  });

  test("one that ignores the signal is killed after the limit, and that is thrown", async () => {
    const process = node(stubborn);
    const error = await rejection(withAsyncContext(child(process, { graceMs: 50 }), ready));
    expect(error).toBeInstanceOf(OutcomeError);
    expect(error).toMatchObject({
      name: "OutcomeError",
      message: expect.stringContaining("did not end within 50 ms") as string,
      outcome: { code: null, signal: "SIGKILL", forced: true },
    });
    expect(lives(process.pid)).toBe(false);
  });

  test("or given to onEnd, which is awaited", async () => {
    let awaited = false;
    const onEnd = async ({ forced }: ChildOutcome) => {
      await Promise.resolve();
      awaited = forced;
    };
    await withAsyncContext(child(node(stubborn), { graceMs: 50, onEnd }), ready);
    expect(awaited).toBe(true);
  });

  test("what onEnd throws is thrown", async () => {
    const refused = new Error("refused");
    const onEnd = () => {
      throw refused;
    };
    expect((await run(node(idle), { onEnd })).error).toBe(refused);
  });

  test("await using does the same", async () => {
    const process = node(stubborn);
    const use = async () => {
      await using it = child(process, { graceMs: 50 });
      await ready(it);
    };
    expect(await rejection(use())).toBeInstanceOf(OutcomeError);
    expect(lives(process.pid)).toBe(false);
  });

  test("the body's failure stays the first of the errors", async () => {
    const failure = new Error("body");
    const process = node(stubborn);
    const error = await rejection(
      withAsyncContext(child(process, { graceMs: 50 }), async (it) => {
        await ready(it);
        throw failure;
      }),
    );
    const [first, second] = flattenErrors(error);
    expect(first).toBe(failure);
    expect(second).toBeInstanceOf(OutcomeError);
    expect(lives(process.pid)).toBe(false);
  });
});

describe("a child that ended by itself", () => {
  test("is no error with code 0", async () => {
    const { outcome, error } = await run(node(""), {}, (it) => once(it, "close"));
    expect({ outcome, error }).toEqual({
      outcome: { code: 0, signal: null, forced: false },
      error: undefined,
    });
  });

  test("is an error with another code, also where nobody waited for it", async () => {
    const process = node("process.exitCode = 3");
    const error = await rejection(
      withAsyncContext(child(process), async (it) => {
        await once(it, "exit");
      }),
    );
    expect(error).toMatchObject({
      message: expect.stringMatching(/ended with code 3$/) as string,
      outcome: { code: 3, signal: null, forced: false },
    });
  });

  test("is an error where a signal that was not ours ended it", async () => {
    const it = node("process.kill(process.pid, 'SIGKILL')");
    const error = await rejection(withAsyncContext(child(it), () => once(it, "exit")));
    expect(error).toMatchObject({
      message: expect.stringMatching(/was ended by SIGKILL$/) as string,
    });
  });

  test("is none where the body has killed it", async () => {
    await withAsyncContext(child(node(idle)), async (it) => {
      await ready(it);
      it.kill("SIGKILL");
      await once(it, "close");
    });
  });

  test("before child() knew of it, is known all the same", async () => {
    const process = node("process.exitCode = 4");
    await once(process, "close");
    const { outcome } = await run(process, {}, () => {});
    expect(outcome).toEqual({ code: 4, signal: null, forced: false });
  });
});

describe("with wait", () => {
  test("its input is closed and its own end awaited", async () => {
    const process = node(
      `process.stdin.on("data", () => {}).on("end", () => setTimeout(() => {}, 100))`,
    );
    const { outcome, error } = await run(process, { wait: true, graceMs: 1 });
    expect({ outcome, error }).toEqual({
      outcome: { code: 0, signal: null, forced: false },
      error: undefined,
    });
  });

  test("an input that it does not take to the end is an error", async () => {
    const process = node(`process.stdin.destroy(); setTimeout(() => {}, 200)`);
    const error = await rejection(
      withAsyncContext(child(process, { wait: true }), async (it) => {
        await ready(it);
        it.stdin?.write("x".repeat(1_000_000));
      }),
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) as string });
  });

  test("its code counts", async () => {
    const process = node(`process.stdin.resume().on("end", () => process.exit(5))`);
    const error = await rejection(withAsyncContext(child(process, { wait: true }), ready));
    expect(error).toMatchObject({ outcome: { code: 5, signal: null, forced: false } });
  });

  test("it is ended nevertheless where the body failed, or nobody knows", async () => {
    const failure = new Error("body");
    const failed = await run(node(idle), { wait: true }, () => {
      throw failure;
    });
    expect(failed).toMatchObject({ error: failure, outcome: { signal: "SIGTERM" } });
    const outcomes: ChildOutcome[] = [];
    {
      await using it = child(node(idle), { wait: true, onEnd: (one) => outcomes.push(one) });
      await ready(it);
    }
    expect(outcomes).toMatchObject([{ signal: "SIGTERM" }]);
  });
});

describe("a child that cannot be started", () => {
  test("is an error of entering: the body does not run", async () => {
    let ran = false;
    const error = await rejection(
      withAsyncContext(child(spawn("/no/such/program")), () => void (ran = true)),
    );
    expect(error).toMatchObject({ code: "ENOENT", syscall: "spawn /no/such/program" });
    expect(ran).toBe(false);
  });

  test("is an error of the release under await using and in a stack", async () => {
    const use = async () => {
      await using it = child(spawn("/no/such/program"));
      void it;
    };
    expect(await rejection(use())).toMatchObject({ code: "ENOENT" });
    const stacked = withAsyncContext(new AsyncExitStack(), (stack) => {
      stack.use(child(spawn("/no/such/program"), { onEnd: () => {} }));
    });
    expect(await rejection(stacked)).toMatchObject({ code: "ENOENT" });
  });

  test("is an error also where it was emitted before", async () => {
    const process = spawn("/no/such/program");
    const managed = child(process);
    await rejection(once(process, "spawn"));
    expect(await rejection(withAsyncContext(managed, () => {}))).toMatchObject({ code: "ENOENT" });
  });
});

test("an abort is reported once where the body failed by it, too", async () => {
  const abort = new AbortController();
  const aborted = (body: (it: ChildProcess) => Promise<unknown>) =>
    rejection(
      withAsyncContext(
        child(spawn(process.execPath, ["-e", idle], { signal: abort.signal })),
        async (it) => {
          abort.abort();
          await body(it);
        },
      ),
    );
  expect(await aborted((it) => once(it, "exit"))).toMatchObject({ name: "AbortError" });
});

test("an output that a grandchild holds open is cut off after the limit", async () => {
  // The grandchild lives on for a while: it is nobody's child here, and ends by itself.
  const grandchild = `require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 8000)"], { stdio: "inherit", detached: true }).unref()`;
  const process = node(`${grandchild}; ${idle}`);
  const { outcome } = await run(process, { graceMs: 50 });
  expect(outcome).toEqual({ code: null, signal: "SIGTERM", forced: true });
});

test("output that nobody has read yet is read to its end by who reads it", async () => {
  const process = node(`process.stdout.write("x".repeat(1_000_000))`);
  let output: Promise<string> | undefined;
  await withAsyncContext(child(process), async (it) => {
    output = text(it.stdout as NodeJS.ReadableStream);
    await once(it, "exit");
  });
  expect((await output)?.length).toBe(1_000_005);
});

test("the methods are in place, and gone after the release", async () => {
  const process = node(idle);
  const managed = child(process);
  expect(managed).toBe(process);
  expect(Object.keys(managed)).not.toContain("enterAsync");
  await managed[asyncDispose]();
  expect("enterAsync" in process || "exitAsync" in process).toBe(false);
  expect(Object.getOwnPropertySymbols(process)).not.toContain(asyncDispose);
});

test("wrong input is a clear error", () => {
  expect(() => child({} as never)).toThrow("child() takes a ChildProcess, not ");
  expect(() => child(undefined as never, { graceMs: Number.NaN })).toThrow(
    "graceMs of child() has to be a number of milliseconds",
  );
});
