/** A new property as methods of built-in objects have it: it can be changed, but is not enumerated. */
export function hidden(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true };
}

export function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  // Numbers and strings are frequent, and looking for a method in them is slow.
  return isObject(value) && typeof (value as Partial<PromiseLike<unknown>>).then === "function";
}
