import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { pathDerivations, pathIdentities } from "../../resources/known-functions.js";
import type { Resource } from "../../resources/catalogue.js";
import type { Call } from "../created/acquisitions.js";
import type { Provenance } from "../code/provenance.js";
import { isFunction, lastName, memberName, unwrap } from "../code/syntax.js";

/** Where the value of an expression goes next. */
export type Destination = (
  | { readonly kind: "argument"; readonly call: Call; readonly index: number }
  /** A member of it is read or called: `value.member`. */
  | { readonly kind: "receiver"; readonly member: TSESTree.MemberExpression }
  | {
      readonly kind: "variable";
      readonly variable: Variable;
      readonly node: TSESTree.VariableDeclarator | TSESTree.AssignmentExpression;
    }
  /** Declared by `using`, so that leaving the block releases it. */
  | { readonly kind: "managed" }
  /** Put into a member of something; `target` is absent where a literal or a class declares it. */
  | { readonly kind: "stored"; readonly target?: TSESTree.MemberExpression }
  /** Called as a function: `release()`. */
  | { readonly kind: "called"; readonly call: Call }
  | { readonly kind: "returned" | "unknown" | "iterated" | "thrown" }
  /** Its parts are taken out by a pattern. */
  | { readonly kind: "destructured" }
  /** Looked at, and nothing kept of it: compared or tested. */
  | { readonly kind: "read" }
  /** The whole statement; nobody has the value any more. */
  | { readonly kind: "discarded" }
) & {
  /** The node that does it. */
  readonly at: TSESTree.Node;
  /** What goes there is made from the value: a path below a directory, an object that holds it. */
  readonly derived: boolean;
  /** The value goes there as a part of an array or object literal. */
  readonly part: boolean;
  /** The property of the literal that has it, where it is a property of the literal itself. */
  readonly key: string | undefined;
};

/** Follows an expression's value to where it is kept, used or left. */
export function destinationOf(
  expression: TSESTree.Node,
  resource: Resource,
  provenance: Provenance,
): Destination {
  let derived = false;
  let part = false;
  let key: string | undefined;
  for (let node = expression; ;) {
    const { parent } = node;
    const arrive = <Kind extends Destination["kind"]>(
      kind: Kind,
      at: TSESTree.Node = parent ?? node,
    ) => ({ kind, at, derived, part, key });
    if (!parent) return arrive("unknown");
    switch (parent.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "ChainExpression":
      case "AwaitExpression":
      case "SpreadElement":
        node = parent;
        continue;
      case "Property":
        if (parent.value !== node || parent.parent.type !== "ObjectExpression") {
          return arrive("read");
        }
        key = part || derived ? undefined : keyName(parent);
        part = true;
        node = parent.parent;
        continue;
      case "ArrayExpression":
        key = undefined;
        part = true;
        node = parent;
        continue;
      case "ConditionalExpression":
        if (parent.test === node) return arrive("read");
        node = parent;
        continue;
      case "LogicalExpression":
        if (parent.operator === "&&" && parent.left === node) return arrive("read");
        node = parent;
        continue;
      case "SequenceExpression":
        if (parent.expressions.at(-1) !== node) return arrive("discarded");
        node = parent;
        continue;
      case "TemplateLiteral":
      case "BinaryExpression":
        if (parent.type === "BinaryExpression" && parent.operator !== "+") return arrive("read");
        if (resource.value !== "plain") return arrive("read");
        derived = true;
        node = parent;
        continue;
      case "CallExpression":
      case "NewExpression": {
        if (parent.callee === node) return { ...arrive("called"), call: parent };
        const path = resource.value === "plain" ? pathResult(parent, node, provenance) : undefined;
        if (path !== undefined) {
          derived ||= path === "below";
          node = parent;
          continue;
        }
        const index = parent.arguments.indexOf(node as TSESTree.CallExpressionArgument);
        return { ...arrive("argument"), call: parent, index };
      }
      case "MemberExpression": {
        if (parent.object !== node) return arrive("read");
        const call = parent.parent;
        const fluent = resource.fluent?.includes(memberName(parent) ?? "") ?? false;
        // A call whose result nobody takes is a use of the value as any other.
        if (fluent && call.type === "CallExpression" && call.callee === parent) {
          if (expression.type !== "Identifier" && listensForRelease(call, resource)) {
            return arrive("unknown");
          }
          if (call.parent.type !== "ExpressionStatement" || expression.type !== "Identifier") {
            node = call;
            continue;
          }
        }
        return { ...arrive("receiver"), member: parent };
      }
      case "VariableDeclarator":
        if (parent.init !== node) return arrive("unknown");
        return intoPattern(parent.id, parent, arrive, provenance);
      case "AssignmentExpression":
        if (parent.right !== node) return arrive("unknown");
        if (!["=", "??=", "||=", "&&="].includes(parent.operator)) return arrive("read");
        return intoPattern(parent.left, parent, arrive, provenance);
      case "ArrowFunctionExpression":
        return parent.body === node ? arrive("returned", node) : arrive("unknown");
      case "ReturnStatement":
      case "YieldExpression":
        return arrive("returned");
      case "ThrowStatement":
        return arrive("thrown");
      case "ExpressionStatement":
        return arrive("discarded");
      case "UnaryExpression":
        return arrive(parent.operator === "void" ? "discarded" : "read");
      case "ForOfStatement":
        return parent.right === node ? arrive("iterated") : arrive("unknown");
      case "PropertyDefinition":
      case "ExportDefaultDeclaration":
      case "ExportSpecifier":
        return arrive("stored");
      case "IfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForStatement":
      case "SwitchStatement":
      case "SwitchCase":
      case "ForInStatement":
      case "UpdateExpression":
        return arrive("read");
      default:
        return arrive("unknown");
    }
  }
}

