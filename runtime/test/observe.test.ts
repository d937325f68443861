import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  AsyncExitStack,
  closing,
  contextManager,
  defer,
  enter,
  ExitStack,
  withAsyncContext,
  withContext,
  wrapWith,
} from "../src/index.js";
import { type AcquisitionForm, type Observer, setObserver } from "../src/observe.js";

interface Held {
  readonly form: AcquisitionForm;
  readonly subject: unknown;
  readonly owner: object | undefined;
}

/** What the observer was told; `held` is what was acquired and not released. */
let log: string[] = [];
let held = new Set<Held>();
/** What the observer throws, by what it is told. */
let faults: Partial<Record<"acquiring" | "acquired" | "released" | "awaited", unknown>> = {};

const names = new Map<unknown, string>();
const nameOf = (subject: unknown): string => names.get(subject) ?? typeof subject;

function named<T>(name: string, subject: T): T {
  names.set(subject, name);
  return subject;
}

function hit(event: keyof typeof faults): void {
  if (!(event in faults)) return;
  const error = faults[event];
  faults = {};
  throw error;
}

const observer: Observer = {
  acquiring(form, subject, owner) {
    log.push(`acquiring ${form} ${nameOf(subject)}${owner ? ` for ${nameOf(owner)}` : ""}`);
    hit("acquiring");
    return { form, subject, owner };
  },
  acquired(hold) {
    const { subject } = hold as Held;
    log.push(`acquired ${nameOf(subject)}`);
    held.add(hold as Held);
    hit("acquired");
  },
  released(hold, failed) {
    log.push(`released ${nameOf((hold as Held).subject)}${failed ? ", failed" : ""}`);
    held.delete(hold as Held);
    if (!failed) hit("released");
  },
  awaited() {
    log.push("awaited");
    hit("awaited");
  },
  moved(from, to) {
    log.push(`moved from ${nameOf(from)} to ${nameOf(to)}`);
  },
  linked(handle, stack) {
    log.push(`linked ${nameOf(handle)} ${String(stack instanceof ExitStack)}`);
  },
};

beforeEach(() => {
  log = [];
  held = new Set();
  faults = {};
  names.clear();
  setObserver(observer);
});

afterEach(() => {
  setObserver(undefined);
});

const manager = (name: string, exit?: () => never) =>
  named(name, {
    enter: () => {
      log.push(`enter ${name}`);
      return 1;
    },
    exit: () => {
      log.push(`exit ${name}`);
      exit?.();
    },
  });

const asyncManager = (name: string) =>
  named(name, {
    enterAsync: async () => {
      await Promise.resolve();
      log.push(`enter ${name}`);
      return 1;
    },
    exitAsync: async () => {
      await Promise.resolve();
      log.push(`exit ${name}`);
    },
  });

const disposable = (name: string) =>
  named(name, { [Symbol.dispose]: () => void log.push(`dispose ${name}`) });

const lifeOf = (name: string) => [
  `acquiring enter ${name}`,
  `enter ${name}`,
  `acquired ${name}`,
  "body",
  `exit ${name}`,
  `released ${name}`,
];

