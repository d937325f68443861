import type { TSESTree } from "@typescript-eslint/types";

import { fewOfThem, fewRounds, shortTexts, smallNumbers } from "../../resources/text-functions.js";
import type { Provenance } from "../code/provenance.js";
import { lastWord } from "../code/words.js";
import { isLoop, type Loop, type Repetition } from "../flow/repetitions.js";
import {
  calleeName,
  contains,
  isFunction,
  lastName,
  memberName,
  unwrap,
  walk,
} from "../code/syntax.js";

/** Whether a repetition is short in practice, as far as the code around it shows. */
export function isShort(repetition: Repetition, provenance: Provenance): boolean {
  if (repetition.kind === "event") return false;
  if (repetition.kind === "callback") {
    const callee = unwrap(repetition.call.callee);
    const [element] = repetition.node.params;
    if (element?.type === "Identifier" && isFew(element.name)) return true;
    return callee.type === "MemberExpression" && isShortCollection(callee.object, provenance);
  }
  const { node } = repetition;
  switch (node.type) {
    case "ForInStatement":
      return isShortObject(node.right, provenance);
    case "ForOfStatement":
      return !node.await && (isOfFew(node.left) || isShortCollection(node.right, provenance));
    case "ForStatement":
      return (
        (node.test !== null && isShortCount(node, node.test, provenance)) || climbsIn(node, node)
      );
    default:
      return isDigits(node) || climbsIn(node, node) || isShortCount(node, node.test, provenance);
  }
}

function isShortCount(loop: Loop, test: TSESTree.Expression, provenance: Provenance): boolean {
  const comparison = unwrap(test);
  if (comparison.type === "LogicalExpression" && comparison.operator === "&&") {
    return (
      isShortCount(loop, comparison.left, provenance) ||
      isShortCount(loop, comparison.right, provenance)
    );
  }
  if (loop.type === "WhileStatement" || loop.type === "DoWhileStatement") {
    if (comparison.type === "AssignmentExpression") {
      // `while ((name = names[index++]))`
      const given = unwrap(comparison.right);
      return given.type === "MemberExpression" && isShortCollection(given.object, provenance);
    }
    // `while (depth--)`
    return comparison.type === "UpdateExpression" && isSmall(comparison.argument, provenance);
  }
  if (comparison.type === "UpdateExpression") return isSmall(comparison.argument, provenance);
  if (comparison.type !== "BinaryExpression" || !/^([<>]=?|!==?)$/.test(comparison.operator)) {
    return false;
  }
  const sides = [comparison.left, comparison.right];
  // Counting down: what it begins with says how long it takes.
  if (loop.type === "ForStatement" && sides.some((side) => literalNumber(side) === 0)) {
    const init = loop.init?.type === "VariableDeclaration" ? loop.init.declarations[0]?.init : null;
    return init ? isSmall(init, provenance) : false;
  }
  return sides.some(
    (side) => isSmall(side, provenance) || isSmallFromBeginning(loop, side, provenance),
  );
}

/** `for (index = 0, length = names.length; index < length; index++)` */
function isSmallFromBeginning(loop: Loop, bound: TSESTree.Node, provenance: Provenance): boolean {
  const init = loop.type === "ForStatement" ? loop.init : undefined;
  const name = unwrap(bound);
  if (!init || name.type !== "Identifier") return false;
  const given =
    init.type === "VariableDeclaration"
      ? init.declarations.map(({ id, init: value }) => ({ place: id, value }))
      : (init.type === "SequenceExpression" ? init.expressions : [init]).flatMap((each) =>
          each.type === "AssignmentExpression" ? [{ place: each.left, value: each.right }] : [],
        );
  return given.some(
    ({ place, value }) =>
      place.type === "Identifier" &&
      place.name === name.name &&
      value !== null &&
      unwrap(value).type === "MemberExpression" &&
      isSmall(value, provenance),
  );
}

function literalNumber(node: TSESTree.Node): number | undefined {
  const value = unwrap(node);
  return value.type === "Literal" && typeof value.value === "number" ? value.value : undefined;
}

/** Whether a number is small, or how many of something short there are. */
function isSmall(expression: TSESTree.Node, provenance: Provenance): boolean {
  const node = unwrap(expression);
  const literal = literalNumber(node);
  if (literal !== undefined) return literal > 0 && literal <= fewRounds;
  if (node.type === "BinaryExpression") {
    return /^[-+/]$/.test(node.operator) && isSmall(node.left, provenance);
  }
  if (node.type === "CallExpression" && calleeName(node.callee) === "Math.min") {
    return node.arguments.some((argument) => isSmall(argument, provenance));
  }
  if (node.type === "MemberExpression" && memberName(node) === "length") {
    return isShortCollection(node.object, provenance);
  }
  const init = node.type === "Identifier" ? constantOf(node, provenance) : undefined;
  if (init && isSmall(init, provenance)) return true;
  return smallNumbers.has(lastWord(lastName(node)));
}

/** Whether a collection, or a text that is gone through, is short in practice. */
export function isShortCollection(expression: TSESTree.Node, provenance: Provenance): boolean {
  const node = unwrap(expression);
  switch (node.type) {
    case "ArrayExpression":
      return node.elements.every(
        (element) =>
          element?.type !== "SpreadElement" || isShortCollection(element.argument, provenance),
      );
    case "Literal":
      return true;
    case "CallExpression":
      return isShortResult(node, provenance);
    case "LogicalExpression":
      return isShortCollection(node.left, provenance);
    case "AwaitExpression":
      return isShortCollection(node.argument, provenance);
    case "Identifier": {
      const init = constantOf(node, provenance);
      if (init && isShortCollection(init, provenance) && !isFilled(node, provenance)) return true;
      return isShortName(node.name);
    }
    case "MemberExpression":
      return isShortName(memberName(node) ?? "");
    default:
      return false;
  }
}

