import { transform } from "esbuild";
import ts from "typescript";
import { describe, expect, expectTypeOf, test } from "vitest";

import * as unwind from "../src/index.js";
import { asyncContextManager, contextManager, type Failure, wrapWith } from "../src/index.js";

const nextTurn = (): Promise<void> => Promise.resolve();

function recorder() {
  const log: string[] = [];
  const note = (name: string, failure?: Failure) =>
    log.push(`${name}${failure ? `: ${String(failure.error)}` : ""}`);
  return {
    log,
    manager: () => ({
      enter: () => void log.push("enter"),
      exit: (failure?: Failure): void => void note("exit", failure),
    }),
    asyncManager: () => ({
      enterAsync: async () => {
        await nextTurn();
        log.push("enter");
      },
      exitAsync: async (failure?: Failure): Promise<void> => {
        await nextTurn();
        note("exit", failure);
      },
    }),
    suppressing: () => ({ enter: () => {}, exit: (failure?: Failure) => failure !== undefined }),
  };
}

describe("a synchronous manager", () => {
  test("is open for each call of a function, which keeps its this, arguments and result", () => {
    const { log, manager } = recorder();
    const object = {
      factor: 3,
      times: wrapWith(manager)(function times(this: { factor: number }, by: number) {
        log.push("body");
        return this.factor * by;
      }),
    };
    expect(object.times(2)).toBe(6);
    expect(object.times(3)).toBe(9);
    expect(log).toEqual(["enter", "body", "exit", "enter", "body", "exit"]);
    expect(object.times.name).toBe("times");
    expect(object.times).toHaveLength(1);
  });

  test("sees the failure, and may suppress it", () => {
    const { log, manager, suppressing } = recorder();
    const failing = (): number => {
      throw new RangeError("body");
    };
    expect(wrapWith(manager)(failing)).toThrow(RangeError);
    expect(log).toEqual(["enter", "exit: RangeError: body"]);
    const suppressed = wrapWith(suppressing)(failing);
    expectTypeOf(suppressed).returns.toEqualTypeOf<number | undefined>();
    expect(suppressed()).toBe(undefined);
  });

  test("stays open until an async function has settled; it is entered at the call", async () => {
    const { log, manager, suppressing } = recorder();
    const load = wrapWith(manager)(async (id: number) => {
      log.push("begin");
      await nextTurn();
      log.push("end");
      if (id < 0) throw new RangeError("negative");
      return id;
    });
    const loading = load(1);
    expect(log).toEqual(["enter", "begin"]);
    expect(await loading).toBe(1);
    expect(log.slice(2)).toEqual(["end", "exit"]);
    await expect(load(-1)).rejects.toThrow("negative");
    expect(log.at(-1)).toBe("exit: RangeError: negative");
    const suppressed = wrapWith(suppressing)(() => Promise.reject<number>(new Error("x")));
    expectTypeOf(suppressed).returns.toEqualTypeOf<Promise<number | undefined>>();
    expect(await suppressed()).toBe(undefined);
  });

  test("stays open until a promise has settled that a plain function returned", async () => {
    const { log, manager } = recorder();
    const settling = wrapWith(manager)(() => nextTurn().then(() => log.push("settled")))();
    expect(log).toEqual(["enter"]);
    await settling;
    expect(log).toEqual(["enter", "settled", "exit"]);
  });

  test("is entered when a generator begins, and stays open until it ends", () => {
    const { log, manager } = recorder();
    const count = wrapWith(manager)(function* (to: number): Generator<number, string, string> {
      for (let n = 1; n <= to; n++) log.push(`got ${yield n}`);
      return "end";
    });
    const counting = count(2);
    expect(log).toEqual([]);
    expect(counting.next("ignored")).toEqual({ value: 1, done: false });
    expect(counting.next("a")).toEqual({ value: 2, done: false });
    expect(log).toEqual(["enter", "got a"]);
    expect(counting.next("b")).toEqual({ value: "end", done: true });
    expect(log).toEqual(["enter", "got a", "got b", "exit"]);
  });

  test("is exited as completed when a generator is left early, and not at all if never begun", () => {
    const { log, manager } = recorder();
    const count = wrapWith(manager)(function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        log.push("closed");
      }
    });
    for (const n of count()) if (n === 1) break;
    expect(log).toEqual(["enter", "closed", "exit"]);
    count().return(undefined);
    expect(log).toHaveLength(3);
  });

  test("sees what is thrown in a generator, or into it", () => {
    const { log, manager, suppressing } = recorder();
    const count = wrapWith(manager)(function* () {
      yield 1;
      throw new RangeError("body");
    });
    expect(() => [...count()]).toThrow("body");
    expect(log).toEqual(["enter", "exit: RangeError: body"]);
    const counting = count();
    counting.next();
    expect(() => counting.throw(new Error("into"))).toThrow("into");
    expect(log.slice(2)).toEqual(["enter", "exit: Error: into"]);
    const suppressed = wrapWith(suppressing)(function* () {
      yield 1;
      throw new RangeError("body");
    });
    expect([...suppressed()]).toEqual([1]);
  });

  test("stays open until an async generator ends or is left", async () => {
    const { log, manager } = recorder();
    const count = wrapWith(manager)(async function* () {
      try {
        yield 1;
        await nextTurn();
        yield 2;
      } finally {
        log.push("closed");
      }
    });
    for await (const n of count()) log.push(String(n));
    expect(log).toEqual(["enter", "1", "2", "closed", "exit"]);
    log.length = 0;
    for await (const n of count()) if (n === 1) break;
    expect(log).toEqual(["enter", "closed", "exit"]);
  });

  test.for([
    ["TypeScript, ES2017", compiledByTypeScript],
    ["esbuild, es2017", compiledByEsbuild],
  ] as const)("stays open in generators compiled by %s", async ([, compile]) => {
    const { log, manager } = recorder();
    const count = await compile(`async function* count(log) {
      log.push("begin");
      yield 1;
      yield 2;
      log.push("end");
    }`);
    for await (const n of wrapWith(manager)(count)(log)) log.push(String(n));
    expect(log).toEqual(["enter", "begin", "1", "2", "end", "exit"]);
  });

  test("stays open in a generator that a plain function returns", () => {
    const { log, manager } = recorder();
    function* count() {
      log.push("begin");
      yield 1;
    }
    expect([...wrapWith(manager)(() => count())()]).toEqual([1]);
    expect(log).toEqual(["enter", "begin", "exit"]);
  });

  test("nothing is called where entering fails", () => {
    const log: string[] = [];
    const failing = () => ({
      enter: () => {
        throw new Error("no entry");
      },
      exit: (): void => void log.push("exit"),
    });
    expect(wrapWith(failing)(() => log.push("body"))).toThrow("no entry");
    expect(() =>
      wrapWith(failing)(function* () {
        yield log.push("body");
      })().next(),
    ).toThrow("no entry");
    expect(log).toEqual([]);
  });
});

