import type { TSESTree } from "@typescript-eslint/types";

import { clearingName, endingName } from "../resources/known-functions.js";
import type { Acquisition, Call } from "./acquisitions.js";
import { type AnalysedFile, analysisOf } from "./file-analysis.js";
import type { Ownership, Use } from "./ownership.js";
import { calleeName, contains, lastName, unwrap, walk } from "./syntax.js";

/**
 * Whether a temporary directory is part of what a function gives, and nobody in the file removes any
 * such thing: the worker or container in which a job leaves its results is thrown away with them. That
 * a failure leaves an emptier one there is not what a reader minds.
 */
export function isLeftToOthers(
  { resource, func }: Acquisition,
  { uses }: Ownership,
  file: AnalysedFile,
): boolean {
  if (!resource.madeInside) return false;
  const kept = uses.filter(({ effect, inside }) => (inside ?? effect) !== "borrow");
  if (kept.length === 0 || !kept.every((use) => isPartOfResult(use))) return false;
  return removalsIn(file).every((removal) => contains(func, removal));
}

/** Returned, stored or put into a list: whoever is called to keep it may remove it, too. */
function isPartOfResult({ effect, inside, at }: Use): boolean {
  if ((inside ?? effect) !== "handOver" || at.type === "NewExpression") return false;
  return at.type !== "CallExpression" || !endingName.test(calleeName(at.callee));
}

/** The calls of a file that may remove a directory which another function has made. */
function removalsIn(file: AnalysedFile): readonly Call[] {
  return analysisOf(file).once("calls that remove directories", () => {
    const removals: Call[] = [];
    walk(file.ast, (node) => {
      if (node.type === "CallExpression" && mayRemoveDirectory(node)) removals.push(node);
      return undefined;
    });
    return removals;
  });
}

function mayRemoveDirectory({ callee, arguments: [path, options] }: TSESTree.CallExpression) {
  const name = lastName(callee) ?? "";
  if (clearingName.test(name)) return true;
  if (!/^(emptyDir|remove|rimraf|rm|rmdir)(Sync)?$/.test(name) || !path) return false;
  // A path that is put together here is not one that was given.
  const given = unwrap(path);
  if (given.type !== "Identifier" && given.type !== "MemberExpression") return false;
  // Without an option, `rm` takes files only.
  return !/^rm(Sync)?$/.test(name) || (options !== undefined && isRecursive(options));
}

function isRecursive(options: TSESTree.Node): boolean {
  if (options.type !== "ObjectExpression") return true;
  return options.properties.some(
    (property) =>
      property.type === "SpreadElement" ||
      (property.key.type === "Identifier" && property.key.name === "recursive"),
  );
}
