import { NativeAsyncStack, NativeStack } from "./natives.mjs";

import { createRequire } from "node:module";

import { DisposableStack as WhatwgStack } from "@whatwg-node/disposablestack";
import { Effect } from "effect";
import { AsyncExitStack, contextManager, ExitStack, withAsyncContext, withContext } from "unwind";

import { nextDisposable, nextManager, use } from "./resources.mjs";

const require = createRequire(import.meta.url);
const CoreJsStack = require("core-js-pure/actual/disposable-stack");
const EsShimsStack = require("disposablestack/DisposableStack/implementation");

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

/** An async stack in try/finally, with one disposable. */
const stackedAsync = (Stack) => async () => {
  const stack = new Stack();
  try {
    return await use(stack.use(nextDisposable()));
  } finally {
    await stack.disposeAsync();
  }
};

const otherStacks = (count) => ({
  "native DisposableStack": { fn: stacked(NativeStack, count) },
  "core-js DisposableStack": { fn: stacked(CoreJsStack, count) },
  "es-shims DisposableStack": { fn: stacked(EsShimsStack, count) },
  "@whatwg-node DisposableStack": { fn: stacked(WhatwgStack, count) },
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
      fn: stackedAsync(AsyncExitStack),
      native: "native AsyncDisposableStack",
    },
    "native AsyncDisposableStack": { fn: stackedAsync(NativeAsyncStack) },
  },
};
