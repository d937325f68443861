import type { Origin, Release } from "./catalogue.js";

/** The same names in each of several modules. */
export function origins(modules: string | readonly string[], ...names: string[]): Origin[] {
  return [modules].flat().flatMap((module) => names.map((name) => ({ module, name })));
}

/** A global, under each of the names by which code reaches it. */
export function globals(...names: string[]): Origin[] {
  const holders = ["", "globalThis.", "window.", "self."];
  return names.flatMap((name) => holders.map((holder) => ({ module: "", name: holder + name })));
}

/** A method of the resource that has released it when it returns, or that nobody waits for. */
export function method(name: string): Release {
  return { kind: "method", name, async: false };
}

/** A method of the resource that returns a promise of its release. */
export function asyncMethod(name: string): Release {
  return { kind: "method", name, async: true };
}

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