describe("an async manager", () => {
  test("makes a synchronous function async", async () => {
    const { log, asyncManager } = recorder();
    const double = wrapWith(asyncManager)((n: number) => {
      log.push("body");
      if (n < 0) throw new RangeError("negative");
      return n * 2;
    });
    expectTypeOf(double).returns.toEqualTypeOf<Promise<number>>();
    expect(await double(2)).toBe(4);
    expect(log).toEqual(["enter", "body", "exit"]);
    await expect(double(-1)).rejects.toThrow("negative");
    expect(log.at(-1)).toBe("exit: RangeError: negative");
  });

  test("is open until an async function has settled", async () => {
    const { log, asyncManager } = recorder();
    const load = wrapWith(asyncManager)(async () => {
      await nextTurn();
      return log.push("body");
    });
    expect(await load()).toBe(2);
    expect(log).toEqual(["enter", "body", "exit"]);
  });

  test("makes a generator an async one, and is open until it ends or is left", async () => {
    const { log, asyncManager } = recorder();
    const count = wrapWith(asyncManager)(function* (): Generator<number, void> {
      yield 1;
      yield 2;
    });
    expectTypeOf(count).returns.toExtend<AsyncGenerator<number, void>>();
    for await (const n of count()) log.push(String(n));
    const countAsync = wrapWith(asyncManager)(async function* () {
      await nextTurn();
      yield 1;
      throw new RangeError("body");
    });
    await expect(async () => {
      for await (const n of countAsync()) log.push(String(n));
    }).rejects.toThrow(RangeError);
    for await (const _ of countAsync()) break;
    expect(log).toEqual([
      ...["enter", "1", "2", "exit"],
      ...["enter", "1", "exit: RangeError: body"],
      ...["enter", "exit"],
    ]);
  });

  test("refuses a plain function that returns a generator, whose values would come too late", async () => {
    const { log, asyncManager } = recorder();
    function* numbers() {
      yield 1;
    }
    const wrapped = wrapWith(asyncManager)((): Iterable<number> => numbers());
    await expect(wrapped()).rejects.toThrow(/returned a generator/);
    expect(log[1]).toMatch(/^exit: TypeError/);
  });
});

