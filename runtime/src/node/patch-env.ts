import { describe } from "../describe.js";
import type { ContextManager } from "../index.js";

/** Variables by name: a string is set, and `undefined` means that the variable is deleted. */
export type EnvironmentChanges = Readonly<Record<string, string | undefined>>;

/** How {@link patchEnv} begins. */
export interface PatchEnvOptions {
  /** Whether to begin with an empty environment instead of the current one. */
  readonly clear?: boolean;
}

/**
 * Changes environment variables of the process for the body. Afterwards the whole environment is
 * exactly as it was on entering: variables that were changed or deleted have their values again, also
 * by the body itself, and variables that were added are gone. So does Python's
 * `unittest.mock.patch.dict(os.environ, …)`.
 *
 * The environment belongs to the whole process (a worker thread has its own copy), so contexts that
 * overlap without being nested restore the wrong one. The manager may be entered again, also while it
 * is entered.
 *
 * @param changes - Read at each entering.
 * @param options - Whether all other variables are taken away.
 * @returns A manager, for both forms and for `enter()`, that enters to `process.env`.
 * @throws TypeError where a name is no name of a variable, or a value is neither a string nor
 *   undefined; nothing is changed then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withContext } from "unwind";
 * import { patchEnv } from "unwind/node";
 *
 * process.env.REGION = "north";
 * withContext(patchEnv({ REGION: "south", HOME: undefined }), (env) => {
 *   assert.equal(env.REGION, "south");
 *   assert.equal("HOME" in env, false);
 *   env.ADDED = "by the body";
 * });
 * assert.equal(process.env.REGION, "north");
 * assert.equal("ADDED" in process.env, false);
 * ```
 */
export function patchEnv(
  changes: EnvironmentChanges,
  { clear = false }: PatchEnvOptions = {},
): ContextManager<NodeJS.ProcessEnv, void> {
  validate(changes);
  const snapshots: EnvironmentChanges[] = [];
  return {
    enter() {
      // Again: the object may have changed since.
      validate(changes);
      snapshots.push({ ...process.env });
      if (clear) restore({});
      for (const [name, value] of Object.entries(changes)) set(name, value);
      return process.env;
    },
    exit() {
      const snapshot = snapshots.pop();
      if (snapshot !== undefined) restore(snapshot);
    },
  };
}

function restore(snapshot: EnvironmentChanges): void {
  // Deleting goes first: on Windows, where names differ by more than their case, both may be one.
  for (const name of Object.keys(process.env)) if (!(name in snapshot)) set(name, undefined);
  for (const [name, value] of Object.entries(snapshot)) {
    if (process.env[name] !== value) set(name, value);
  }
}

function set(name: string, value: string | undefined): void {
  // Assigning undefined would set the text "undefined".
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

function validate(changes: EnvironmentChanges): void {
  for (const [name, value] of Object.entries<unknown>(changes)) {
    if (name === "" || /[=\0]/.test(name)) {
      throw new TypeError(`${describe(name)} cannot be the name of an environment variable`);
    }
    if (value !== undefined && typeof value !== "string") {
      throw new TypeError(
        `The environment variable ${name} has to be a string, or undefined to delete it, not ${describe(value)}`,
      );
    }
    if (value?.includes("\0")) {
      throw new TypeError(`The environment variable ${name} cannot hold a NUL character`);
    }
  }
}
