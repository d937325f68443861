import type { TSESTree } from "@typescript-eslint/types";

import { walk } from "../analysis/code/syntax.js";
import type { Edit } from "./edit.js";
import { dedented } from "./indent.js";
import { indentationAt, lineStart, nextLine, wholeLines } from "./source-style.js";

/**
 * Takes a `finally` of nothing but releases away; where there is no `catch`, its `try` too, and
 * moves the body out. Undefined where a comment would be lost, or names would meet others.
 */
export function withoutFinally(attempt: TSESTree.TryStatement, text: string): Edit[] | undefined {
  const { handler, finalizer } = attempt;
  if (!finalizer || hasComment(text, finalizer)) return undefined;
  if (handler) return [{ range: [handler.range[1], finalizer.range[1]], text: "" }];
  return movedOut(attempt, /^[ \t]*\}\s*finally\s*$/, finalizer.range[0], text);
}

/** Takes a `catch` away, and where there is no `finally`, its `try` too; undefined as above. */
export function withoutCatch(clause: TSESTree.CatchClause, text: string): Edit[] | undefined {
  const { parent: attempt, body } = clause;
  if (hasComment(text, body) || /\/[/*]/.test(text.slice(clause.range[0], body.range[0]))) {
    return undefined;
  }
  if (attempt.finalizer) return [{ range: [attempt.block.range[1], clause.range[1]], text: "" }];
  return movedOut(attempt, /^[ \t]*\}\s*$/, clause.range[0], text);
}

/** Moves a `try` block's statements to where the `try` stands, which goes with all that follows. */
function movedOut(
  attempt: TSESTree.TryStatement,
  closing: RegExp,
  follower: number,
  text: string,
): Edit[] | undefined {
  const { block } = attempt;
  const [first] = block.body;
  if (!first || declaresNames(block)) return undefined;
  const bodyStart = nextLine(text, block.range[0]);
  const bodyEnd = lineStart(text, block.range[1]);
  const open = text.slice(attempt.range[0], bodyStart);
  const close = text.slice(bodyEnd, follower);
  // Only where `try {` and `} finally` have lines of their own can the body move out unharmed.
  if (!/^try\s*\{[ \t]*\r?\n$/.test(open) || !closing.test(close)) return undefined;
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

function hasComment(text: string, { body, range }: TSESTree.BlockStatement): boolean {
  const starts = [...body.map((statement) => statement.range[0]), range[1]];
  const ends = [range[0], ...body.map((statement) => statement.range[1])];
  return ends.some((end, index) => /\/[/*]/.test(text.slice(end, starts[index])));
}