describe("manager.wrap", () => {
  test("makes the manager anew for each call, with the same arguments", async () => {
    const log: string[] = [];
    const traced = contextManager(function* (name: string) {
      log.push(`begin ${name}`);
      try {
        yield;
      } finally {
        log.push(`end ${name}`);
      }
    });
    const work = traced("x").wrap((n: number) => log.push(`body ${n}`));
    work(1);
    work(2);
    expect(log).toEqual(["begin x", "body 1", "end x", "begin x", "body 2", "end x"]);
    log.length = 0;
    const loading = traced("y").wrap(async () => {
      await nextTurn();
      log.push("loaded");
    });
    await Promise.all([loading(), loading()]);
    expect(log).toEqual(["begin y", "begin y", "loaded", "loaded", "end y", "end y"]);
    const asyncTraced = asyncContextManager(async function* (name: string) {
      await nextTurn();
      yield log.push(name);
    });
    const asyncWork = asyncTraced("z").wrap(() => 7);
    expectTypeOf(asyncWork).returns.toEqualTypeOf<Promise<number>>();
    expect(await asyncWork()).toBe(7);
  });

  test("does not use the manager up", () => {
    const manager = contextManager(function* () {
      yield 1;
    })();
    manager.wrap(() => {})();
    expect(unwind.withContext(manager, (value) => value)).toBe(1);
  });
});

async function evaluate(js: string, name: string): Promise<unknown> {
  const { default: make } = (await import(
    `data:text/javascript,${encodeURIComponent(`export default (unwind) => { ${js}; return ${name}; }`)}`
  )) as { default: (library: typeof unwind) => unknown };
  return make(unwind);
}

type Count = (log: string[]) => AsyncGenerator;

function compiledByTypeScript(code: string): Promise<Count> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2017, module: ts.ModuleKind.ESNext },
  });
  return evaluate(outputText, "count") as Promise<Count>;
}

async function compiledByEsbuild(code: string): Promise<Count> {
  const { code: js } = await transform(code, { target: "es2017" });
  return (await evaluate(js, "count")) as Count;
}

describe("as a standard decorator", () => {
  const source = `
    const { wrapWith } = unwind;
    class Service {
      log = [];
      static manager;
      @wrapWith(() => Service.manager) load(id) { this.log.push("load " + id); return id; }
      @wrapWith(() => Service.manager) async save() { await null; this.log.push("saved"); }
      @wrapWith(() => Service.manager) *ids() { yield 1; yield 2; }
      @wrapWith(() => Service.manager) get size() { return 5; }
      @wrapWith(() => Service.manager) static #hidden() { return "hidden"; }
      static hidden() { return Service.#hidden(); }
    }`;

  interface Service {
    readonly log: string[];
    load(id: number): number;
    save(): Promise<void>;
    ids(): Generator<number>;
    readonly size: number;
  }
  type ServiceClass = (new () => Service) & { manager: unknown; hidden(): string };

  test.for([
    [
      "TypeScript",
      (code: string) =>
        Promise.resolve(
          ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } })
            .outputText,
        ),
    ],
    [
      "esbuild",
      async (code: string) => (await transform(code, { target: "es2022", loader: "ts" })).code,
    ],
  ] as const)("compiled by %s", async ([, compile]) => {
    const Service = (await evaluate(await compile(source), "Service")) as ServiceClass;
    const { log, manager } = recorder();
    Service.manager = manager();
    const service = new Service();
    expect(service.load(7)).toBe(7);
    await service.save();
    expect([...service.ids()]).toEqual([1, 2]);
    expect(service.size).toBe(5);
    expect(Service.hidden()).toBe("hidden");
    expect(service.log).toEqual(["load 7", "saved"]);
    expect(log).toEqual(Array.from({ length: 5 }, () => ["enter", "exit"]).flat());
    expect(service.load.name).toBe("load");
  });

  test("elsewhere, or without a function that makes managers, it is a TypeError", () => {
    const { manager } = recorder();
    expect(() => wrapWith(manager() as never)).toThrow("wrapWith(() => manager())");
    for (const value of [undefined, {}, { value: () => 1 }]) {
      expect(() => wrapWith(manager)(value as never)).toThrow(/standard decorators/);
    }
  });

  test("what is no manager is a TypeError at the call", async () => {
    expect(wrapWith(() => 5 as never)(() => 1)).toThrow(TypeError);
    const asyncFunction = wrapWith(() => 5 as never)(async () => {
      await nextTurn();
    }) as () => Promise<void>;
    await expect(asyncFunction()).rejects.toThrow(TypeError);
  });
});