describe("what the observer is told of", () => {
  test("withContext, of one and of many", () => {
    withContext(manager("a"), () => void log.push("body"));
    expect(log).toEqual(lifeOf("a"));
    log = [];
    withContext([manager("a"), disposable("d")], () => void log.push("body"));
    expect(log).toEqual([
      "acquiring enter a",
      "enter a",
      "acquired a",
      "acquiring use d",
      "acquired d",
      "body",
      "dispose d",
      "released d",
      "exit a",
      "released a",
    ]);
  });

  test("withAsyncContext: the call begins it, and the release is over when it has settled", async () => {
    const done = withAsyncContext(asyncManager("a"), async () => {
      await Promise.resolve();
      log.push("body");
    });
    expect(log).toEqual(["acquiring enter a"]);
    await done;
    expect(log.filter((one) => one !== "awaited")).toEqual(lifeOf("a"));
    expect(log).toContain("awaited");
  });

  test("each way into a stack, and move", () => {
    const stack = named("stack", new ExitStack());
    const callback = named("callback", () => {});
    const exit = named("exit", () => {});
    stack.use(disposable("d"));
    stack.use(null);
    stack.adopt(7, () => {});
    stack.adopt(null, () => {});
    stack.defer(callback);
    stack.push(exit);
    stack.push(manager("m"));
    stack.enterContext(manager("e"));
    stack.enterContext(disposable("f"));
    expect(log.filter((one) => one.startsWith("acquiring"))).toEqual([
      "acquiring use d for stack",
      "acquiring adopt number for stack",
      "acquiring adopt object for stack",
      "acquiring defer callback for stack",
      "acquiring push exit for stack",
      "acquiring push m for stack",
      "acquiring enter e for stack",
      "acquiring use f for stack",
    ]);
    expect(held.size).toBe(8);
    expect([...held].every(({ owner }) => owner === stack)).toBe(true);
    log = [];
    const moved = stack.move();
    expect(log).toEqual(["moved from stack to object"]);
    moved.dispose();
    expect(held.size).toBe(0);
  });

  test("an AsyncExitStack", async () => {
    const stack = named("stack", new AsyncExitStack());
    stack.use(disposable("d"));
    stack.adopt("a", () => {});
    stack.defer(async () => {});
    stack.push(async () => {});
    await stack.enterContext(asyncManager("e"));
    expect(held.size).toBe(5);
    await stack.move().disposeAsync();
    expect(held.size).toBe(0);
    expect(log.filter((one) => one.startsWith("released"))).toHaveLength(5);
  });

  test("closing and defer, also where the release takes time", async () => {
    const resource = closing(named("r", { close: () => void log.push("close") }));
    expect(log).toEqual(["acquiring closing r", "acquired r"]);
    resource[Symbol.dispose]();
    expect(log.slice(2)).toEqual(["close", "released r"]);

    let finish = (): void => {};
    const slow = defer(() => new Promise<void>((resolve) => (finish = resolve)));
    names.set(slow, "slow");
    const done = slow[Symbol.asyncDispose]();
    expect([...held].map(({ form, subject }) => [form, subject])).toEqual([["defer", slow]]);
    finish();
    await done;
    expect(held.size).toBe(0);

    const failing = closing(named("f", {}), () => {
      throw new Error("release");
    });
    expect(() => {
      failing[Symbol.dispose]();
    }).toThrow("release");
    expect(log.at(-1)).toBe("released f, failed");
  });

  test("enter: the handle stands for its stack", () => {
    const handle = enter(manager("m"));
    expect(log.at(-1)).toBe("linked object true");
    handle[Symbol.dispose]();
    expect(held.size).toBe(0);
  });

  test("wrapped functions of all kinds", async () => {
    const wrap = wrapWith(() => manager("m"));
    wrap(() => 1)();
    await wrap(async () => {
      await Promise.resolve();
    })();
    expect(log).toContain("awaited");
    expect([
      ...wrap(function* () {
        yield held.size;
      })(),
    ]).toEqual([1]);
    const inner = wrap(async function* () {
      await Promise.resolve();
      yield held.size;
    } as () => AsyncGenerator);
    for await (const size of inner()) expect(size).toBe(1);
    const returning = wrap(() => [1].values());
    expect([...returning()]).toEqual([1]);
    expect(held.size).toBe(0);
    expect(log.filter((one) => one.startsWith("acquired"))).toHaveLength(5);
    expect(log.filter((one) => one.startsWith("released"))).toHaveLength(5);
  });

  test("a release that fails, and one whose entering failed", () => {
    const failing = manager("f", () => {
      throw new Error("exit");
    });
    expect(() => withContext(failing, () => 1)).toThrow("exit");
    expect(log.at(-1)).toBe("released f, failed");
    log = [];
    const closed = named("c", {
      enter: () => {
        throw new Error("no entry");
      },
      exit: () => {},
    });
    expect(() => withContext(closed, () => 1)).toThrow("no entry");
    expect(log).toEqual(["acquiring enter c"]);
    expect(held.size).toBe(0);
  });

  test("nothing once it is taken away, nor of what was acquired without it", () => {
    const observed = new ExitStack();
    observed.defer(() => {});
    setObserver(undefined);
    const unobserved = new ExitStack();
    unobserved.defer(() => {});
    observed.dispose();
    setObserver(observer);
    log = [];
    unobserved.dispose();
    expect(log).toEqual([]);
  });
});

describe("what the observer throws", () => {
  const fault = new Error("injected");

  test("before an acquisition: nothing is entered or taken", () => {
    faults = { acquiring: fault };
    expect(() => withContext([manager("a")], () => 1)).toThrow(fault);
    const stack = new ExitStack();
    faults = { acquiring: fault };
    expect(() => stack.use(disposable("d"))).toThrow(fault);
    faults = { acquiring: fault };
    expect(() => stack.enterContext(manager("e"))).toThrow(fault);
    stack.dispose();
    expect(log.filter((one) => !one.startsWith("acquiring"))).toEqual([]);
  });

  test("after an acquisition: whoever holds it releases it", () => {
    faults = { acquired: fault };
    expect(() => withContext(manager("a"), () => void log.push("body"))).toThrow(fault);
    expect(log.slice(-2)).toEqual(["exit a", "released a"]);
    expect(log).not.toContain("body");

    const stack = new ExitStack();
    faults = { acquired: fault };
    expect(() => stack.enterContext(manager("e"))).toThrow(fault);
    expect(held.size).toBe(1);
    stack.dispose();
    expect(log.slice(-2)).toEqual(["exit e", "released e"]);
    expect(log.filter((one) => one === "exit e")).toHaveLength(1);
  });

  test("after a release: as if the release had thrown it", () => {
    const suppressing = named("s", { enter: () => 1, exit: () => true });
    faults = { released: fault };
    expect(() => withContext(suppressing, () => 1)).toThrow(fault);
    expect(log.filter((one) => one.startsWith("released"))).toEqual(["released s"]);
    expect(held.size).toBe(0);
  });

  test("after the body's promise: as if it had been rejected", async () => {
    faults = { awaited: fault };
    await expect(withAsyncContext(asyncManager("a"), () => Promise.resolve(1))).rejects.toBe(fault);
    expect(log.slice(-2)).toEqual(["exit a", "released a"]);
    faults = { awaited: fault };
    const wrapped = wrapWith(() => asyncManager("b"))(async () => {
      await Promise.resolve();
    });
    await expect(wrapped()).rejects.toBe(fault);
    expect(held.size).toBe(0);
  });
});

test("generator managers are told of as any other", () => {
  const generated = contextManager(function* () {
    yield 1;
  });
  withContext(generated(), () => {
    expect(held.size).toBe(1);
  });
  expect(held.size).toBe(0);
});
