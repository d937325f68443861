import { NativeAsyncStack, NativeStack } from "./natives.mjs";

import { createRequire } from "node:module";

import {
  AsyncDisposableStack as WhatwgAsyncStack,
  DisposableStack as WhatwgStack,
} from "@whatwg-node/disposablestack";
import { Effect } from "effect";
import { AsyncExitStack, contextManager, ExitStack, withAsyncContext, withContext } from "unwind";

import { nextDisposable, nextManager, use } from "./resources.mjs";

const require = createRequire(import.meta.url);
const CoreJsStack = require("core-js-pure/actual/disposable-stack");
const CoreJsAsyncStack = require("core-js-pure/actual/async-disposable-stack");
const EsShimsStack = require("disposablestack/DisposableStack/implementation");
const EsShimsAsyncStack = require("disposablestack/AsyncDisposableStack/implementation");

/** Whose rows stand beside ours, as npm names them. */
export const comparators = [
  "core-js-pure",
  "disposablestack",
  "@whatwg-node/disposablestack",
  "effect",
];

const generated = contextManager(function* () {
  const manager = nextManager();
  manager.enter();
  try {
    yield manager;
  } finally {
    manager.exit();
  }
});

/** A stack in try/finally, with some disposables. */
const stacked = (Stack, count) =>
  count === 1
    ? () => {
        const stack = new Stack();
        try {
          return use(stack.use(nextDisposable()));
        } finally {
          stack.dispose();
        }
      }
    : () => {
        const stack = new Stack();
        try {
          stack.use(nextDisposable());
          stack.use(nextDisposable());
          return use(stack.use(nextDisposable()));
        } finally {
          stack.dispose();
        }
      };

/** An async stack in try/finally, with some disposables. */
const stackedAsync = (Stack, count) => async () => {
  const stack = new Stack();
  try {
    for (let more = 1; more < count; more++) stack.use(nextDisposable());
    return await use(stack.use(nextDisposable()));
  } finally {
    await stack.disposeAsync();
  }
};

/** The same with Effect's scopes, whose finalizers are its stacks. */
const acquired = Effect.acquireRelease(
  Effect.sync(() => nextDisposable()),
  (disposable) => Effect.sync(() => disposable[Symbol.dispose]()),
);
const acquiredAsync = Effect.acquireRelease(
  Effect.sync(() => nextDisposable()),
  (disposable) => Effect.promise(() => disposable[Symbol.asyncDispose]()),
);
const scoped = (acquisition, count) =>
  Effect.scoped(
    Effect.gen(function* () {
      for (let more = 1; more < count; more++) yield* acquisition;
      return use(yield* acquisition);
    }),
  );

const otherStacks = (count) => ({
  "native DisposableStack": { fn: stacked(NativeStack, count) },
  "core-js DisposableStack": { fn: stacked(CoreJsStack, count) },
  "es-shims DisposableStack": { fn: stacked(EsShimsStack, count) },
  "@whatwg-node DisposableStack": { fn: stacked(WhatwgStack, count) },
  "Effect.scoped": { fn: () => Effect.runSync(scoped(acquired, count)) },
});

const otherAsyncStacks = (count) => ({
  "native AsyncDisposableStack": { fn: stackedAsync(NativeAsyncStack, count) },
  "core-js AsyncDisposableStack": { fn: stackedAsync(CoreJsAsyncStack, count) },
  "es-shims AsyncDisposableStack": { fn: stackedAsync(EsShimsAsyncStack, count) },
  "@whatwg-node AsyncDisposableStack": { fn: stackedAsync(WhatwgAsyncStack, count) },
  "Effect.scoped": { fn: () => Effect.runPromise(scoped(acquiredAsync, count)) },
});

/**
 * What is measured. The first row of each group is written by hand; the others are given as ratios to
 * it. `limit` is the ratio that may not be passed, `native` the row that has to be slower.
 *
 * @type {Record<string, Record<string, { fn: () => unknown, limit?: number, native?: string }>>}
 */
