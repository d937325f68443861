import type { TSESTree } from "@typescript-eslint/types";

import { enclosingFunction, unwrap } from "../analysis/code/syntax.js";
import { type Exit, exitsOf } from "./block-exits.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { indentUnit, insertBefore } from "./insert.js";
import { isQuiet } from "./quiet.js";
import { indentationAt, lineStart, type SourceStyle, styleOf } from "./source-style.js";

interface SourceFile {
  readonly ast: TSESTree.Program;
  readonly text: string;
}

/**
 * Calls `complete()` before each way out of the block of a `using` that is no exception, or before one
 * `return` alone. What a `return` computes is computed before that, because it may fail. None where
 * something could still fail behind `complete()`, or where no statement can be put before a way out.
 */
export function completeBeforeExits(
  declaration: TSESTree.VariableDeclaration,
  name: string,
  missed: TSESTree.ReturnStatement | undefined,
  { ast, text }: SourceFile,
): Rewrite[] {
  const { parent: block } = declaration;
  if (block.type !== "BlockStatement" && block.type !== "Program") return [];
  const style = styleOf(text, ast);
  const exits = missed ? [missed] : exitsOf(declaration, block);
  if (!exits) return [];
  const edits: Edit[] = [];
  for (const exit of exits) {
    const edit = completeBefore(exit, name, ast, text, style);
    if (!edit) return [];
    edits.push(...edit);
  }
  if (!missed && mayEnd(block.body)) {
    const edit = completeAtEnd(block, name, text, style);
    if (!edit) return [];
    edits.push(...edit);
  }
  const ordered = inOrder(edits);
  if (!ordered || ordered.length === 0) return [];
  const several = missed
    ? "this `return`"
    : exits.length === 0
      ? "the end of the block"
      : "each regular way out";
  return [
    { kind: "suggestion", title: `Call \`${name}.complete()\` before ${several}`, edits: ordered },
  ];
}

function completeBefore(
  exit: Exit,
  name: string,
  ast: TSESTree.Program,
  text: string,
  style: SourceStyle,
): Edit[] | undefined {
  const complete = `${name}.complete()`;
  const argument = exit.type === "ReturnStatement" ? exit.argument : null;
  if (!argument || isQuiet(argument)) return insertBefore(exit, complete, text, style);
  const result = freshName(["result", "outcome", "answer"], exit, ast);
  const func = enclosingFunction(exit);
  if (result === undefined || !func || hasComment(text, exit, argument)) return undefined;
  const awaits =
    func.async && unwrap(argument).type !== "AwaitExpression" && mayBePromise(argument);
  const { semicolon, lineEnd } = style;
  const [start, end] = exit.range;
  const line = lineEnd + lineIndentation(exit, text);
  const [from, to] = argument.range;
  const isBranch = exit.parent.type === "IfStatement";
  if (!isBranch && text.slice(lineStart(text, start), start).trim() !== "") return undefined;
  const head = `const ${result} = ${awaits ? "await " : ""}`;
  const value = needsParentheses(argument, awaits) ? ["(", ")"] : ["", ""];
  const closing = isBranch ? `${lineEnd}${indentationAt(text, exit.parent.range[0])}}` : "";
  return [
    { range: [start, from], text: `${isBranch ? `{${line}` : ""}${head}${value[0] ?? ""}` },
    {
      range: [to, end],
      text: `${value[1] ?? ""}${semicolon}${line}${complete}${semicolon}${line}return ${result}${semicolon}${closing}`,
    },
  ];
}

function lineIndentation(exit: Exit, text: string): string {
  return exit.parent.type === "IfStatement"
    ? indentationAt(text, exit.parent.range[0]) + indentUnit(text)
    : indentationAt(text, exit.range[0]);
}

/** Between `return`, its value and its end: what stands there would be lost. */
function hasComment(text: string, exit: TSESTree.Node, argument: TSESTree.Node): boolean {
  const around =
    text.slice(exit.range[0], argument.range[0]) + text.slice(argument.range[1], exit.range[1]);
  return /\/[/*]/.test(around);
}

function needsParentheses({ type }: TSESTree.Node, awaits: boolean): boolean {
  return awaits && !/^(Call|Member|New|Chain|Identifier)/.test(type);
}

/** An object, an array or a text that is written down is no promise. */
function mayBePromise(argument: TSESTree.Node): boolean {
  return !/^(Array|Object|Template|Binary|Literal|Unary)/.test(unwrap(argument).type);
}

function completeAtEnd(
  block: TSESTree.BlockStatement | TSESTree.Program,
  name: string,
  text: string,
  { semicolon, lineEnd }: SourceStyle,
): Edit[] | undefined {
  const last = block.body.at(-1);
  if (!last) return undefined;
  const indentation = indentationAt(text, last.range[0]);
  if (text.slice(lineStart(text, last.range[0]), last.range[0]).trim() !== "") return undefined;
  const end = text.indexOf("\n", last.range[1]);
  const rest = text.slice(last.range[1], end === -1 ? text.length : end).trim();
  if (rest !== "" && !rest.startsWith("//")) return undefined;
  const at = end === -1 ? text.length : text[end - 1] === "\r" ? end - 1 : end;
  return [{ range: [at, at], text: `${lineEnd}${indentation}${name}.complete()${semicolon}` }];
}

/** Whether control may come to the end of a list of statements, as far as its last one tells. */
function mayEnd(statements: readonly TSESTree.Statement[]): boolean {
  const last = statements.at(-1);
  if (!last) return true;
  switch (last.type) {
    case "ReturnStatement":
    case "ThrowStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return false;
    case "BlockStatement":
      return mayEnd(last.body);
    case "IfStatement":
      return !last.alternate || mayEnd([last.consequent]) || mayEnd([last.alternate]);
    case "TryStatement":
      return last.finalizer && !mayEnd(last.finalizer.body)
        ? false
        : mayEnd(last.block.body) || (last.handler !== null && mayEnd(last.handler.body.body));
    default:
      return true;
  }
}
