import { describe } from "./describe.js";

/** @throws TypeError that names the value and what is wrong with it. */
export function refuse(value: unknown, problem: string): never {
  throw new TypeError(`${describe(value)} ${problem}`);
}

/** Refuses what cannot be released in one go, because it has no release or because that takes time. */
export function refuseSync(value: unknown): never {
  refuse(value, "has no synchronous release: use closing(), adopt() or AsyncExitStack");
}

/** Lets functions through. */
export function callable<F>(value: F): F {
  if (typeof value !== "function") refuse(value, "is not a function");
  return value;
}