export const groups = {
  "one manager": {
    "try/finally": {
      fn() {
        const manager = nextManager();
        manager.enter();
        try {
          return use(manager);
        } finally {
          manager.exit();
        }
      },
    },
    withContext: { fn: () => withContext(nextManager(), use), limit: 1.6 },
    "generator manager": { fn: () => withContext(generated(), use), limit: 3.5 },
    "Effect.acquireUseRelease": {
      fn: () =>
        Effect.runSync(
          Effect.acquireUseRelease(
            Effect.sync(() => nextManager().enter()),
            (manager) => Effect.sync(() => use(manager)),
            (manager) => Effect.sync(() => manager.exit()),
          ),
        ),
    },
  },

  "one disposable": {
    "try/finally": {
      fn() {
        const disposable = nextDisposable();
        try {
          return use(disposable);
        } finally {
          disposable[Symbol.dispose]();
        }
      },
    },
    withContext: {
      fn: () => withContext(nextDisposable(), use),
      limit: 1.6,
      native: "native using",
    },
    "native using": {
      fn() {
        using disposable = nextDisposable();
        return use(disposable);
      },
    },
    "ExitStack in try/finally": {
      fn: stacked(ExitStack, 1),
      limit: 2.3,
      native: "native DisposableStack",
    },
    "withContext(new ExitStack())": {
      fn: () => withContext(new ExitStack(), (stack) => use(stack.use(nextDisposable()))),
      limit: 3.2,
      native: "native DisposableStack",
    },
    ...otherStacks(1),
  },

  "three disposables": {
    "nested try/finally": {
      fn() {
        const first = nextDisposable();
        try {
          const second = nextDisposable();
          try {
            const third = nextDisposable();
            try {
              return use(third);
            } finally {
              third[Symbol.dispose]();
            }
          } finally {
            second[Symbol.dispose]();
          }
        } finally {
          first[Symbol.dispose]();
        }
      },
    },
    "ExitStack in try/finally": {
      fn: stacked(ExitStack, 3),
      limit: 2.3,
      native: "native DisposableStack",
    },
    "withContext(new ExitStack())": {
      fn: () =>
        withContext(new ExitStack(), (stack) => {
          stack.use(nextDisposable());
          stack.use(nextDisposable());
          return use(stack.use(nextDisposable()));
        }),
      limit: 2.2,
      native: "native DisposableStack",
    },
    "native using": {
      fn() {
        using first = nextDisposable();
        using second = nextDisposable();
        using third = nextDisposable();
        void [first, second];
        return use(third);
      },
    },
    ...otherStacks(3),
  },

  "one async manager": {
    "await, try/finally": {
      async fn() {
        const manager = nextManager();
        await manager.enterAsync();
        try {
          return await use(manager);
        } finally {
          await manager.exitAsync();
        }
      },
    },
    withAsyncContext: { fn: () => withAsyncContext(nextManager(), use), limit: 1.3 },
    "Effect.acquireUseRelease": {
      fn: () =>
        Effect.runPromise(
          Effect.acquireUseRelease(
            Effect.promise(() => nextManager().enterAsync()),
            (manager) => Effect.sync(() => use(manager)),
            (manager) => Effect.promise(() => manager.exitAsync()),
          ),
        ),
    },
  },

  "one async disposable": {
    "try/finally, await": {
      async fn() {
        const disposable = nextDisposable();
        try {
          return await use(disposable);
        } finally {
          await disposable[Symbol.asyncDispose]();
        }
      },
    },
    withAsyncContext: {
      fn: () => withAsyncContext(nextDisposable(), use),
      limit: 1.3,
      native: "native await using",
    },
    "native await using": {
      async fn() {
        await using disposable = nextDisposable();
        return await use(disposable);
      },
    },
    "AsyncExitStack in try/finally": {
      fn: stackedAsync(AsyncExitStack, 1),
      native: "native AsyncDisposableStack",
    },
    ...otherAsyncStacks(1),
  },

  "three async disposables": {
    "nested try/finally, await": {
      async fn() {
        const first = nextDisposable();
        try {
          const second = nextDisposable();
          try {
            const third = nextDisposable();
            try {
              return await use(third);
            } finally {
              await third[Symbol.asyncDispose]();
            }
          } finally {
            await second[Symbol.asyncDispose]();
          }
        } finally {
          await first[Symbol.asyncDispose]();
        }
      },
    },
    "AsyncExitStack in try/finally": {
      fn: stackedAsync(AsyncExitStack, 3),
      native: "native AsyncDisposableStack",
    },
    "native await using": {
      async fn() {
        await using first = nextDisposable();
        await using second = nextDisposable();
        await using third = nextDisposable();
        void [first, second];
        return await use(third);
      },
    },
    ...otherAsyncStacks(3),
  },
};