/** Methods that give no more than they are called on has. */
const narrowing = new Set(
  "concat entries filter flat keys map reverse slice sort splice toReversed toSorted trim toLowerCase toUpperCase values".split(
    " ",
  ),
);

function isShortResult(call: TSESTree.CallExpression, provenance: Provenance): boolean {
  const name = calleeName(call.callee);
  const [argument] = call.arguments;
  if (/^Object\.(entries|keys|values|getOwnPropertyNames)$/.test(name)) {
    return argument !== undefined && isShortObject(argument, provenance);
  }
  if ((name === "Array.from" || name === "String") && argument) {
    return isShortCollection(argument, provenance);
  }
  const callee = unwrap(call.callee);
  if (callee.type !== "MemberExpression") return isShortName(name);
  const method = memberName(callee) ?? "";
  if (method === "split") {
    const separator = argument?.type === "Literal" ? argument.value : undefined;
    // Lines, and characters, of something that may be long.
    if (separator !== "" && typeof separator === "string" && !/[\n\r]/.test(separator)) return true;
    return isShortCollection(callee.object, provenance);
  }
  if (narrowing.has(method)) return isShortCollection(callee.object, provenance);
  return isShortName(method.replace(/^get/, ""));
}

/** Whether an object has few properties: a literal, or what is called so. */
function isShortObject(expression: TSESTree.Node, provenance: Provenance): boolean {
  const node = unwrap(expression);
  if (node.type === "ObjectExpression") return true;
  const init = node.type === "Identifier" ? constantOf(node, provenance) : undefined;
  if (init && unwrap(init).type === "ObjectExpression") return true;
  const name = lastName(node) ?? "";
  // An object that is no collection by its name has the properties that its type declares.
  return (
    !/(s|map|cache|index|dict|dictionary|table|registry|store)$/i.test(name) || isShortName(name)
  );
}

function isShortName(name: string): boolean {
  return isFew(name) || shortTexts.has(lastWord(name));
}

/** Whether a name speaks of what there are few of in practice: `headers`, `headerList`. */
export function isFew(name: string): boolean {
  const plain = name.replace(/(?<=[a-z])_?(array|collection|list|set)s?$/i, "");
  return fewOfThem.has(lastWord(plain));
}

/** `for (const header of …)` */
function isOfFew(left: TSESTree.ForOfStatement["left"]): boolean {
  const id = left.type === "VariableDeclaration" ? left.declarations[0].id : left;
  return id.type === "Identifier" && isFew(id.name);
}

/** What a variable was given when it was declared, if it is never given anything else. */
export function constantOf(
  node: TSESTree.Identifier,
  provenance: Provenance,
): TSESTree.Node | undefined {
  const variable = provenance.variableOf(node);
  const definition = variable?.defs[0]?.node;
  if (definition?.type !== "VariableDeclarator" || definition.id.type !== "Identifier") {
    return undefined;
  }
  const written = variable?.references.some((each) => each.isWrite() && !each.init);
  return written ? undefined : (definition.init ?? undefined);
}

/** Whether something is put into a list after it was declared. */
function isFilled(node: TSESTree.Identifier, provenance: Provenance): boolean {
  const references = provenance.variableOf(node)?.references ?? [];
  return references.some(({ identifier: { parent } }) => {
    const name = parent.type === "MemberExpression" ? memberName(parent) : undefined;
    return name === "push" || name === "unshift" || name === "splice";
  });
}

/** `number = Math.floor(number / 10)`: as many rounds as a number has digits. */
function isDigits(loop: Loop): boolean {
  let found = false;
  walk(loop.body, (node) => {
    if (isFunction(node)) return false;
    if (node.type !== "AssignmentExpression" || node.left.type !== "Identifier") return undefined;
    const { name } = node.left;
    if (/^(\/|>>>?)=$/.test(node.operator)) found = true;
    if (node.operator !== "=") return undefined;
    walk(node.right, (inner) => {
      const divides = inner.type === "BinaryExpression" && /^(\/|>>>?)$/.test(inner.operator);
      if (divides && inner.left.type === "Identifier" && inner.left.name === name) found = true;
      return undefined;
    });
    return undefined;
  });
  return found;
}

/** `node = node.parent`: as many rounds as something is deep. */
function climbsIn(root: TSESTree.Node, loop: Loop): boolean {
  let found = false;
  walk(root, (node) => {
    if (isFunction(node) || (node !== loop && isLoop(node))) return false;
    if (node.type !== "AssignmentExpression" || node.left.type !== "Identifier") return undefined;
    const { name } = node.left;
    walk(node.right, (inner) => {
      const member = inner.type === "MemberExpression" ? memberName(inner) : undefined;
      const steps =
        inner.type === "MemberExpression" &&
        inner.object.type === "Identifier" &&
        inner.object.name === name &&
        /^(base|cause|outer|owner|parent\w*|prototype|return|superClass|getParent\w*)$/i.test(
          member ?? "",
        );
      if (steps && contains(loop, node)) found = true;
      return undefined;
    });
    return undefined;
  });
  return found;
}
