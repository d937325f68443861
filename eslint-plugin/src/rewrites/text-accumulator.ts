import type { TSESTree } from "@typescript-eslint/types";

import type { QuadraticAccumulation } from "../analysis/text/accumulation.js";
import type { Access } from "../analysis/text/accumulators.js";
import { calleeName, contains, memberName, unwrap, wrapped } from "../analysis/code/syntax.js";
import { inOrder, type Rewrite } from "./edit.js";
import { importEdits } from "./imports.js";
import { joinedRead } from "./list-and-join.js";
import { addition, isTaken } from "./managed.js";
import { appendedTexts } from "./pieces.js";
import { replaceAccumulator, type RewrittenFile } from "./replace-accumulator.js";
import { styleOf } from "./source-style.js";

const className = "TextAccumulator";
const module = "unwind/streams";

/** Puts a `TextAccumulator` in the place of a text that is appended to and read in one loop. */
export function textAccumulator(
  { accumulator, repetition }: QuadraticAccumulation,
  file: RewrittenFile,
): Rewrite | undefined {
  const { text, ast, project } = file;
  const { name, kind } = accumulator;
  const style = styleOf(text, ast);
  const isText = kind === "text";
  const edits = replaceAccumulator(accumulator, file, {
    initial: (init) => (isText ? startingText(init, text) : startingList(init)),
    annotation: "",
    grow: (growth) => {
      const texts = appendedTexts(growth, file);
      return texts && name + texts.map((each) => `.append(${each})`).join("");
    },
    read: (access) => {
      if (!isText) return joinOf(access, name);
      const counterpart = counterpartOf(access, name, text);
      if (counterpart !== undefined) return counterpart;
      // Outside of the loop it does not matter what a look at the whole costs.
      if (access.kind === "flatten" && contains(repetition.node, access.node)) return undefined;
      return joinedRead(access.node, `${name}.toString()`);
    },
  });
  if (!edits || isTaken(className, { ast, text }, module)) return undefined;
  const all = inOrder([...edits, ...importEdits([className], module, ast, text, style)]);
  const title = `Append to a \`${className}\` of \`${module}\`, which reads only what it has to${addition({ project })}`;
  return all && { kind: "suggestion", title, edits: all };
}

function startingText(init: TSESTree.Node, text: string): string | undefined {
  if (init.type !== "Literal" || typeof init.value !== "string") return undefined;
  const start = init.value === "" ? "" : `.append(${text.slice(...init.range)})`;
  return `new ${className}()${start}`;
}

function startingList(init: TSESTree.Node): string | undefined {
  const isEmpty = init.type === "ArrayExpression" && init.elements.length === 0;
  return isEmpty ? `new ${className}()` : undefined;
}

/** `parts.join("")` */
function joinOf(
  { kind, at }: Access,
  name: string,
): { node: TSESTree.Node; text: string } | undefined {
  if (kind !== "flatten" || at.type !== "CallExpression") return undefined;
  const [separator] = at.arguments;
  const isJoin = unwrap(at.callee).type === "MemberExpression" && separator?.type === "Literal";
  return isJoin && separator.value === "" ? { node: at, text: `${name}.toString()` } : undefined;
}

/** What gives the same of a `TextAccumulator`, and looks only at a part. */
function counterpartOf(
  access: Access,
  name: string,
  text: string,
): { node: TSESTree.Node; text: string } | "same" | undefined {
  const { at, kind, node } = access;
  if (kind === "look" && at.type === "MemberExpression") return "same";
  if (at.type === "MemberExpression" && at.computed && isLastIndex(at.property, name)) {
    return isCompared(at) ? { node: at, text: `${name}.tail(1)` } : undefined;
  }
  if (at.type !== "CallExpression" || kind !== "flatten") return undefined;
  const [first, second] = at.arguments;
  if (first && contains(first, node)) return matched(at, first, name);
  switch (memberName(at.callee as TSESTree.MemberExpression)) {
    case "endsWith":
      return at.arguments.length === 1 ? "same" : undefined;
    case "indexOf":
      return "same";
    case "includes":
      return first && !second
        ? { node: at, text: `(${name}.indexOf(${text.slice(...first.range)}) !== -1)` }
        : undefined;
    case "slice": {
      const count = first && !second ? negated(first, text) : undefined;
      if (count !== undefined) return { node: at, text: `${name}.tail(${count})` };
      return first ? "same" : undefined;
    }
    case "at":
      return first && negated(first, text) === "1" && isCompared(at)
        ? { node: at, text: `${name}.tail(1)` }
        : undefined;
    case "charAt":
      return first && isLastIndex(first, name) ? { node: at, text: `${name}.tail(1)` } : undefined;
    case "charCodeAt":
      return first && isLastIndex(first, name)
        ? { node: at, text: `${name}.tail(1).charCodeAt(0)` }
        : undefined;
    default:
      return undefined;
  }
}

/** A pattern that looks at the last character only: `/\s$/.test(text)`, `/(^|\n)$/.test(text)`. */
function matched(
  call: TSESTree.CallExpression,
  argument: TSESTree.Node,
  name: string,
): { node: TSESTree.Node; text: string } | undefined {
  const callee = unwrap(call.callee);
  const pattern = callee.type === "MemberExpression" ? unwrap(callee.object) : undefined;
  if (pattern?.type !== "Literal" || !("regex" in pattern)) return undefined;
  const { pattern: source, flags } = pattern.regex;
  const oneCharacter = String.raw`(?:\\[sSdDwWnrt]|\[(?:[^\]\\]|\\.)+\]|[^\\[\](){}.*+?^$|])`;
  const atEnd = new RegExp(
    String.raw`^(?:${oneCharacter}|\(\^\|${oneCharacter}\)|\(${oneCharacter}\|\^\))\$$`,
  );
  if (!/^i?$/.test(flags) || !atEnd.test(source) || calleeName(call.callee) === "")
    return undefined;
  return { node: argument, text: `${name}.tail(1)` };
}

/** `n` of `-n`. */
function negated(node: TSESTree.Node, text: string): string | undefined {
  const isNumber =
    node.type === "UnaryExpression" &&
    node.operator === "-" &&
    node.argument.type === "Literal" &&
    typeof node.argument.value === "number" &&
    node.argument.value > 0;
  return isNumber ? text.slice(...node.argument.range) : undefined;
}

/** `text.length - 1` */
function isLastIndex(expression: TSESTree.Node, name: string): boolean {
  const node = unwrap(expression);
  if (node.type !== "BinaryExpression" || node.operator !== "-") return false;
  const { left, right } = node;
  return (
    right.type === "Literal" &&
    right.value === 1 &&
    left.type === "MemberExpression" &&
    memberName(left) === "length" &&
    left.object.type === "Identifier" &&
    left.object.name === name
  );
}

/** Whether a character is compared with one: no character is another one than none, there. */
function isCompared(node: TSESTree.Node): boolean {
  const { parent } = wrapped(node);
  if (parent?.type !== "BinaryExpression" || !/^[!=]==?$/.test(parent.operator)) return false;
  const other = parent.left === wrapped(node) ? parent.right : parent.left;
  return other.type === "Literal" && typeof other.value === "string" && other.value !== "";
}