/** `stream.on("end", …)`: it runs until it releases itself, and somebody waits for that. */
export function listensForRelease(
  call: TSESTree.CallExpression,
  { releasingEvents }: Resource,
): boolean {
  const [event] = call.arguments;
  if (!releasingEvents || event?.type !== "Literal" || typeof event.value !== "string")
    return false;
  return (
    releasingEvents.includes(event.value) &&
    /^(on|once|addListener)$/.test(lastName(call.callee) ?? "")
  );
}

function keyName({ key, computed }: TSESTree.Property): string | undefined {
  if (computed) return undefined;
  return key.type === "Identifier" ? key.name : String(key.value);
}

type Arrive = <Kind extends Destination["kind"]>(
  kind: Kind,
) => {
  kind: Kind;
  at: TSESTree.Node;
  derived: boolean;
  part: boolean;
  key: string | undefined;
};

function intoPattern(
  pattern: TSESTree.Node,
  node: TSESTree.VariableDeclarator | TSESTree.AssignmentExpression,
  arrive: Arrive,
  provenance: Provenance,
): Destination {
  const target = unwrap(pattern);
  if (target.type === "MemberExpression") return { ...arrive("stored"), target };
  if (target.type !== "Identifier") return arrive("destructured");
  if (node.type === "VariableDeclarator") {
    const { kind } = node.parent;
    if (kind === "using" || kind === "await using") return arrive("managed");
  }
  const variable =
    node.type === "VariableDeclarator"
      ? provenance.declaredBy(node)[0]
      : provenance.variableOf(target);
  return variable ? { ...arrive("variable"), variable, node } : arrive("stored");
}

/** Whether a call on paths gives back the same directory, or a path below it. */
function pathResult(
  call: Call,
  argument: TSESTree.Node,
  provenance: Provenance,
): "same" | "below" | undefined {
  const callee = unwrap(call.callee);
  const name = lastName(callee);
  if (name === undefined || isFunction(argument)) return undefined;
  // The `resolve` of a new promise is no function on paths.
  if (provenance.variableOf(callee)?.defs[0]?.type === "Parameter") return undefined;
  const alone = call.arguments.length === 1;
  const module = provenance.originOf(callee)?.module;
  const known = module === undefined || /^(path|fs|url)\b/.test(module);
  if (!known) return undefined;
  if (pathIdentities.has(name) && (alone || name.startsWith("realpath"))) return "same";
  return pathDerivations.has(name) ? "below" : undefined;
}
