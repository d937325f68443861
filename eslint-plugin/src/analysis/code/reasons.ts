import type { TSESTree } from "@typescript-eslint/types";

import { cleaningName, lenientName, reasonOfSilence } from "../../resources/known-errors.js";
import { firstWhere } from "./halving.js";
import { contains, enclosingFunction, type FunctionNode, isFunction } from "./syntax.js";
import { wordsOf } from "./words.js";

/** A comment that speaks to a tool; what stands behind `--` is for people. */
const directive = /^\s*(eslint|@ts-|prettier|istanbul|c8|v8|biome|oxlint|tslint|noinspection|#?__)/;

/** The comments within a stretch of a file that say something to people. */
function commentsIn(
  ast: TSESTree.Program,
  [start, end]: readonly [number, number],
): readonly TSESTree.Comment[] {
  const comments = ast.comments ?? [];
  const found: TSESTree.Comment[] = [];
  // They are in order.
  const first = firstWhere(comments, ({ range }) => range[0] >= start);
  for (let at = first; at < comments.length; at += 1) {
    const comment = comments[at];
    if (!comment || comment.range[1] > end) break;
    if (/[a-z]/i.test(saidIn(comment))) found.push(comment);
  }
  return found;
}

function saidIn({ value }: TSESTree.Comment): string {
  return directive.test(value) ? (/\s--\s(.*)/s.exec(value)?.[1] ?? "") : value;
}

/**
 * Whether a comment gives the reason why nothing is made of an error: any one where the error is
 * caught; around that, one that speaks of failing.
 */
export function isExplained(
  handler: TSESTree.Node,
  guarded: TSESTree.Node,
  ast: TSESTree.Program,
  text: string,
): boolean {
  if (commentsIn(ast, handler.range).length > 0) return true;
  const statement = statementOf(guarded);
  const func = enclosingFunction(guarded);
  const lineEnd = text.indexOf("\n", statement.range[1]);
  const stretches: (readonly [number, number])[] = [
    [paragraphStart(text, statement.range[0]), lineEnd === -1 ? text.length : lineEnd],
  ];
  if (func) {
    const { range } = statementOf(func);
    stretches.push([paragraphStart(text, range[0]), range[0]]);
  }
  return stretches.some((stretch) =>
    commentsIn(ast, stretch).some((comment) => reasonOfSilence.test(saidIn(comment))),
  );
}

function statementOf(node: TSESTree.Node): TSESTree.Node {
  let at = node;
  while (at.parent && !/(Statement|Declaration|Definition)$/.test(at.type)) at = at.parent;
  return at;
}

/** Where the paragraph of code and comments begins in which an offset lies: behind an empty line. */
function paragraphStart(text: string, offset: number): number {
  for (let at = text.lastIndexOf("\n", offset - 1); at > 0;) {
    const previous = text.lastIndexOf("\n", at - 1);
    const line = text.slice(previous + 1, at).trim();
    // The code around it begins above.
    if (line === "" || /[{(]$/.test(line)) return at + 1;
    at = previous;
  }
  return 0;
}

/**
 * Whether code is clean-up, in which one failure must not keep the rest from being done, or hide an
 * error that is on its way: in a `catch` or `finally`, in a function that is named so, or in one that
 * says itself that it may fail without harm.
 */
export function isCleaningUp(node: TSESTree.Node): boolean {
  for (let at = node; at.parent; at = at.parent) {
    const { parent } = at;
    if (parent.type === "CatchClause") return true;
    if (parent.type === "TryStatement" && at === parent.finalizer) return true;
    if (isFunction(at)) {
      const name = wordsOf(nameOfFunction(at));
      if (cleaningName.test(name) || lenientName.test(name)) return true;
      // A function that is named is called from elsewhere, too.
      if (name !== "" && at.type === "FunctionDeclaration") return false;
    }
  }
  return false;
}

/** By what a function is known where it stands: its own name, a variable, a member. */
export function nameOfFunction(func: FunctionNode): string {
  if (func.id) return func.id.name;
  const { parent } = func;
  if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier") {
    return parent.id.name;
  }
  if (
    (parent.type === "MethodDefinition" ||
      parent.type === "Property" ||
      parent.type === "PropertyDefinition") &&
    contains(parent, func)
  ) {
    const { key } = parent;
    if (key.type === "Identifier" || key.type === "PrivateIdentifier") return key.name;
    if (key.type === "MemberExpression" && key.property.type === "Identifier") {
      return key.property.name;
    }
  }
  if (parent.type === "AssignmentExpression" && parent.left.type === "MemberExpression") {
    const { property } = parent.left;
    return property.type === "Identifier" ? property.name : "";
  }
  return "";
}

/** The name of the innermost function around a node that has one. */
export function nameAround(node: TSESTree.Node): string {
  for (let func = enclosingFunction(node); func; func = enclosingFunction(func)) {
    const name = nameOfFunction(func);
    if (name !== "") return name;
  }
  return "";
}
