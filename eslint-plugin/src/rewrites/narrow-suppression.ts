import type { TSESTree } from "@typescript-eslint/types";

import type { ExpectedError } from "../resources/known-errors.js";
import type { RejectionHandler } from "../analysis/outcomes/rejections.js";
import { calleeName, isFunction, walk } from "../analysis/code/syntax.js";
import { withoutCatch } from "./dissolve.js";
import type { Edit, Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { importEdits } from "./imports.js";
import { indentUnit } from "./insert.js";
import { isTaken, type Managed } from "./managed.js";
import { indentationAt, type SourceStyle, styleOf } from "./source-style.js";

type SourceFile = Pick<Managed, "ast" | "text" | "project">;

/** `if (!(…)) throw error;` first thing where an error is caught. */
export function narrowAndRethrow(
  handler: TSESTree.CatchClause | RejectionHandler,
  expected: ExpectedError,
  { ast, text }: SourceFile,
): Rewrite | undefined {
  const style = styleOf(text, ast);
  const edits =
    "func" in handler
      ? inFunction(handler, expected, ast, text, style)
      : inClause(handler, expected, ast, text, style);
  const title = `Ignore only ${named(expected)}, and throw every other error`;
  return edits && { kind: "suggestion", title, edits };
}

function named({ kind, value }: ExpectedError): string {
  return kind === "code" ? `errors with the code \`${value}\`` : `a \`${value}\``;
}

/** The statement that throws every error but those that are expected. */
function guard(name: string, expected: ExpectedError, { quote, semicolon }: SourceStyle): string {
  const { kind, value } = expected;
  const test =
    kind === "class"
      ? `${name} instanceof ${value}`
      : `${name} instanceof Error && ${quote}code${quote} in ${name} && ${name}.code === ${quote}${value}${quote}`;
  return `if (!(${test})) throw ${name}${semicolon}`;
}

const errorNames = ["error", "failure", "reason"];

function inClause(
  clause: TSESTree.CatchClause,
  expected: ExpectedError,
  ast: TSESTree.Program,
  text: string,
  style: SourceStyle,
): Edit[] | undefined {
  const { param, body } = clause;
  const name = param?.type === "Identifier" ? param.name : freshName(errorNames, clause, ast);
  if (name === undefined || hasComment(text, body)) return undefined;
  const afterWord = clause.range[0] + "catch".length;
  const named: Edit[] = param ? [] : [{ range: [afterWord, afterWord], text: ` (${name})` }];
  const kept = body.body.map((each) => text.slice(...each.range));
  const written = blockOf([guard(name, expected, style), ...kept], clause, text, style);
  return [...named, { range: body.range, text: written }];
}

function inFunction(
  { func }: RejectionHandler,
  expected: ExpectedError,
  ast: TSESTree.Program,
  text: string,
  style: SourceStyle,
): Edit[] | undefined {
  const { body, params } = func;
  if (func.type !== "ArrowFunctionExpression" || func.returnType || hasComment(text, func)) {
    return undefined;
  }
  const [param] = params;
  const name = param?.type === "Identifier" ? param.name : freshName(errorNames, func, ast);
  if (name === undefined) return undefined;
  const kept =
    body.type === "BlockStatement"
      ? body.body.map((each) => text.slice(...each.range))
      : [`return ${text.slice(...body.range)}${style.semicolon}`];
  const block = blockOf([guard(name, expected, style), ...kept], func, text, style);
  const head = param ? text.slice(func.range[0], param.range[1]) : "";
  const parameters = param ? (head.includes("(") ? `${head})` : `(${name})`) : `(${name})`;
  const prefix = func.async && !param ? "async " : "";
  return [{ range: func.range, text: `${prefix}${parameters} => ${block}` }];
}

function blockOf(
  statements: readonly string[],
  at: TSESTree.Node,
  text: string,
  { lineEnd }: SourceStyle,
): string {
  const outer = indentationAt(text, at.range[0]);
  const inner = outer + indentUnit(text);
  return `{${lineEnd}${statements.map((each) => inner + each + lineEnd).join("")}${outer}}`;
}

function hasComment(text: string, node: TSESTree.Node): boolean {
  return /\/[/*]/.test(text.slice(...node.range));
}

/** `withContext(suppress(…), () => …)` in place of a `try` whose `catch` is empty. */
export function suppressInContext(
  clause: TSESTree.CatchClause,
  expected: ExpectedError,
  file: SourceFile,
): Rewrite | undefined {
  const { ast, text, project } = file;
  const { parent: attempt } = clause;
  const { block, finalizer } = attempt;
  const form = formOf(block);
  const leftOver = text.slice(block.range[1], attempt.range[1]);
  if (!project.dependsOnRuntime || finalizer || !form || clause.body.body.length > 0) {
    return undefined;
  }
  const names = [form === "async" ? "withAsyncContext" : "withContext", "suppress"];
  if (/\/[/*]/.test(leftOver) || names.some((name) => isTaken(name, file))) return undefined;
  const style = styleOf(text, ast);
  const [context = ""] = names;
  const head =
    form === "async"
      ? `await ${context}(suppress(${filterOf(expected, style)}), async () => {`
      : `${context}(suppress(${filterOf(expected, style)}), () => {`;
  return {
    kind: "suggestion",
    title: `Suppress only \`${expected.value}\`, by \`${context}\` and \`suppress\``,
    edits: [
      ...importEdits(names, "unwind", ast, text, style),
      { range: [attempt.range[0], block.range[0] + 1], text: head },
      { range: [block.range[1] - 1, attempt.range[1]], text: `})${style.semicolon}` },
    ],
  };
}

/** What `suppress` takes to name an error. */
export function filterOf({ kind, value }: ExpectedError, { quote }: SourceStyle): string {
  return kind === "class" ? value : `{ code: ${quote}${value}${quote} }`;
}

/** Whether a block can become a function's body: it leaves by no jump and assigns no outer variable. */
function formOf(block: TSESTree.BlockStatement): "sync" | "async" | undefined {
  let form: "sync" | "async" | undefined = "sync";
  walk(block, (node) => {
    if (isFunction(node)) return false;
    if (/^(Break|Continue|Return|Yield|Assignment|Update)/.test(node.type)) form = undefined;
    if (node.type === "Identifier" && node.name === "arguments") form = undefined;
    if (node.type === "AwaitExpression" && form) form = "async";
    if (node.type === "ForOfStatement" && node.await && form) form = "async";
    return form !== undefined;
  });
  return form;
}

/** Takes the handler away, so that the failure reaches whoever called. */
export function letThrough(
  handler: TSESTree.CatchClause | RejectionHandler,
  subject: TSESTree.Node,
  text: string,
): Rewrite | undefined {
  const edits = "func" in handler ? withoutHandler(handler, text) : withoutCatch(handler, text);
  const call = subject.type === "CallExpression" ? calleeName(subject.callee) : "";
  const what = call === "" ? "the failure" : `a failure of \`${call}()\``;
  return edits && { kind: "suggestion", title: `Let ${what} reach the caller`, edits };
}

/** Only where somebody waits for the promise; else nobody would handle the rejection. */
function withoutHandler(
  { call, guarded, method }: RejectionHandler,
  text: string,
): Edit[] | undefined {
  const { parent } = call;
  const waits = parent.type === "AwaitExpression" || parent.type === "ReturnStatement";
  const [start, end] = [guarded.range[1], call.range[1]];
  if (!waits || method !== "catch" || /\/[/*]/.test(text.slice(start, end))) return undefined;
  return [{ range: [start, end], text: "" }];
}
