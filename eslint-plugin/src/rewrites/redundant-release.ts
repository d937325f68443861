import type { TSESTree } from "@typescript-eslint/types";

import { isFunction, walk, wrapped } from "../analysis/syntax.js";
import type { Edit } from "./edit.js";
import { dedented } from "./indent.js";
import { isLoop, isQuiet } from "./quiet.js";
import { indentationAt, lineStart, nextLine, wholeLines } from "./source-style.js";

/**
 * The edits that take away a release which the end of the block repeats: the statement alone, or
 * the `try`/`finally` around it where nothing else stands in the `finally`.
 *
 * Undefined where the release is no statement of its own, where something happens between it and
 * the block's end (the resource would be released later than it is), or where a comment would be
 * lost.
 */
export function removeRelease(
  release: TSESTree.Node,
  block: TSESTree.BlockStatement,
  text: string,
): Edit[] | undefined {
  const statement = statementOf(release);
  if (!statement || !endsWithBlock(statement, block)) return undefined;
  const finalizer = statement.parent;
  const attempt = finalizer.type === "BlockStatement" ? finalizer.parent : undefined;
  if (
    attempt?.type === "TryStatement" &&
    attempt.finalizer === finalizer &&
    finalizer.body.length === 1
  ) {
    return withoutFinally(attempt, statement, text);
  }
  // An `if` that asked for more than presence would stay with nothing in it.
  if (isBranch(statement)) return undefined;
  const lines = wholeLines(text, statement.range);
  return lines && [{ range: withBlankLine(text, lines), text: "" }];
}

/** The statement that consists of a release alone: `await x?.close();`, `if (x) x.close();`. */
export function statementOf(release: TSESTree.Node): TSESTree.Statement | undefined {
  let at = wrapped(release);
  if (at.parent?.type === "AwaitExpression") at = at.parent;
  const statement = at.parent;
  if (statement?.type !== "ExpressionStatement") return undefined;
  const { parent } = statement;
  // `if (x) { x.close(); }`: the whole condition goes, if it only asks whether there is something.
  const branch =
    parent.type === "BlockStatement" && parent.body.length === 1 ? parent.parent : parent;
  const guard = branch.type === "IfStatement" && !branch.alternate ? branch : undefined;
  return guard && (asksOnlyForPresence(guard.test) || isQuiet(guard.test)) ? guard : statement;
}

function isBranch({ parent }: TSESTree.Statement): boolean {
  if (parent.type === "IfStatement") return true;
  return (
    parent.type === "BlockStatement" &&
    parent.body.length === 1 &&
    parent.parent.type === "IfStatement"
  );
}

/** The blank line before what was the last of a block goes with it. */
function withBlankLine(text: string, [start, end]: readonly [number, number]): [number, number] {
  const closes = /^[ \t]*\}/.test(text.slice(end));
  const blank = /(?<=\n)[ \t]*\r?\n$/.exec(text.slice(0, start))?.[0] ?? "";
  return closes ? [start - blank.length, end] : [start, end];
}

function asksOnlyForPresence(test: TSESTree.Expression): boolean {
  if (test.type === "Identifier") return true;
  if (test.type !== "BinaryExpression" || test.left.type !== "Identifier") return false;
  return (
    (test.operator === "!=" || test.operator === "!==") &&
    ((test.right.type === "Literal" && test.right.value === null) ||
      (test.right.type === "Identifier" && test.right.name === "undefined"))
  );
}

