import { describe } from "../describe.js";

/**
 * @param whose - The function that was given the value.
 * @param kind - What it takes, with an article.
 * @throws TypeError where the value lacks one of the methods.
 */
export function requireMethods(
  whose: string,
  value: unknown,
  methods: readonly string[],
  kind: string,
): void {
  const members = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (methods.some((method) => typeof members[method] !== "function")) {
    throw new TypeError(`${whose}() takes ${kind}, not ${describe(value)}`);
  }
}
