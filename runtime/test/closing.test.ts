import { mkdtemp, open, opendir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, expectTypeOf, test, vi } from "vitest";

import { AsyncExitStack, closing, defer, ExitStack, withContext } from "../src/index.js";

function own(object: object): symbol[] {
  return Object.getOwnPropertySymbols(object);
}

describe("in place", () => {
  test("the object stays the same, and shows nothing", () => {
    const resource = { close: vi.fn(), name: "x" };
    const closable = closing(resource);
    expect(closable).toBe(resource);
    expect(Object.keys(resource)).toEqual(["close", "name"]);
    expect(Symbol.dispose in resource).toBe(true);
    expect(own(Object.assign({}, resource))).toEqual([]);
    expect(JSON.stringify(resource)).toBe('{"name":"x"}');
    for (const symbol of [Symbol.dispose, Symbol.asyncDispose]) {
      expect(Object.getOwnPropertyDescriptor(resource, symbol)).toMatchObject({
        enumerable: false,
        configurable: true,
      });
    }
  });

  test("without a release, close() is called on the object, without arguments", () => {
    const resource = { close: vi.fn() };
    {
      using _ = closing(resource);
    }
    expect(resource.close.mock.calls).toEqual([[]]);
    expect(resource.close.mock.contexts).toEqual([resource]);
  });

  test("a release gets the object, and goes before close()", () => {
    const resource = { close: vi.fn() };
    const release = vi.fn();
    {
      using _ = closing(resource, release);
    }
    expect(release.mock.calls).toEqual([[resource]]);
    expect(resource.close).not.toHaveBeenCalled();
  });

  test("a release that returns a promise is waited for by await using", async () => {
    const log: string[] = [];
    {
      await using _ = closing({}, async () => {
        await sleep(1);
        log.push("released");
      });
      log.push("body");
    }
    expect(log).toEqual(["body", "released"]);
  });

  test("real objects of Node: a directory, a file handle, a server", async () => {
    const path = await mkdtemp(join(tmpdir(), "closing-"));
    await using _ = defer(() => rm(path, { recursive: true }));
    const directory = await opendir(path);
    {
      await using entries = closing(directory);
      expect(await entries.read()).toBe(null);
    }
    await expect((async () => directory.read())()).rejects.toThrow(/closed/);

    const handle = await open(devNull);
    {
      await using file = closing(handle);
      expect(file.fd).toBeGreaterThanOrEqual(0);
    }
    expect(handle.fd).toBe(-1);

    const server = createServer().listen(0);
    {
      await using _server = closing(server, (it) => new Promise((done) => it.close(done)));
      expect(server.listening).toBe(true);
    }
    expect(server.listening).toBe(false);
  });

  test("functions and classes' instances with private fields work", () => {
    class Connection {
      #open = true;
      get isOpen() {
        return this.#open;
      }
      close() {
        this.#open = false;
      }
    }
    const connection = new Connection();
    {
      using it = closing(connection);
      expect(it.isOpen).toBe(true);
    }
    expect(connection.isOpen).toBe(false);

    const unsubscribe = vi.fn();
    {
      using call = closing(unsubscribe, (it) => {
        it();
      });
      expect(call).toBe(unsubscribe);
    }
    expect(unsubscribe).toHaveBeenCalledOnce();
  });
});

