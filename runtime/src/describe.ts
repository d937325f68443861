/**
 * Names a value in an error message, in one line: `a Pool`, `"text"`, `() => pool.end()`,
 * `TypeError: no such table`. Never throws.
 */
export function describe(value: unknown): string {
  let text = "an object";
  try {
    if (typeof value === "object" && value !== null && !(value instanceof Error)) {
      const { name } = value.constructor;
      text = `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
    } else {
      text = typeof value === "string" ? JSON.stringify(value) : String(value);
    }
  } catch {
    // No constructor, or a getter or a proxy that throws: there is no name that we could give.
  }
  // The first line, and of a long one the beginning.
  return (/.{0,99}/.exec(text) as RegExpExecArray)[0];
}

/** Names what was thrown: `TypeError: no such table`, `thrown "text"`. Never throws. */
export function describeError(error: unknown): string {
  return error instanceof Error ? describe(error) : `thrown ${describe(error)}`;
}
