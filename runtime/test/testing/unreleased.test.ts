import { afterEach, describe, expect, test, vi } from "vitest";

import { closing, defer, dispose, ExitStack, withContext } from "../../src/index.js";
import { type UnreleasedWarnings, warnUnreleased } from "../../src/testing/index.js";

/*
 * That warnings are given for garbage is tested in test/testing, in processes whose garbage collector
 * can be called.
 */

let warnings: UnreleasedWarnings | undefined;

afterEach(() => {
  warnings?.[dispose]();
});

const counts = ({ acquired, released, unreleased }: UnreleasedWarnings): number[] => [
  acquired,
  released,
  unreleased,
];

describe("the counters", () => {
  test("count what is acquired and released", () => {
    warnings = warnUnreleased();
    const stack = new ExitStack();
    stack.defer(() => {});
    stack.use(defer(() => {}));
    expect(counts(warnings)).toEqual([3, 0, 0]);
    stack.dispose();
    expect(counts(warnings)).toEqual([3, 3, 0]);
  });

  test("count what fails to be released as released", () => {
    warnings = warnUnreleased();
    const fail = (): never => {
      throw new Error("release");
    };
    expect(() => closing({}, fail)[dispose]()).toThrow("release");
    expect(counts(warnings)).toEqual([1, 1, 0]);
  });

  test("do not count what was acquired before, nor after the end", () => {
    const before = new ExitStack();
    before.defer(() => {});
    warnings = warnUnreleased();
    before.dispose();
    warnings[dispose]();
    const after = new ExitStack();
    after.defer(() => {});
    after.dispose();
    expect(counts(warnings)).toEqual([0, 0, 0]);
  });

  test("of two that are on at the same time are each their own", () => {
    warnings = warnUnreleased();
    withContext(closing({ close() {} }), () => {});
    const later = warnUnreleased();
    withContext(closing({ close() {} }), () => {});
    later[dispose]();
    expect(counts(warnings)).toEqual([4, 4, 0]);
    expect(counts(later)).toEqual([2, 2, 0]);
  });
});

test("without a process, the warning is printed", async () => {
  // What the registry would call; the collector itself cannot be made to run here.
  const callbacks: ((remains: unknown) => void)[] = [];
  class Registry {
    constructor(callback: (remains: unknown) => void) {
      callbacks.push(callback);
    }
    register(_target: object, remains: unknown): void {
      queueMicrotask(() => callbacks.at(-1)?.(remains));
    }
    unregister(): void {}
  }
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("FinalizationRegistry", Registry);
  vi.stubGlobal("process", undefined);
  try {
    warnings = warnUnreleased();
    closing({ close() {} });
    // It is registered when the turn is over, and called back after that.
    for (let count = 0; count < 5; count++) await Promise.resolve();
  } finally {
    vi.unstubAllGlobals();
  }
  expect(warn.mock.calls).toEqual([
    [
      "ResourceWarning: an Object became garbage without having been released; warnUnreleased({ stacks: true }) tells where it was acquired",
    ],
  ]);
  warn.mockRestore();
});
