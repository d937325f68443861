import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Destination } from "../held/destination.js";
import type { Provenance } from "../code/provenance.js";
import {
  classBodyAround,
  contains,
  enclosingFunction,
  type FunctionNode,
  memberName,
  pathName,
  unwrap,
  walk,
} from "../code/syntax.js";

/** Methods that put their argument into a collection of the language's own. */
const collectingMethods = new Set(["add", "push", "set", "unshift"]);

/** Methods by which something leaves a collection again. */
const emptyingMethods = new Set(["clear", "delete", "pop", "shift", "splice"]);

/**
 * What keeps a value for longer than a block, as the source names it: a field, a variable from
 * outside the block, a collection in one of them. Undefined where nothing does for certain, and where
 * the code takes the value out again.
 */
export function keptIn(
  destination: Destination,
  block: TSESTree.Node,
  func: FunctionNode,
  provenance: Provenance,
): string | undefined {
  if (destination.kind === "stored" && destination.target) {
    return keptByMember(destination.target, destination.at, block, func, provenance);
  }
  if (destination.kind === "variable" && destination.node.type === "AssignmentExpression") {
    const { variable, node } = destination;
    // A variable of the same function is there to look at what was released, as tests do.
    const [definition] = variable.defs;
    const isOuter = definition?.type === "Variable" && enclosingFunction(definition.name) !== func;
    return isOuter && !isAssignedAgain(node.left, node, func) ? variable.name : undefined;
  }
  if (destination.kind !== "argument" || destination.call.type !== "CallExpression") return;
  const { callee } = destination.call;
  if (callee.type !== "MemberExpression") return undefined;
  const method = memberName(callee) ?? "";
  // What is a key is only looked up.
  if (!collectingMethods.has(method) || (method === "set" && destination.index === 0)) return;
  const path = pathName(callee.object);
  if (path === undefined || !isCollection(callee.object, provenance)) return undefined;
  return livesOn(callee.object, block, provenance) && !isEmptied(path, func) ? path : undefined;
}

function keptByMember(
  target: TSESTree.MemberExpression,
  assignment: TSESTree.Node,
  block: TSESTree.Node,
  func: FunctionNode,
  provenance: Provenance,
): string | undefined {
  const path = pathName(target);
  if (path === undefined || isAssignedAgain(target, assignment, func)) return undefined;
  // Of an object that came from elsewhere, nobody knows how long it lives, or what a setter does.
  return rootOf(target).type === "ThisExpression" && livesOn(target, block, provenance)
    ? path
    : undefined;
}

/** Whether the object in which something is kept is still there when the block is over. */
function livesOn(expression: TSESTree.Node, block: TSESTree.Node, provenance: Provenance): boolean {
  const root = rootOf(expression);
  // While an object is being made nobody else has it, but then it is there.
  if (root.type === "ThisExpression") return true;
  const variable = provenance.variableOf(root);
  // What a caller has given it has still when the function is over.
  if (variable?.defs[0]?.type === "Parameter") return true;
  return variable !== undefined && outlives(variable, block);
}

/** Whether a variable is from outside a block, and is read when the block is over. */
function outlives(variable: Variable, block: TSESTree.Node): boolean {
  const [definition] = variable.defs;
  if (!definition || contains(block, definition.name)) return false;
  const func = enclosingFunction(block);
  // A variable of an outer function, or of the module, is read whenever that likes.
  if (definition.type === "Variable" && enclosingFunction(definition.name) !== func) return true;
  if (definition.type !== "Variable") return false;
  return variable.references.some(
    (reference) => reference.isRead() && reference.identifier.range[0] >= block.range[1],
  );
}

function rootOf(expression: TSESTree.Node): TSESTree.Node {
  let at = unwrap(expression);
  while (at.type === "MemberExpression") at = unwrap(at.object);
  return at;
}

/** Whether the same function, or another one of the class, puts something else there. */
function isAssignedAgain(
  target: TSESTree.Node,
  assignment: TSESTree.Node,
  func: FunctionNode,
): boolean {
  const path = pathName(target);
  let again = false;
  walk(func, (node) => {
    if (node.type === "AssignmentExpression" && node !== assignment) {
      again ||= pathName(node.left) === path;
    } else if (node.type === "UnaryExpression" && node.operator === "delete") {
      again ||= pathName(node.argument) === path;
    }
    return undefined;
  });
  return again;
}

/** Whether something leaves a collection again: within the class for a field, else in the function. */
function isEmptied(path: string, func: FunctionNode): boolean {
  const scope = path.startsWith("this.") ? (classBodyAround(func) ?? func) : func;
  let emptied = false;
  walk(scope, (node) => {
    if (node.type === "AssignmentExpression") emptied ||= pathName(node.left) === path;
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
    const removes = emptyingMethods.has(memberName(node.callee) ?? "");
    emptied ||= removes && pathName(node.callee.object) === path;
    return undefined;
  });
  return emptied;
}

/** Whether an expression is an array, a map or a set, as its declaration says. */
function isCollection(expression: TSESTree.Node, provenance: Provenance): boolean {
  const node = unwrap(expression);
  if (node.type === "MemberExpression") {
    if (node.object.type !== "ThisExpression") return false;
    const name = memberName(node);
    return (classBodyAround(node)?.body ?? []).some(
      (element) =>
        element.type === "PropertyDefinition" &&
        nameOfKey(element.key) === name &&
        (isCollectionValue(element.value) ||
          isCollectionType(element.typeAnnotation?.typeAnnotation)),
    );
  }
  const [definition] = provenance.variableOf(node)?.defs ?? [];
  if (definition?.node.type === "VariableDeclarator") {
    const { init, id } = definition.node;
    return isCollectionValue(init) || isCollectionType(id.typeAnnotation?.typeAnnotation);
  }
  const { name } = definition ?? {};
  return name?.type === "Identifier" && isCollectionType(name.typeAnnotation?.typeAnnotation);
}

function nameOfKey(key: TSESTree.Node): string | undefined {
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return key.type === "Identifier" ? key.name : undefined;
}

function isCollectionValue(value: TSESTree.Node | null | undefined): boolean {
  if (!value) return false;
  const node = unwrap(value);
  if (node.type === "ArrayExpression") return true;
  return (
    node.type === "NewExpression" &&
    node.callee.type === "Identifier" &&
    /^(Array|Map|Set)$/.test(node.callee.name)
  );
}

function isCollectionType(type: TSESTree.TypeNode | undefined): boolean {
  if (type?.type === "TSArrayType") return true;
  return (
    type?.type === "TSTypeReference" &&
    type.typeName.type === "Identifier" &&
    /^(Array|Map|Set)$/.test(type.typeName.name)
  );
}
