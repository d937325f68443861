import type { Origin, Release } from "./catalogue.js";

/** The same names in each of several modules. */
export function origins(modules: string | readonly string[], ...names: string[]): Origin[] {
  return [modules].flat().flatMap((module) => names.map((name) => ({ module, name })));
}

/** Globals, under each of the names by which code reaches them. */
export function globals(...names: string[]): Origin[] {
  return names.flatMap((name) => [{ module: "", name }, ...otherHolders(name)]);
}

/** A global as a member of the global object. */
export function otherHolders(name: string): Origin[] {
  return ["globalThis", "window", "self"].map((holder) => ({
    module: "",
    name: `${holder}.${name}`,
  }));
}

/** Functions that take the resource as their first argument. */
export function functions(...named: Origin[]): Release[] {
  return named.map((origin) => ({ kind: "function", origin, async: false }));
}

/** A method of the resource that has released it when it returns, or that nobody waits for. */
export function method(name: string): Release {
  return { kind: "method", name, async: false };
}

/** A method of the resource that returns a promise of its release. */
export function asyncMethod(name: string): Release {
  return { kind: "method", name, async: true };
}

/** A method that ends a transaction and keeps what was done in it. */
export function commit(name: string): Release {
  return { kind: "method", name, async: true, commits: true };
}

/** The versions of Node, by release line, since which `Symbol.dispose` and its twin exist. */
export const symbolsSince = [
  [18, 18],
  [20, 4],
] as const;

/** Methods by which a disposable stack comes to hold something, the language's own and others'. */
export const fillingMethods: readonly string[] = ["adopt", "defer", "use", "enterContext", "push"];

/** What every event emitter's methods return: the emitter itself. */
export const emitterMethods: readonly string[] = [
  "addListener",
  "off",
  "on",
  "once",
  "prependListener",
  "prependOnceListener",
  "removeAllListeners",
  "removeListener",
  "setMaxListeners",
];
