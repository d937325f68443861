import type { TSESTree } from "@typescript-eslint/types";

import { commitStatement, queryingName } from "../../resources/claims.js";
import {
  askingConstructor,
  askingName,
  dispensable,
  lettingGoName,
  savingName,
  storingMethod,
  storingObject,
  writingFunctions,
} from "../../resources/known-errors.js";
import { totalFunctions, totalModules } from "../../resources/known-functions.js";
import { isTelling } from "./handlers.js";
import type { Provenance } from "./provenance.js";
import { calleeName, isFunction, lastName, unwrap, walk } from "./syntax.js";
import { wordsOf } from "./words.js";

type Call = TSESTree.CallExpression | TSESTree.NewExpression;

/** The statement by which a connection undoes what was not made last. */
const undoing = /^\s*(ABORT|ROLLBACK)\b/i;

/** The calls that code makes itself, not those of functions in it, in the order of the source. */
export function callsIn(code: TSESTree.Node): Call[] {
  const calls: Call[] = [];
  walk(code, (node) => {
    if (isFunction(node) && node !== code) return false;
    if (node.type === "CallExpression" || node.type === "NewExpression") calls.push(node);
    return undefined;
  });
  return calls.sort((a, b) => a.range[0] - b.range[0]);
}

/** Those of which one may ask what their failure means: not logging, arithmetic, paths. */
export function tellingCallsIn(code: TSESTree.Node, provenance: Provenance): Call[] {
  return callsIn(code).filter((call) => {
    if (call.type === "CallExpression" && isTelling(call)) return false;
    const callee = unwrap(call.callee);
    if (totalFunctions.has(calleeName(callee))) return false;
    const origin = provenance.originOf(callee);
    if (origin && totalModules.has(origin.module)) return false;
    // `x.close()` in `x.close().then(…)` says what the chain does.
    return !["catch", "finally", "then"].includes(lastName(callee) ?? "");
  });
}

/** Whether code does nothing but let go of something, or wait for what others look after. */
export function isLettingGo(code: TSESTree.Node, provenance: Provenance): boolean {
  return tellingCallsIn(code, provenance).every((call) => isRelease(call) || isContinuation(call));
}

/** Whether a call lets go of something, so that its failure loses nothing more. */
export function isRelease(call: Call): boolean {
  if (call.type === "NewExpression") return false;
  const callee = unwrap(call.callee);
  if (callee.type === "MemberExpression" && callee.computed) {
    return /dispose\]$/i.test(calleeNameWithSymbols(callee));
  }
  const [first] = call.arguments;
  if (first?.type === "Literal" && undoing.test(String(first.value))) return true;
  const name = (lastName(callee) ?? "").replace(/^[#_]+/, "");
  return lettingGoName.test(name) && !storingObject.test(ownerOf(calleeName(callee)));
}

function calleeNameWithSymbols(callee: TSESTree.MemberExpression): string {
  const { property } = callee;
  return property.type === "MemberExpression" ? `[${calleeName(property)}]` : "";
}

/** What goes on with something else, or lets time pass. */
function isContinuation({ callee }: Call): boolean {
  return ["resolve", "reject", "setTimeout", "sleep"].includes(lastName(callee) ?? "");
}

/** Whether code does nothing but ask, so that its failure is an answer. */
export function isAsking(code: TSESTree.Node, provenance: Provenance): boolean {
  const calls = tellingCallsIn(code, provenance);
  return calls.every((call) =>
    call.type === "NewExpression"
      ? askingConstructor.test(calleeName(call.callee))
      : askingName.test(lastName(unwrap(call.callee)) ?? ""),
  );
}

/**
 * Whether a call puts something where it is to stay, so that its failure is a loss: a file, a row, a
 * message. Not what is written for convenience only, as a cache or a log.
 */
export function isLastingWrite(
  call: TSESTree.Node,
  text: string,
  provenance: Provenance,
): call is TSESTree.CallExpression {
  if (call.type !== "CallExpression" || isTelling(call)) return false;
  const callee = unwrap(call.callee);
  const name = (lastName(callee) ?? "").replace(/^[#_]+/, "");
  const origin = provenance.originOf(callee);
  const writes =
    (origin !== undefined && writingFunctions.has(`${origin.module}.${origin.name}`)) ||
    savingName.test(name) ||
    (storingMethod.test(name) && storingObject.test(ownerOf(calleeName(callee)))) ||
    isCommit(call);
  if (!writes || isDispensable(text.slice(...call.range))) return false;
  // What a callback does that was passed in, and who looks after its failure, only its giver knows.
  return provenance.variableOf(callee)?.defs[0]?.type !== "Parameter";
}

/** Whether a call makes a transaction last: who ignores that it fails has lost all that was done in it. */
export function isCommit({ callee, arguments: [first] }: TSESTree.CallExpression): boolean {
  const name = lastName(unwrap(callee)) ?? "";
  if (name === "commitTransaction") return true;
  return (
    queryingName.test(name) &&
    first?.type === "Literal" &&
    commitStatement.test(String(first.value))
  );
}

/** Whether code names something that nobody misses: a cache, a log. */
export function isDispensable(code: string): boolean {
  return dispensable.test(wordsOf(code));
}

function ownerOf(name: string): string {
  return name.replace(/\.?[^.]*$/, "");
}