/** Whether nothing that could be observed happens between a statement and its block's end. */
function endsWithBlock(statement: TSESTree.Statement, block: TSESTree.BlockStatement): boolean {
  let jump: TSESTree.Statement | undefined;
  for (let at: TSESTree.Node = statement; at !== block;) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (!parent || isFunction(parent)) return false;
    if (parent.type === "TryStatement") {
      // From a `try` or `catch` block control goes on into `finally`, whatever leaves it.
      if (parent.finalizer && parent.finalizer !== at) return false;
      if (jump?.type === "ThrowStatement" && parent.handler && at === parent.block) return false;
    } else if (jump) {
      // It leaves all that is not a `try`.
    } else if (parent.type === "BlockStatement") {
      const [next] = parent.body.slice(parent.body.indexOf(at as TSESTree.Statement) + 1);
      if (next && !isQuietJump(next, block)) return false;
      jump = next;
    } else if (parent.type === "SwitchCase" || isLoop(parent)) {
      return false;
    }
    at = parent;
  }
  return true;
}

/** A jump out of the block that evaluates nothing which could tell whether the resource is open. */
function isQuietJump(statement: TSESTree.Statement, block: TSESTree.BlockStatement): boolean {
  if (statement.type === "ReturnStatement" || statement.type === "ThrowStatement") {
    return !statement.argument || isQuiet(statement.argument);
  }
  const inLoop = isLoop(block.parent);
  return (
    inLoop &&
    (statement.type === "BreakStatement" || statement.type === "ContinueStatement") &&
    statement.label === null
  );
}

/** Takes the `finally` away; where there is no `catch`, its `try` too, and moves the body out. */
function withoutFinally(
  attempt: TSESTree.TryStatement,
  release: TSESTree.Statement,
  text: string,
): Edit[] | undefined {
  const { block, handler, finalizer } = attempt;
  if (!finalizer || hasComment(text, finalizer, release)) return undefined;
  if (handler) return [{ range: [handler.range[1], finalizer.range[1]], text: "" }];
  const [first] = block.body;
  if (!first || declaresNames(block)) return undefined;
  const bodyStart = nextLine(text, block.range[0]);
  const bodyEnd = lineStart(text, block.range[1]);
  const open = text.slice(attempt.range[0], bodyStart);
  const close = text.slice(bodyEnd, finalizer.range[0]);
  // Only where `try {` and `} finally` have lines of their own can the body move out unharmed.
  if (!/^try\s*\{[ \t]*\r?\n$/.test(open) || !/^[ \t]*\}\s*finally\s*$/.test(close)) {
    return undefined;
  }
  const outer = indentationAt(text, attempt.range[0]);
  const inner = indentationAt(text, first.range[0]);
  if (
    !inner.startsWith(outer) ||
    text.slice(lineStart(text, attempt.range[0]), attempt.range[0]) !== outer
  ) {
    return undefined;
  }
  const body = dedented(text, { start: bodyStart, end: bodyEnd, within: block }, inner, outer);
  const after = wholeLines(text, [attempt.range[0], attempt.range[1]]);
  if (!after) return undefined;
  return [
    { range: [after[0], bodyStart], text: "" },
    ...body,
    { range: [bodyEnd, after[1]], text: "" },
  ];
}

/** Names of the `try` block would meet those of the block around it. */
function declaresNames(block: TSESTree.BlockStatement): boolean {
  const names = new Set(block.body.flatMap(namesDeclaredBy));
  if (names.size === 0) return false;
  const outer = block.parent.parent;
  if (!outer) return true;
  const clashes: TSESTree.Node[] = [];
  walk(outer, (node) => {
    if (node === block) return false;
    if (node.type === "Identifier" && names.has(node.name)) clashes.push(node);
    return undefined;
  });
  return clashes.length > 0;
}

function namesDeclaredBy(statement: TSESTree.Statement): string[] {
  const names: string[] = [];
  if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
    names.push(statement.id.name);
  } else if (statement.type === "VariableDeclaration") {
    for (const { id } of statement.declarations) {
      walk(id, (node) => {
        if (node.type === "Identifier") names.push(node.name);
        return undefined;
      });
    }
  }
  return names;
}

function hasComment(text: string, finalizer: TSESTree.Node, release: TSESTree.Node): boolean {
  const around =
    text.slice(finalizer.range[0], release.range[0]) +
    text.slice(release.range[1], finalizer.range[1]);
  return /\/[/*]/.test(around);
}
