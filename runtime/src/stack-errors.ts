import { describe } from "./describe.js";

export function released(kind: string): ReferenceError {
  return new ReferenceError(`This ${kind} was released or moved`);
}

export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== "function") {
    throw new TypeError(`${name} has to be a function, not ${describe(value)}`);
  }
}
