import type { TSESTree } from "@typescript-eslint/types";

import { isFunction, wrapped } from "../analysis/code/syntax.js";
import { withoutFinally } from "./dissolve.js";
import type { Edit } from "./edit.js";
import { isLoop } from "../analysis/flow/repetitions.js";
import { isQuiet } from "./quiet.js";
import { wholeLines } from "./source-style.js";

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
  since: number,
): Edit[] | undefined {
  const statement = statementOf(release);
  if (!statement || !endsWithBlock(statement, block, since)) return undefined;
  const finalizer = statement.parent;
  const attempt = finalizer.type === "BlockStatement" ? finalizer.parent : undefined;
  if (
    attempt?.type === "TryStatement" &&
    attempt.finalizer === finalizer &&
    finalizer.body.length === 1
  ) {
    return withoutFinally(attempt, text);
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
  const before = text.lastIndexOf("\n", start - 2) + 1;
  const isBlank = before > 0 && /^[ \t]*\r?\n$/.test(text.slice(before, start));
  return closes && isBlank ? [before, end] : [start, end];
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
export function endsWithBlock(
  statement: TSESTree.Statement,
  block: TSESTree.BlockStatement,
  since: number,
): boolean {
  let jump: TSESTree.Statement | undefined;
  for (let at: TSESTree.Node = statement; at !== block;) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (!parent || isFunction(parent)) return false;
    if (parent.type === "TryStatement") {
      // From a `try` or `catch` block control goes on into `finally`, whatever leaves it.
      if (parent.finalizer && parent.finalizer !== at) return false;
      // A `catch` sees the failure of the release; at the block's end it would not.
      if (parent.handler && at === parent.block) return false;
    } else if (parent.type === "BlockStatement") {
      // What `using` declared since the acquisition would be released before, and not after.
      if (managedIn(parent).some(({ range: [start] }) => start > since && start < at.range[0])) {
        return false;
      }
      const next = parent.body[parent.body.indexOf(at as TSESTree.Statement) + 1];
      if (!jump && next && !isQuietJump(next, block)) return false;
      jump ??= next;
    } else if (!jump && (parent.type === "SwitchCase" || isLoop(parent))) {
      return false;
    }
    at = parent;
  }
  return true;
}

const managed = new WeakMap<TSESTree.BlockStatement, readonly TSESTree.Statement[]>();

/** What a block declares by `using`; looked for once in a block. */
function managedIn(block: TSESTree.BlockStatement): readonly TSESTree.Statement[] {
  let found = managed.get(block);
  if (!found) {
    found = block.body.filter(
      (each) => each.type === "VariableDeclaration" && each.kind.endsWith("using"),
    );
    managed.set(block, found);
  }
  return found;
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
