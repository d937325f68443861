import type { TSESTree } from "@typescript-eslint/types";

import type { Use } from "../analysis/uses/ownership.js";
import { isDisposeAccess, lastName, pathName, unwrap } from "../analysis/code/syntax.js";
import type { Release } from "../resources/catalogue.js";
import type { Edit } from "./edit.js";
import type { Managed } from "./managed.js";
import { bestReleaseFunction, type ReleaseCall, releaseFunction } from "./release-function.js";

/** A release as a rewrite writes it. */
export interface ReleaseText {
  readonly async: boolean;
  /** The import that it needs. */
  readonly edits: readonly Edit[];
  /** An expression that releases what a name stands for. */
  readonly call: (name: string) => string;
  /** A function that releases what it is given; `parameter` is a name that is free. */
  readonly callback: (parameter: string) => string;
  /** Whether an existing release does the very same. */
  readonly is: (release: TSESTree.Node) => boolean;
}

/** What releases a resource among its uses, in the function or in one that it creates. */
export function releasesAmong(uses: readonly Use[]): Use[] {
  return uses.filter(({ effect, inside }) => effect === "release" || inside === "release");
}

/**
 * The release that the code uses already, so that a rewrite does not change how it ends; the
 * catalogue's best where it uses none, or several. Undefined where none can be written down.
 *
 * @param isThere Whether what is to be released is there, as far as the acquisition goes.
 */
export function releaseText(managed: Managed, isThere = true): ReleaseText | undefined {
  const { acquisition, ownership } = managed;
  const existing = releasesAmong(ownership.uses).map(({ at }) => at);
  const releases = acquisition.resource.release;
  const used = releases.filter((release) => existing.some((at) => isPlain(at, release)));
  const safe = (release: Release): boolean =>
    (release.kind !== "method" && release.kind !== "giver") || !release.commits;
  const [only, another] = used.filter(safe);
  const chosen = only && !another ? only : releases.find(safe);
  return chosen && written(managed, chosen, isThere);
}

function written(managed: Managed, release: Release, isThere: boolean): ReleaseText | undefined {
  const is = (at: TSESTree.Node): boolean => isPlain(at, release);
  const missing = !isThere || managed.types.mayBeMissing(managed.acquisition.value) === true;
  const access = missing ? "?." : ".";
  switch (release.kind) {
    case "method": {
      const call = (name: string): string => `${name}${access}${release.name}()`;
      return { async: release.async, edits: [], call, callback: given(call, release.async), is };
    }
    case "call": {
      const call = (name: string): string => `${name}${missing ? "?." : ""}()`;
      return { async: release.async, edits: [], call, callback: given(call, release.async), is };
    }
    case "symbol": {
      const symbol = release.async ? "asyncDispose" : "dispose";
      const call = (name: string): string => `${name}${missing ? "?." : ""}[Symbol.${symbol}]()`;
      return { async: release.async, edits: [], call, callback: given(call, false), is };
    }
    case "function":
      return byFunction(managed);
    case "giver": {
      const { callee } = managed.acquisition.call;
      const giver = callee.type === "MemberExpression" ? pathName(callee.object) : undefined;
      if (giver === undefined) return undefined;
      if (managed.ownership.holders[0]?.kind === "giver") {
        return byGiverAlone(managed, giver, release);
      }
      const call = (name: string): string => `${giver}.${release.name}(${name})`;
      return { async: release.async, edits: [], call, callback: given(call, release.async), is };
    }
  }
}

/**
 * `mutex.release()`, which needs no more than the object that gave it. A statement that is given
 * something, such as `query("COMMIT")`, may do another thing each time.
 */
function byGiverAlone(
  { ownership }: Managed,
  giver: string,
  { name, async }: Extract<Release, { kind: "giver" }>,
): ReleaseText | undefined {
  const existing = releasesAmong(ownership.uses).map(({ at }) => at);
  const is = (at: TSESTree.Node): boolean =>
    at.type === "CallExpression" && at.arguments.length === 0 && lastName(at.callee) === name;
  if (existing.length === 0 || !existing.every(is)) return undefined;
  const call = (): string => `${giver}.${name}()`;
  const callback = (): string => (async ? `async () => { await ${call()}; }` : `() => ${call()}`);
  return { async, edits: [], call, callback, is };
}

function byFunction(managed: Managed): ReleaseText | undefined {
  const uses = managed.ownership.uses;
  const existing = uses.some(({ effect }) => effect === "release");
  const found =
    (existing ? releaseFunction(managed, uses) : undefined) ?? bestReleaseFunction(managed);
  return found && calling(found, managed);
}

/** The release that bears being the second one; undefined where it is no function of its own. */
export function bestRelease(managed: Managed): ReleaseText | undefined {
  const found = bestReleaseFunction(managed);
  return found && calling(found, managed);
}

function calling(found: ReleaseCall, managed: Managed): ReleaseText {
  const { name, furtherArguments, edits } = found;
  const call = (value: string): string =>
    furtherArguments === undefined ? `${name}(${value})` : `${name}(${value}, ${furtherArguments})`;
  return {
    async: found.async,
    edits,
    call,
    callback: (parameter) =>
      furtherArguments === undefined ? name : `(${parameter}) => ${call(parameter)}`,
    is: (at) => {
      if (at.type !== "CallExpression") return false;
      const [first, ...further] = at.arguments;
      const begin = further[0]?.range[0];
      const end = further.at(-1)?.range[1];
      const rest =
        begin === undefined || end === undefined ? undefined : managed.text.slice(begin, end);
      return (
        first?.type === "Identifier" &&
        managed.text.slice(...at.callee.range) === name &&
        rest === furtherArguments
      );
    },
  };
}

/** A stack waits for promises of nothing only, and a release may promise something. */
function given(call: (name: string) => string, async: boolean): (parameter: string) => string {
  return (parameter) =>
    async
      ? `async (${parameter}) => { await ${call(parameter)}; }`
      : `(${parameter}) => ${call(parameter)}`;
}

/** Whether a node is a release of that kind, given nothing more than it needs. */
function isPlain(at: TSESTree.Node, release: Release): boolean {
  if (at.type !== "CallExpression" || at.optional) return false;
  const callee = unwrap(at.callee);
  const count = at.arguments.length;
  switch (release.kind) {
    case "method":
      return count === 0 && callee.type === "MemberExpression" && lastName(callee) === release.name;
    case "call":
      return count === 0 && callee.type === "Identifier";
    case "symbol":
      return count === 0 && callee.type === "MemberExpression" && isDisposeAccess(callee);
    case "giver":
      return count <= 1 && callee.type === "MemberExpression" && lastName(callee) === release.name;
    case "function":
      return (
        callee.type !== "Super" && lastName(callee) === release.origin.name.replace(/^.*\./, "")
      );
  }
}
