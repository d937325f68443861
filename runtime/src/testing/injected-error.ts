import { captureTrace, type Trace } from "./places.js";

/** What a failure can be injected into. */
export type PointKind = "acquire" | "await" | "release" | "operation";

/** Something that can fail: `failEach` makes each of them fail in turn. */
export interface FailurePoint {
  /**
   * `acquire`: a manager is entered, or a stack takes something. `await`: a body that `unwind` awaits
   * has ended. `release`: a resource was released. `operation`: a named operation or point.
   */
  readonly kind: PointKind;
  /** The resource's class with its article, or the name given to the operation. */
  readonly name: string;
  /** The how-manieth of its kind and name it is in one run, from 1. */
  readonly occurrence: number;
}

/** A failure that was thrown on purpose. */
export interface Injection {
  readonly point: FailurePoint;
  readonly error: unknown;
  readonly trace: Trace;
}

/** Throws nothing yet: makes what is to be thrown at a point. */
export function injectionAt(
  point: FailurePoint,
  makeError: ((point: FailurePoint) => unknown) | undefined,
): Injection {
  const error = makeError === undefined ? new InjectedError(point) : makeError(point);
  return { point, error, trace: captureTrace() };
}

/**
 * What `failEach` throws at a point, unless it is told what to throw there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { failEach, InjectedError, point } from "unwind/testing";
 *
 * const seen: string[] = [];
 * failEach(() => {
 *   try {
 *     point("parse");
 *   } catch (error) {
 *     if (error instanceof InjectedError) seen.push(error.point.name);
 *     throw error;
 *   }
 * });
 * assert.deepEqual(seen, ["parse"]);
 * ```
 */
export class InjectedError extends Error {
  /** Where it was thrown. */
  readonly point: FailurePoint;

  /** @param point - Where it is thrown. */
  constructor(point: FailurePoint) {
    super(`injected failure of ${describePoint(point)}`);
    this.point = point;
  }

  static {
    Object.defineProperty(this.prototype, "name", { value: "InjectedError", configurable: true });
  }
}

const wordings: Readonly<Record<PointKind, (name: string) => string>> = {
  acquire: (name) => `acquiring ${name}`,
  await: (name) => `the end of ${name}`,
  release: (name) => `releasing ${name}`,
  operation: (name) => JSON.stringify(name),
};

/** `"query" (time 2)`, `releasing a Pool`. */
export function describePoint({ kind, name, occurrence }: FailurePoint): string {
  return `${wordings[kind](name)}${occurrence > 1 ? ` (time ${occurrence})` : ""}`;
}
