import { isObject } from "../objects.js";

const keys: readonly PropertyKey[] = ["cause", "error", "suppressed"];

/** Whether what was thrown tells of an error: is it, was caused by it, suppressed it, or holds it. */
export function tellsOf(thrown: unknown, error: unknown): boolean {
  // A set's iteration comes also to what is added meanwhile.
  const seen = new Set<unknown>([thrown]);
  for (const next of seen) {
    if (Object.is(next, error)) return true;
    if (!isObject(next)) continue;
    const members = next as Readonly<Record<PropertyKey, unknown>>;
    for (const key of keys) {
      if (key in next) seen.add(members[key]);
    }
    // An AggregateError's.
    if (Array.isArray(members["errors"])) for (const one of members["errors"]) seen.add(one);
  }
  return false;
}
