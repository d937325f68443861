import {
  AbstractAsyncContextManager,
  AbstractContextManager,
  asyncContextManager,
  closing,
  contextManager,
  defer,
  nullContext,
} from "unwind";

import { fault, newest, suppressNewest } from "./faults.mjs";

/**
 * The managers of program.mjs in our primitives, as the make_… functions of oracle.py make them in
 * Python's.
 *
 * @param {boolean} isAsync the program's kind: a sync one knows no async manager
 * @param {(...parts: string[]) => void} log writes a line of the trace
 * @param {(what: string) => void} hit counts what was done
 */
export function managersOf(isAsync, log, hit) {
  const enter = (spec) => {
    log("enter", spec.id);
    if (spec.enter !== null) {
      hit("error: in enter");
      throw fault(spec.enter);
    }
    return spec.id;
  };
  const exit = (spec, failure) => {
    log("exit", spec.id, "saw", failure ? newest(failure.error) : "-");
    return behave(spec.exit, failure, hit);
  };
  const recorder = { log, hit, enter, exit };

  const makers = {
    class(spec) {
      const awaits = isAsync && spec.async;
      if (spec.base) {
        hit(awaits ? "AbstractAsyncContextManager" : "AbstractContextManager");
        return awaits ? new OfAsyncBase(recorder, spec) : new OfBase(recorder, spec);
      }
      hit("a manager of its own");
      const manager = { enter: () => enter(spec), exit: (failure) => exit(spec, failure) };
      return awaits ? asyncOf(manager) : manager;
    },
    generator(spec) {
      const awaits = isAsync && spec.async;
      hit(awaits ? "asyncContextManager" : "contextManager");
      return (awaits ? asyncGenerator : generator)(recorder, spec);
    },
    suppress({ async, filters }) {
      if (filters.length === 0) hit("suppress: without filters");
      if (filters.length > 1) hit("suppress: several filters");
      for (const { by } of filters) hit(`suppress: by ${by}`);
      const manager = suppressNewest(filters, hit);
      return isAsync && async ? asyncOf(manager) : manager;
    },
    null({ id }) {
      hit("nullContext");
      return nullContext(id);
    },
    closing({ id, async, by, error }) {
      const close = () => {
        log("close", id);
        if (error !== null) throw fault(error);
      };
      const closeAsync = async () => {
        await undefined;
        close();
      };
      const release = isAsync && async ? closeAsync : close;
      const toString = () => id;
      hit(by === "close" ? "closing" : by === "release" ? "closing: with a release" : "defer");
      if (by === "close") return closing({ toString, close: release });
      if (by === "release") return closing({ toString }, () => release());
      return Object.assign(defer(release), { toString });
    },
  };

  return {
    make: (spec) => makers[spec.k](spec),
    /** A manager with an `exit` that was not entered; the base class would not exit one. */
    makeEntered: (spec) => makers.class({ ...spec, base: false }),
    /** A function to be pushed. */
    makeExit(spec) {
      if (!isAsync || !spec.async) return (failure) => exit(spec, failure);
      return async (failure) => {
        await undefined;
        return exit(spec, failure);
      };
    },
  };
}

class OfBase extends AbstractContextManager {
  constructor(recorder, spec) {
    super();
    Object.assign(this, { recorder, spec });
  }
  acquire() {
    return this.recorder.enter(this.spec);
  }
  release(failure) {
    return this.recorder.exit(this.spec, failure);
  }
}

class OfAsyncBase extends AbstractAsyncContextManager {
  constructor(recorder, spec) {
    super();
    Object.assign(this, { recorder, spec });
  }
  async acquire() {
    await undefined;
    return this.recorder.enter(this.spec);
  }
  async release(failure) {
    await undefined;
    return this.recorder.exit(this.spec, failure);
  }
}

function asyncOf(manager) {
  return {
    async enterAsync() {
      await undefined;
      return manager.enter();
    },
    async exitAsync(failure) {
      await undefined;
      return manager.exit(failure);
    },
  };
}

function behave(exit, failure, hit) {
  switch (exit.k) {
    case "suppress":
      if (failure !== undefined) hit("exit: suppresses");
      return true;
    case "suppressIf":
      return failure !== undefined && exit.names.includes(newest(failure.error));
    case "raise":
      hit(failure === undefined ? "exit: fails" : "exit: fails while unwinding");
      throw fault(exit.error);
    case "rethrow":
      if (failure === undefined) return undefined;
      hit("exit: throws what it saw");
      throw failure.error;
    case "translate":
      if (failure === undefined) return undefined;
      hit("exit: translates");
      throw fault(exit.error, failure.error);
    default:
      return undefined;
  }
}

/** What both kinds of generators do after their `yield`: whether to yield again. */
function afterYield({ exit, hit }, spec, failure) {
  // A suppressing exit would be one that finishes.
  if (spec.shape === "again") {
    hit("generator: yields again");
    exit({ ...spec, exit: { k: "pass" } }, failure);
    return true;
  }
  if (exit(spec, failure) !== true && failure !== undefined) throw failure.error;
  return false;
}

const generator = contextManager(
  function* (recorder, spec) {
    const value = recorder.enter(spec);
    recorder.hit(`generator: ${spec.shape}`);
    if (spec.shape === "noYield") return;
    if (spec.shape === "finally") {
      try {
        yield value;
      } finally {
        recorder.log("finally", spec.id);
      }
      return;
    }
    let failure;
    try {
      yield value;
    } catch (error) {
      failure = { error };
    }
    if (afterYield(recorder, spec, failure)) yield value;
  },
  { suppresses: true },
);

const asyncGenerator = asyncContextManager(
  async function* (recorder, spec) {
    await undefined;
    const value = recorder.enter(spec);
    recorder.hit(`generator: ${spec.shape}`);
    if (spec.shape === "noYield") return;
    if (spec.shape === "finally") {
      try {
        yield value;
      } finally {
        await undefined;
        recorder.log("finally", spec.id);
      }
      return;
    }
    let failure;
    try {
      yield value;
    } catch (error) {
      failure = { error };
    }
    if (afterYield(recorder, spec, failure)) yield value;
  },
  { suppresses: true },
);
