import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";

import {
  AbstractAsyncContextManager,
  AbstractContextManager,
  type Failure,
  nullContext,
  timed,
  type Timing,
  UnknownOutcome,
  withAsyncContext,
  withContext,
  wrapWith,
} from "../src/index.js";

const log: string[] = [];
afterEach(() => {
  log.length = 0;
  vi.restoreAllMocks();
});

function note(failure: Failure | undefined): void {
  if (!failure) log.push("success");
  else log.push(failure.error instanceof UnknownOutcome ? "unknown" : String(failure.error));
}

class Connection extends AbstractContextManager<Connection> {
  fails = false;
  protected acquire(): this {
    if (this.fails) throw new RangeError("refused");
    log.push("acquire");
    return this;
  }
  protected release(failure?: Failure): void {
    note(failure);
  }
}

class AsyncConnection extends AbstractAsyncContextManager<AsyncConnection, boolean> {
  fails = false;
  answer = false;
  protected async acquire(): Promise<this> {
    await Promise.resolve();
    if (this.fails) throw new RangeError("refused");
    log.push("acquire");
    return this;
  }
  protected async release(failure?: Failure): Promise<boolean> {
    await Promise.resolve();
    note(failure);
    return this.answer;
  }
}

describe("AbstractContextManager", () => {
  test("in managed use sees the outcome", () => {
    const connection = new Connection();
    expect(withContext(connection, (value) => value === connection)).toBe(true);
    expect(() =>
      withContext(connection, () => {
        throw new Error("body");
      }),
    ).toThrow("body");
    expect(log).toEqual(["acquire", "success", "acquire", "Error: body"]);
  });

  test("used by hand releases once; disposing before entering, or again, does nothing", () => {
    const connection = new Connection();
    connection[Symbol.dispose]();
    expect(connection.exit()).toBe(false);
    connection.enter();
    connection[Symbol.dispose]();
    connection[Symbol.dispose]();
    connection.exit();
    expect(log).toEqual(["acquire", "unknown"]);
  });

  test("is completed once for each entering", () => {
    const connection = new Connection();
    for (const completes of [true, false]) {
      using _ = connection;
      connection.enter();
      if (completes) connection.complete();
    }
    expect(log).toEqual(["acquire", "success", "acquire", "unknown"]);
  });

  test("cannot be entered twice at a time", () => {
    const connection = new Connection();
    withContext(connection, () => {
      expect(() => connection.enter()).toThrow("a Connection is entered already");
    });
    expect(log).toEqual(["acquire", "success"]);
  });

  test("that fails to acquire has nothing to release, and may be entered again", () => {
    const connection = new Connection();
    connection.fails = true;
    expect(() => connection.enter()).toThrow("refused");
    connection[Symbol.dispose]();
    expect(log).toEqual([]);
    connection.fails = false;
    withContext(connection, () => {});
    expect(log).toEqual(["acquire", "success"]);
  });

  test("says by its type whether it suppresses", () => {
    class Suppressing extends AbstractContextManager<string, boolean> {
      protected acquire(): string {
        return "x";
      }
      protected release(): boolean {
        return true;
      }
    }
    const result = withContext(new Suppressing(), (): number => {
      throw new Error("body");
    });
    expectTypeOf(result).toEqualTypeOf<number | undefined>();
    expect(result).toBe(undefined);
    expectTypeOf(withContext(new Connection(), () => 1)).toEqualTypeOf<number>();
  });
});

describe("AbstractAsyncContextManager", () => {
  test("in managed use sees the outcome, and may suppress it", async () => {
    const connection = new AsyncConnection();
    expect(await withAsyncContext(connection, (value) => value === connection)).toBe(true);
    const failing = (): Promise<number> => Promise.reject(new Error("body"));
    await expect(withAsyncContext(connection, failing)).rejects.toThrow("body");
    connection.answer = true;
    const result = await withAsyncContext(connection, failing);
    expectTypeOf(result).toEqualTypeOf<number | undefined>();
    expect(result).toBe(undefined);
    expect(log.filter((line) => line !== "acquire")).toEqual([
      "success",
      "Error: body",
      "Error: body",
    ]);
  });

  test("used by hand releases once; disposing before entering, or again, does nothing", async () => {
    const connection = new AsyncConnection();
    await connection[Symbol.asyncDispose]();
    await connection.enterAsync();
    await expect(connection.enterAsync()).rejects.toThrow("an AsyncConnection is entered already");
    connection.complete();
    await Promise.all([connection[Symbol.asyncDispose](), connection[Symbol.asyncDispose]()]);
    expect(log).toEqual(["acquire", "success"]);
  });

  test("disposed while it is being entered waits, and then releases", async () => {
    const connection = new AsyncConnection();
    const entering = connection.enterAsync();
    await connection[Symbol.asyncDispose]();
    await entering;
    expect(log).toEqual(["acquire", "unknown"]);
  });

  test("that fails to acquire has nothing to release, and may be entered again", async () => {
    const connection = new AsyncConnection();
    connection.fails = true;
    const entering = connection.enterAsync();
    await connection[Symbol.asyncDispose]();
    await expect(entering).rejects.toThrow("refused");
    connection.fails = false;
    await withAsyncContext(connection, () => {});
    expect(log).toEqual(["acquire", "success"]);
  });
});

describe("timed", () => {
  test("gives the name, the duration in milliseconds and the failure", () => {
    const clock = vi.spyOn(performance, "now");
    const timings: Timing[] = [];
    const timer = timed("load", (timing) => timings.push(timing));
    clock.mockReturnValue(1000);
    const running = withContext(timer, (it) => {
      clock.mockReturnValue(1250.5);
      expect(it.elapsed).toBe(250.5);
      return it;
    });
    clock.mockReturnValue(9999);
    expect([running.name, running.elapsed]).toEqual(["load", 250.5]);
    const error = new Error("body");
    expect(() =>
      withContext(timer, () => {
        throw error;
      }),
    ).toThrow(error);
    expect(timings).toEqual([
      { name: "load", duration: 250.5, failure: undefined },
      { name: "load", duration: 0, failure: { error } },
    ]);
  });

  test("without a callback logs a line", async () => {
    const line = vi.spyOn(console, "log").mockReturnValue();
    const clock = vi.spyOn(performance, "now");
    clock.mockReturnValue(1);
    await withAsyncContext(timed("load"), () => void clock.mockReturnValue(2.25));
    expect(() =>
      withContext(timed("save"), () => {
        throw new RangeError("full");
      }),
    ).toThrow();
    expect(line.mock.calls).toEqual([["load: 1.3 ms"], ["save: 0.0 ms, failed: RangeError: full"]]);
  });

  test("measures each call of a function", async () => {
    const timings: Timing[] = [];
    const work = wrapWith(() => timed("work", (timing) => timings.push(timing)))(async () => {
      await Promise.resolve();
    });
    await Promise.all([work(), work()]);
    expect(timings.map(({ name }) => name)).toEqual(["work", "work"]);
  });
});

describe("nullContext", () => {
  test("gives its value in both forms, and does nothing", async () => {
    const value = {};
    const context = nullContext(value);
    expect(withContext(context, (it) => it)).toBe(value);
    expect(await withAsyncContext(context, (it) => it)).toBe(value);
    expectTypeOf(withContext(context, () => 1)).toEqualTypeOf<number>();
    expect(withContext(nullContext(), (it) => it)).toBe(undefined);
    expect(() =>
      withContext(context, () => {
        throw new Error("body");
      }),
    ).toThrow("body");
  });
});