describe("at the release", () => {
  test("the methods are taken away, before the release runs", () => {
    const seen: unknown[] = [];
    const resource = {};
    closing(resource, () => {
      seen.push(own(resource));
    })[Symbol.dispose]();
    expect(seen).toEqual([[]]);
    expect(own(resource)).toEqual([]);
  });

  test("they are taken away though the release fails, and it is not tried again", () => {
    const release = vi.fn(() => {
      throw new Error("failed");
    });
    const resource = {};
    closing(resource, release);
    const { [Symbol.dispose]: dispose } = resource as Disposable;
    expect(dispose).toThrow("failed");
    expect(own(resource)).toEqual([]);
    expect(dispose).not.toThrow();
    expect(release).toHaveBeenCalledOnce();
  });

  test("releases once, though both ways are taken", async () => {
    const release = vi.fn();
    const resource = closing({}, release);
    expectTypeOf(resource).toExtend<Disposable & AsyncDisposable>();
    const { [Symbol.dispose]: dispose, [Symbol.asyncDispose]: asyncDispose } = resource;
    await asyncDispose();
    dispose();
    expect(release).toHaveBeenCalledOnce();
  });

  test("a pooled object can come back, even while it is being released", () => {
    const log: string[] = [];
    const client = {};
    const waiting: (() => void)[] = [];
    const release = () => {
      log.push("released");
      waiting.pop()?.();
    };
    const first = closing(client, release);
    const { [Symbol.dispose]: disposeFirst } = first;
    let second: Disposable | undefined;
    waiting.push(() => {
      second = closing(client, () => log.push("released again"));
    });
    disposeFirst();
    expect(second).toBe(client);
    expect(own(client)).toEqual([Symbol.dispose, Symbol.asyncDispose]);
    disposeFirst();
    expect(log).toEqual(["released"]);
    second?.[Symbol.dispose]();
    expect(log).toEqual(["released", "released again"]);
    expect(own(client)).toEqual([]);
  });

  test("the object's own methods come back, whether inherited or not", () => {
    const inherited = new ExitStack();
    closing(inherited, () => {});
    expect(own(inherited)).toHaveLength(2);
    inherited[Symbol.dispose]();
    expect(inherited[Symbol.dispose]).toBe(ExitStack.prototype.dispose);

    const dispose = vi.fn();
    const resource = { [Symbol.dispose]: dispose };
    closing(resource, () => {})[Symbol.dispose]();
    expect(dispose).not.toHaveBeenCalled();
    expect(Object.getOwnPropertyDescriptor(resource, Symbol.dispose)).toEqual({
      value: dispose,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  });

  test("closing in closing releases both, the inner one first", () => {
    const log: string[] = [];
    const resource = {};
    {
      using _outer = closing(resource, () => log.push("outer"));
      using _inner = closing(resource, () => log.push("inner"));
    }
    expect(log).toEqual(["inner", "outer"]);
    expect(own(resource)).toEqual([]);
  });

  test("what somebody else has put there since is left alone", () => {
    const resource = closing({}, () => {});
    const { [Symbol.dispose]: dispose } = resource;
    const theirs = vi.fn();
    resource[Symbol.dispose] = theirs;
    dispose();
    expect(resource[Symbol.dispose]).toBe(theirs);
  });

  test("a promise under using is reported, not dropped", () => {
    class Connection {
      close() {
        return Promise.resolve();
      }
    }
    const connection = closing(new Connection()) as unknown as Disposable;
    expect(() => {
      connection[Symbol.dispose]();
    }).toThrow("a Connection has no synchronous release");
  });
});

describe("what cannot be extended", () => {
  const frozen = Object.freeze({ close: () => {} });
  const sealed = Object.seal({ close: () => {} });
  const stuck = Object.defineProperty({ close: () => {} }, Symbol.dispose, { value: () => {} });
  const stuckAsync = Object.defineProperty({ close: () => {} }, Symbol.asyncDispose, {
    value: () => {},
  });
  const refusing = new Proxy({ close: () => {} }, { defineProperty: () => false });

  test.for([
    ["a string", "path", '"path"'],
    ["a number", 3, "3"],
    ["null", null, "null"],
    ["undefined", undefined, "undefined"],
    ["a frozen object", frozen, "an Object"],
    ["a sealed object", sealed, "an Object"],
    ["an object with a fixed dispose", stuck, "an Object"],
    ["an object with a fixed asyncDispose", stuckAsync, "an Object"],
    ["a proxy that refuses", refusing, "an Object"],
  ] as const)("%s is named, with the cure", ([, value, name]) => {
    const before = typeof value === "object" && value !== null ? own(value) : [];
    const attempt = () => closing(value as { close(): void }, () => {});
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(name);
    expect(attempt).toThrow("use adopt() of an ExitStack or AsyncExitStack");
    if (typeof value === "object" && value !== null) expect(own(value)).toEqual(before);
  });

  test("an object without close() needs a release", () => {
    expect(() => closing({} as { close(): void })).toThrow("an Object has no close() method");
    expect(() => closing({ close: 1 } as never)).toThrow(TypeError);
    expect(() => closing({}, 1 as never)).toThrow("1 is not a function");
  });
});

test("serves stacks and withContext", async () => {
  const log: string[] = [];
  const stack = new ExitStack();
  stack.use(closing({}, () => log.push("sync")));
  stack.dispose();
  const asyncStack = new AsyncExitStack();
  asyncStack.use(closing({}, () => sleep(1).then(() => log.push("async"))));
  await asyncStack.disposeAsync();
  withContext(
    closing({}, () => log.push("with")),
    () => log.push("body"),
  );
  expect(log).toEqual(["sync", "async", "body", "with"]);
});

test("types", () => {
  class Sync {
    close() {}
  }
  class Async {
    close() {
      return Promise.resolve();
    }
  }
  interface Overloaded {
    close(): Promise<void>;
    close(callback: () => void): void;
  }
  const overloaded: Overloaded = { close: (): never => Promise.resolve() as never };
  expectTypeOf(closing(new Sync())).toEqualTypeOf<Sync & Disposable>();
  expectTypeOf(closing(new Async())).toEqualTypeOf<Async & AsyncDisposable>();
  expectTypeOf(closing(overloaded)).toEqualTypeOf<Overloaded & AsyncDisposable>();
  const plain = { size: 1 };
  expectTypeOf(closing(plain, () => {})).toEqualTypeOf<typeof plain & Disposable>();
  expectTypeOf(closing(plain, (it) => it.size)).toEqualTypeOf<typeof plain & Disposable>();
  expectTypeOf(closing(plain, () => Promise.resolve())).toEqualTypeOf<
    typeof plain & AsyncDisposable
  >();
  expectTypeOf(closing(plain, (): void | Promise<void> => {})).toEqualTypeOf<
    typeof plain & AsyncDisposable
  >();
  // @ts-expect-error -- a primitive
  expect(() => closing("path", () => {})).toThrow(TypeError);
  // @ts-expect-error -- nothing to call
  expect(() => closing({ open: () => {} })).toThrow(TypeError);
});
