import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "../analysis/code/provenance.js";
import { walk } from "../analysis/code/syntax.js";
import type { Edit } from "./edit.js";
import { indented } from "./indent.js";
import { indentUnit } from "./insert.js";
import { indentationAt, lineStart, nextLine, type SourceStyle } from "./source-style.js";

/** The statements that follow one in its block or `case`. */
export interface Tail {
  readonly statements: readonly TSESTree.Statement[];
  readonly list: TSESTree.BlockStatement | TSESTree.SwitchCase;
  /** The whole lines on which they stand, with all comments. */
  readonly start: number;
  readonly end: number;
  /** Of the statement before. */
  readonly indentation: string;
}

/** Whoever is offered to indent more than this has no way to look it over, and generated code has it. */
export const maximumStatements = 100;

/**
 * What follows a statement, if it can move into a block of its own: whole lines, and nothing
 * declared there that code outside of it names.
 */
export function tailOf(
  statement: TSESTree.Statement,
  text: string,
  provenance: Provenance,
): Tail | undefined {
  const list = statement.parent;
  if (list.type !== "BlockStatement" && list.type !== "SwitchCase") return undefined;
  const all = list.type === "BlockStatement" ? list.body : list.consequent;
  const statements = all.slice(all.indexOf(statement) + 1);
  const [first] = statements;
  const last = statements.at(-1);
  if (!first || !last || statements.length > maximumStatements) return undefined;
  const start = nextLine(text, statement.range[1]);
  const end =
    list.type === "BlockStatement"
      ? lineStart(text, list.range[1] - 1)
      : nextLine(text, last.range[1]);
  const behind = text.slice(last.range[1], end).split("\n", 1)[0]?.trim() ?? "";
  const isWhole =
    first.range[0] >= start &&
    last.range[1] <= end &&
    (behind === "" || behind.startsWith("//")) &&
    text.slice(lineStart(text, statement.range[0]), statement.range[0]).trim() === "";
  if (!isWhole || !statements.every((each) => isSelfContained(each, first, last, provenance))) {
    return undefined;
  }
  return { statements, list, start, end, indentation: indentationAt(text, statement.range[0]) };
}

/**
 * A stretch of statements of a block, under the same conditions: from one that is known to stand
 * there to another, with the comments before the first.
 */
export function stretchOf(
  first: TSESTree.Statement,
  last: TSESTree.Statement,
  text: string,
  provenance: Provenance,
): Tail | undefined {
  const list = first.parent;
  if (list.type !== "BlockStatement" || last.parent !== list) return undefined;
  const from = list.body.indexOf(first);
  const statements = list.body.slice(from, list.body.indexOf(last) + 1);
  const before = list.body[from - 1]?.range[1] ?? list.range[0] + 1;
  if (statements.length === 0 || statements.length > maximumStatements) return undefined;
  const blank = /^(?:[ \t]*\r?\n)*/.exec(text.slice(nextLine(text, before)))?.[0].length ?? 0;
  const start = nextLine(text, before) + blank;
  const end = nextLine(text, last.range[1]);
  const behind = text.slice(last.range[1], end).trim();
  if (
    start > lineStart(text, first.range[0]) ||
    end > list.range[1] ||
    !(behind === "" || behind.startsWith("//")) ||
    !statements.every((each) => isSelfContained(each, first, last, provenance))
  ) {
    return undefined;
  }
  return { statements, list, start, end, indentation: indentationAt(text, first.range[0]) };
}

function isSelfContained(
  statement: TSESTree.Statement,
  first: TSESTree.Statement,
  last: TSESTree.Statement,
  provenance: Provenance,
): boolean {
  if (/^(TS|Export|Import)/.test(statement.type)) return false;
  if (!statement.type.endsWith("Declaration")) return true;
  return provenance
    .declaredBy(statement)
    .every(({ identifiers, references }) =>
      [...identifiers, ...references.map(({ identifier }) => identifier)].every(
        ({ range }) => range[0] >= first.range[0] && range[1] <= last.range[1],
      ),
    );
}

/** Whether a piece of code names something that the tail declares, which outside has no meaning. */
export function namesOf(tail: Tail, code: TSESTree.Node, provenance: Provenance): boolean {
  let names = false;
  walk(code, (node) => {
    const variable = node.type === "Identifier" ? provenance.variableOf(node) : undefined;
    names ||=
      variable?.identifiers.some(
        ({ range }) =>
          range[0] >= tail.start &&
          range[1] <= tail.end &&
          !(range[0] >= code.range[0] && range[1] <= code.range[1]),
      ) ?? false;
    return undefined;
  });
  return names;
}

/** Puts a tail into `try { … }`, and lines into the block that follows it. */
export function wrapInTry(
  tail: Tail,
  follow: { readonly head: string; readonly lines: readonly string[] },
  text: string,
  { lineEnd, semicolon }: SourceStyle,
): Edit[] {
  const { indentation, start, end, list } = tail;
  const unit = indentUnit(text);
  const body = follow.lines.map((line) => indentation + unit + line + semicolon + lineEnd).join("");
  const missingBreak = text.slice(0, end).endsWith("\n") ? "" : lineEnd;
  return [
    { range: [start, start], text: `${indentation}try {${lineEnd}` },
    ...indented(text, { start, end: trimmedEnd(text, end), within: list }, unit),
    {
      range: [end, end],
      text: `${missingBreak}${indentation}} ${follow.head} {${lineEnd}${body}${indentation}}${lineEnd}`,
    },
  ];
}

/** The last line's own break belongs to it, not to a line behind it. */
function trimmedEnd(text: string, end: number): number {
  return text.slice(0, end).endsWith("\n") ? end - 1 : end;
}
