import { equal, fail, same } from "./checks.mjs";

/*
 * The runtime under the engine's own `using`. A file of its own, because older engines cannot parse
 * it.
 */

/**
 * @param {typeof import("unwind")} unwind
 * @returns {Record<string, () => void | Promise<void>>}
 */
export function usingChecks(unwind) {
  const transaction = (log) => ({
    enter: () => log.push("begin") && "transaction",
    exit: (failure) => void log.push(failure === undefined ? "commit" : "rollback"),
  });

  return {
    "using: a stack releases in reverse order"() {
      const log = [];
      {
        using stack = new unwind.ExitStack();
        stack.defer(() => log.push("first"));
        stack.defer(() => log.push("second"));
      }
      equal(log, ["second", "first"]);
    },

    "using: a stack that is moved outlives the block"() {
      const log = [];
      let kept;
      {
        using stack = new unwind.ExitStack();
        stack.defer(() => log.push("released"));
        kept = stack.move();
      }
      equal(log, []);
      kept.dispose();
      equal(log, ["released"]);
    },

    "using: a manager rolls back unless it was completed"() {
      const log = [];
      {
        using entered = unwind.enter(transaction(log));
        same(entered.value, "transaction");
      }
      {
        using entered = unwind.enter(transaction(log));
        entered.complete();
      }
      equal(log, ["begin", "rollback", "begin", "commit"]);
    },

    "using: the body's error comes out as it was thrown"() {
      const log = [];
      let caught;
      try {
        using entered = unwind.enter(transaction(log));
        void entered;
        fail("body");
      } catch (error) {
        caught = error;
      }
      same(caught.message, "body");
      equal(log, ["begin", "rollback"]);
    },

    "using: the engine's SuppressedError is understood"() {
      let caught;
      try {
        using deferred = unwind.defer(() => fail("newer"));
        void deferred;
        fail("older");
      } catch (error) {
        caught = error;
      }
      same(unwind.primaryError(caught).message, "older");
      equal(
        unwind.flattenErrors(caught).map(({ message }) => message),
        ["older", "newer"],
      );
    },

    "using: closing, defer and class-based managers"() {
      const log = [];
      class Door extends unwind.AbstractContextManager {
        acquire() {
          log.push("open");
        }
        release() {
          log.push("shut");
        }
      }
      {
        using file = unwind.closing({ close: () => void log.push("close") });
        using deferred = unwind.defer(() => void log.push("deferred"));
        using door = new Door();
        using never = new Door();
        void [file, deferred, never];
        door.enter();
      }
      equal(log, ["open", "shut", "deferred", "close"]);
    },

    async "await using: async stacks, handles and deferred functions are awaited"() {
      const log = [];
      const later = (line) => async () => {
        await null;
        log.push(line);
      };
      {
        await using stack = new unwind.AsyncExitStack();
        stack.defer(later("stack"));
        await using deferred = unwind.defer(later("deferred"));
        await using entered = await unwind.enterAsync(transaction(log));
        void deferred;
        entered.complete();
      }
      equal(log, ["begin", "commit", "deferred", "stack"]);
    },
  };
}
