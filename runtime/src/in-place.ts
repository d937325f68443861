import { hidden } from "./objects.js";

/**
 * Gives an object methods, in place and not enumerable.
 *
 * @returns Takes them away again, and puts back what was there before; undefined where the object
 *   cannot be extended, which is then as it was.
 */
export function extendInPlace(
  object: object,
  methods: ReadonlyMap<PropertyKey, unknown>,
): (() => void) | undefined {
  const previous = new Map<PropertyKey, PropertyDescriptor | undefined>();

  function takeAway(): void {
    for (const [key, before] of previous) {
      // What somebody else has put in place since is theirs.
      if (Object.getOwnPropertyDescriptor(object, key)?.value !== methods.get(key)) continue;
      if (before) Reflect.defineProperty(object, key, before);
      else Reflect.deleteProperty(object, key);
    }
  }

  for (const [key, method] of methods) {
    const before = Object.getOwnPropertyDescriptor(object, key);
    // False also where there is a property already that cannot be changed back.
    if (!Reflect.defineProperty(object, key, { ...hidden(method), enumerable: false })) {
      takeAway();
      return undefined;
    }
    previous.set(key, before);
  }
  return takeAway;
}
