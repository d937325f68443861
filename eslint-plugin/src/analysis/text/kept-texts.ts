import type { TSESTree } from "@typescript-eslint/types";

import {
  diagnosticName,
  findingName,
  matchingMethods,
  plainReaders,
  textKeepingMethods,
} from "../../resources/text-functions.js";
import type { Provenance } from "../code/provenance.js";
import { variableHolding } from "../code/closures.js";
import {
  calleeName,
  contains,
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";
import type { Accumulator } from "./accumulators.js";
import { isGivenAway, outermostFunction, promiseSettledBy } from "./given-away.js";
import { isLine } from "./short-answers.js";
import { rootOf } from "./growths.js";
import { callsOf } from "./own-calls.js";
import { nameOfMethod } from "./recursions.js";

/**
 * Whether what was put together is kept as data: parsed, given back, handed on, written, or gone
 * through. A text that is only searched for something, or told in an error or a log, is not: nobody
 * minds what is between the words that are looked for, and it is as short as people can read.
 */
export function isKept(
  accumulator: Accumulator,
  provenance: Provenance,
  counts: (at: TSESTree.Node) => boolean = () => true,
): boolean {
  const { accesses, growths, isField, variable } = accumulator;
  if (accesses.some(({ kind, at }) => kind === "write" && isTail(at))) return false;
  const own = accesses.some(({ kind, node, at }) => {
    if (!counts(at)) return false;
    if (kind === "use") return becomesData(node, provenance);
    if (kind !== "flatten") return false;
    return becomesData(
      accumulator.kind === "list" && at.type === "CallExpression" ? at : node,
      provenance,
    );
  });
  if (own || !isField || !variable) return own;
  // Whoever gave the object has what became of it.
  if (variable.defs[0]?.type === "Parameter") return true;
  // `result.text += chunk`: what becomes of the whole becomes of its part.
  return variable.references.some(({ identifier, init }) => {
    if (init || growths.some(({ target }) => rootOf(target) === identifier)) return false;
    const { parent } = wrapped(identifier);
    return parent?.type !== "MemberExpression" && becomesData(identifier, provenance);
  });
}

/** `text = text.slice(-limit)`: the last of what a program says is there to be looked at. */
function isTail(write: TSESTree.Node): boolean {
  if (write.type !== "AssignmentExpression") return false;
  const call = unwrap(write.right);
  const [from] = call.type === "CallExpression" ? call.arguments : [];
  return (
    call.type === "CallExpression" &&
    /^(slice|substr|substring)$/.test(lastName(call.callee) ?? "") &&
    from !== undefined &&
    (from.type === "UnaryExpression" || from.type === "BinaryExpression")
  );
}

type Role = "text" | "cut" | "whole";

/**
 * Whether a value, or what is made of it, is kept as data.
 *
 * @param role `cut` is a text without the white space around it, `whole` what has the text in a part.
 */
function becomesData(
  value: TSESTree.Node,
  provenance: Provenance,
  depth = 0,
  role: Role = "text",
): boolean {
  const node = wrapped(value);
  const { parent } = node;
  // Names that stand for each other end somewhere.
  if (!parent || depth > 40) return false;
  const goesOn = (next = role): boolean => becomesData(parent, provenance, depth + 1, next);
  const cut = role === "cut";
  switch (parent.type) {
    case "ExportSpecifier":
    case "YieldExpression":
      return true;
    case "ReturnStatement":
      return isGivenBackAsData(enclosingFunction(parent), provenance, depth, role);
    case "ForOfStatement":
      return parent.right === node;
    case "TemplateLiteral":
      return parent.parent.type !== "TaggedTemplateExpression" && goesOn();
    case "ArrayExpression":
    case "AwaitExpression":
    case "SpreadElement":
      return goesOn();
    case "ObjectExpression":
      return goesOn("whole");
    case "ArrowFunctionExpression":
      return parent.body === node && isGivenBackAsData(parent, provenance, depth, role);
    case "BinaryExpression":
      return parent.operator === "+" && goesOn();
    case "LogicalExpression":
      return (parent.operator !== "&&" || parent.right === node) && goesOn();
    case "ConditionalExpression":
      return parent.test !== node && goesOn();
    case "Property":
      return (
        parent.value === node &&
        !isDiagnostic(parent.key) &&
        !(cut && isLine(nameOf(parent.key))) &&
        isReadAs(parent, provenance, depth) &&
        becomesData(parent.parent, provenance, depth + 2, "whole")
      );
    case "MemberExpression":
      return parent.object === node && memberBecomesData(parent, provenance, depth, role);
    case "CallExpression":
    case "NewExpression": {
      if (parent.callee === node) return false;
      const promise = promiseSettledBy(parent.callee, provenance);
      return promise ? becomesData(promise, provenance, depth + 1, role) : takesData(parent);
    }
    case "VariableDeclarator":
      return (
        parent.init === node &&
        parent.id.type === "Identifier" &&
        !isDiagnostic(parent.id) &&
        !(cut && isLine(parent.id.name)) &&
        namedBecomesData(parent.id, provenance, depth, role)
      );
    case "AssignmentExpression":
      if (parent.right !== node || parent.operator !== "=") return false;
      if (isDiagnostic(parent.left) || (cut && isLine(nameOf(parent.left)))) return false;
      return (
        parent.left.type !== "Identifier" || namedBecomesData(parent.left, provenance, depth, role)
      );
    default:
      return false;
  }
}

function namedBecomesData(
  name: TSESTree.Identifier,
  provenance: Provenance,
  depth: number,
  role: Role,
): boolean {
  const references = provenance.variableOf(name)?.references ?? [];
  return (
    depth < 16 &&
    references.some(
      ({ identifier }) =>
        identifier !== name && becomesData(identifier, provenance, depth + 8, role),
    )
  );
}

/**
 * Whether what a property holds becomes data: of an object that a function of the file's own gives
 * back, those who get it are there to be seen.
 */
function isReadAs(property: TSESTree.Property, provenance: Provenance, depth: number): boolean {
  const name = property.key.type === "Identifier" ? property.key.name : undefined;
  const outer = outermostFunction(property);
  if (name === undefined || !outer || isGivenAway(outer, provenance)) return true;
  const program = provenance.program;
  if (!program || depth > 8) return true;
  let found = false;
  walk(program, (node) => {
    if (found) return false;
    if (node.type === "MemberExpression" && !contains(outer, node)) {
      found = memberName(node) === name && becomesData(node, provenance, depth + 8);
    }
    if (node.type === "Property" && node.parent.type === "ObjectPattern") {
      const { key, value } = node;
      found =
        key.type === "Identifier" &&
        key.name === name &&
        value.type === "Identifier" &&
        !contains(outer, node) &&
        namedBecomesData(value, provenance, depth, "text");
    }
    return undefined;
  });
  return found;
}

function memberBecomesData(
  member: TSESTree.MemberExpression,
  provenance: Provenance,
  depth: number,
  role: Role,
): boolean {
  const whole = wrapped(member);
  const { parent } = whole;
  if (parent?.type !== "CallExpression" || parent.callee !== whole) {
    // Which part of a whole is read has been asked before.
    if (role === "whole") return true;
    // An element of what was split.
    return member.computed && becomesData(member, provenance, depth + 1);
  }
  const method = memberName(member) ?? "";
  if (method === "forEach" || method === "then") return true;
  const next = method === "trim" ? "cut" : "text";
  return textKeepingMethods.has(method) && becomesData(parent, provenance, depth + 1, next);
}

/**
 * Whether what a function gives back becomes data: where the file shows who calls it, they are
 * there to be seen.
 */
function isGivenBackAsData(
  func: FunctionNode | undefined,
  provenance: Provenance,
  depth: number,
  role: Role,
): boolean {
  // Of a whole, those who get it take the part that they want.
  if (!func || role === "whole") return true;
  const name = variableHolding(func, provenance)?.name ?? nameOfMethod(func);
  if (role === "cut" && isLine(name)) return false;
  const calls = depth > 16 ? undefined : callsOf(func, provenance);
  if (!calls || calls.length === 0) return true;
  return calls.some((call) => becomesData(call, provenance, depth + 4, role));
}

/** Whether a function may do more with a text than search it, or tell it to somebody. */
function takesData(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  const name = calleeName(call.callee);
  if (plainReaders.has(name)) return false;
  const callee = unwrap(call.callee);
  if (callee.type === "MemberExpression" && matchingMethods.has(memberName(callee) ?? "")) {
    return false;
  }
  if (findingName.test(lastName(callee) ?? "")) return false;
  return !name.split(".").some((part) => diagnosticName.test(part) || part === "console");
}

function nameOf(target: TSESTree.Node): string | undefined {
  return isFunction(target) ? undefined : lastName(target);
}

function isDiagnostic(target: TSESTree.Node): boolean {
  const name = nameOf(target);
  return name !== undefined && diagnosticName.test(name);
}
