const longest = 200;

/** Names a value in an error message: `a Pool`, `"text"`, `undefined`. Never throws. */
export function describe(value: unknown): string {
  try {
    if (typeof value === "string") return JSON.stringify(shorten(value));
    if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
    if (typeof value !== "object" || value === null) return String(value);
    const { name } = value.constructor;
    if (name === "Object") return "a plain object";
    if (name) return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
  } catch {
    // No constructor, or a getter or a proxy that throws: there is no name that we could give.
  }
  return "an object";
}

/** Names what was thrown, in one line: `TypeError: x is undefined`. Never throws. */
export function describeError(error: unknown): string {
  try {
    const text = error instanceof Error ? String(error) : `thrown ${describe(error)}`;
    return shorten(text.split("\n", 1)[0] as string);
  } catch {
    return "an error";
  }
}

function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
