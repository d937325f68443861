/**
 * Names a value in an error message, in one line: `a Pool`, `"text"`, `() => pool.end()`,
 * `TypeError: no such table`. Never throws.
 */
export function describe(value: unknown): string {
  try {
    // Of its text the first line, and of a long one the beginning.
    return (
      /.{0,99}/.exec(
        typeof value === "string"
          ? `"${value}"`
          : typeof value === "object" && value && !(value instanceof Error)
            ? `a ${value.constructor.name}`.replace(/ [AEIOU]/, "n$&")
            : String(value),
      ) as RegExpExecArray
    )[0];
  } catch {
    // No constructor, or a getter or a proxy that throws: there is no name that we could give.
    return "an object";
  }
}

/** Names what was thrown: `TypeError: no such table`, `thrown "text"`. Never throws. */
export function describeError(error: unknown): string {
  return error instanceof Error ? describe(error) : `thrown ${describe(error)}`;
}
