import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { commandLineName, promiseMethods } from "../../resources/known-functions.js";
import { endsProcess } from "../flow/throw-points.js";
import { variableHolding } from "../code/closures.js";
import { localFunction } from "../code/local-functions.js";
import type { Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

/**
 * Whether an exception that leaves a function ends the process: a module runs it once, as `main()`
 * or at once where it stands, and nobody answers its failure, or the answer is `process.exit(1)`; it
 * is the action of a command line; or only functions call it of which this is true.
 */
export function failsWithProcess(func: FunctionNode, provenance: Provenance): boolean {
  return failsIn(func, provenance, new Set());
}

function failsIn(func: FunctionNode, provenance: Provenance, asked: Set<FunctionNode>): boolean {
  if (isCommand(func, provenance)) return true;
  const calls = callsOf(func, provenance)?.filter((call) => enclosingFunction(call) !== func);
  if (!calls || calls.length === 0) return false;
  asked.add(func);
  return calls.every((call) => {
    const caller = enclosingFunction(call);
    if (!caller) return calls.length === 1 && isUnanswered(call, provenance);
    if (!isPassedOn(call, caller)) return false;
    return asked.has(caller) || failsIn(caller, provenance, asked);
  });
}

/** The calls of a function, where nothing else is done with it and no other module has it. */
function callsOf(
  func: FunctionNode,
  provenance: Provenance,
): TSESTree.CallExpression[] | undefined {
  const variable = variableHolding(func, provenance);
  const uses = variable
    ? variable.references.flatMap(({ init, identifier }) => (init ? [] : [identifier]))
    : [func];
  const calls: TSESTree.CallExpression[] = [];
  for (const use of uses) {
    const called = wrapped(use);
    const { parent } = called;
    if (parent?.type !== "CallExpression" || parent.callee !== called) return undefined;
    calls.push(parent);
  }
  return variable && isExported(variable) ? undefined : calls;
}

function isExported({ defs: [definition] }: Variable): boolean {
  const { parent } = definition?.node ?? {};
  const statement = parent?.type === "VariableDeclaration" ? parent.parent : parent;
  return (statement?.type ?? "").startsWith("Export");
}

/** `program.command("serve").action(async () => …)`, as commander has it and what is like it. */
function isCommand(func: FunctionNode, provenance: Provenance): boolean {
  const variable = variableHolding(func, provenance);
  const uses = variable?.references.map(({ identifier }) => identifier) ?? [func];
  return uses.some((use) => {
    const { parent: call } = wrapped(use);
    if (call?.type !== "CallExpression" || call.callee.type !== "MemberExpression") return false;
    return memberName(call.callee) === "action" && isCommandLine(call.callee.object);
  });
}

function isCommandLine(node: TSESTree.Node): boolean {
  for (let at = unwrap(node); ;) {
    if (at.type === "CallExpression" || at.type === "MemberExpression") {
      at = unwrap(at.type === "CallExpression" ? at.callee : at.object);
      continue;
    }
    if (at.type === "NewExpression") return commandLineName.test(lastName(at.callee) ?? "");
    return at.type === "Identifier" && commandLineName.test(at.name);
  }
}

/** Whether the failure of a call is that of the function around it: awaited, or given back. */
function isPassedOn(call: TSESTree.CallExpression, caller: FunctionNode): boolean {
  const { parent } = wrapped(call);
  const given =
    parent?.type === "AwaitExpression" || parent?.type === "ReturnStatement" || parent === caller;
  return given && isUnguarded(call, caller);
}

/** Whether what fails by a call fails the module: through `await`, `then` and `finally`. */
function isUnanswered(call: TSESTree.CallExpression, provenance: Provenance): boolean {
  for (let at = wrapped(call); ;) {
    const { parent } = at;
    switch (parent?.type) {
      case "AwaitExpression":
      case "UnaryExpression":
        at = wrapped(parent);
        continue;
      case "MemberExpression": {
        const { parent: chained } = wrapped(parent);
        const method = memberName(parent) ?? "";
        if (chained?.type !== "CallExpression" || !promiseMethods.has(method)) return false;
        const answer = method === "then" ? chained.arguments[1] : chained.arguments[0];
        if (method !== "finally" && answer && !exits(answer, provenance)) return false;
        at = wrapped(chained);
        continue;
      }
      case "ExpressionStatement":
        return isUnguarded(parent);
      default:
        return false;
    }
  }
}

/** Whether code stands in no `try` of the function, or of the module, that would go on. */
function isUnguarded(code: TSESTree.Node, func?: FunctionNode): boolean {
  for (let at = code; at.parent && at !== func; at = at.parent) {
    const { parent } = at;
    if (parent.type !== "TryStatement" || parent.block !== at || !parent.handler) continue;
    if (!exitsIn(parent.handler.body)) return false;
  }
  return true;
}

/** Whether the answer to a failure is the end of the process. */
function exits(answer: TSESTree.Node, provenance: Provenance): boolean {
  const func = localFunction(unwrap(answer), provenance);
  return func !== undefined && exitsIn(func.body);
}

function exitsIn(code: TSESTree.Node): boolean {
  let found = false;
  walk(code, (node) => {
    found ||= endsProcess(node);
    return isFunction(node) ? false : undefined;
  });
  return found;
}
