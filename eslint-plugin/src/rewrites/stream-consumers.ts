import type { TSESTree } from "@typescript-eslint/types";

import { analysisOf } from "../analysis/file-analysis.js";
import {
  calleeName,
  contains,
  isFunction,
  memberName,
  pathName,
  unwrap,
  wrapped,
} from "../analysis/code/syntax.js";
import { ByteStreams } from "../analysis/text/byte-streams.js";
import type { SplitChunk } from "../analysis/text/split-chunks.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { importEdits } from "./imports.js";
import { isTaken } from "./managed.js";
import { isTypeScript, type RewrittenFile } from "./replace-accumulator.js";
import { styleOf } from "./source-style.js";

const module = "node:stream/consumers";

/**
 * Reads the whole of one of Node's streams with `text` or `json` of `node:stream/consumers`, where
 * the code around a chunk does nothing but that: a loop after the text's declaration, or a promise
 * around three listeners.
 */
export function streamConsumers(split: SplitChunk, file: RewrittenFile): Rewrite | undefined {
  const { source, growth, decoding, kind } = split;
  if (kind !== "wide" || source.stream === undefined || growth.kind !== "append") return undefined;
  // `text` decodes UTF-8, and adds nothing to the chunks.
  const [piece] = growth.pieces;
  if (growth.pieces.length !== 1 || growth.atFront || !piece || !isOf(piece, split))
    return undefined;
  if (decoding.type === "CallExpression" && !decodesUtf8(decoding)) return undefined;
  const { provenance } = analysisOf(file);
  if (!new ByteStreams(file, provenance).givesBytes(source.stream)) return undefined;
  const found = source.kind === "iteration" ? inLoop(split, file) : inPromise(split, file);
  if (!found) return undefined;
  const { helper, at, edits } = found;
  const local = localName(helper, at, file);
  if (local === undefined) return undefined;
  const { text, ast } = file;
  const specifier = local === helper ? helper : `${helper} as ${local}`;
  const ordered = inOrder([
    ...edits(`${local}(${textOf(source.stream, text)})`),
    ...importEdits([specifier], module, ast, text, styleOf(text, ast)),
  ]);
  const name = pathName(source.stream);
  return (
    ordered && {
      kind: "suggestion",
      title: `Read all of ${name === undefined ? "the stream" : `\`${name}\``} with \`${helper}\` of \`${module}\``,
      edits: ordered,
    }
  );
}

interface Collection {
  readonly helper: "text" | "json";
  readonly at: TSESTree.Node;
  readonly edits: (call: string) => Edit[];
}

/** `let text = ""; for await (const chunk of stream) text += chunk;` */
function inLoop(split: SplitChunk, file: RewrittenFile): Collection | undefined {
  const { source, growth, accumulator } = split;
  const { text } = file;
  if (source.kind !== "iteration") return undefined;
  const { loop } = source;
  const declared = declarationOf(split);
  if (!declared || !isOnly(loop.body, growth.node)) return undefined;
  const { declaration, declarator } = declared;
  if (nextAfter(declaration) !== loop || hasComments(text, declaration.range[0], loop.range[1])) {
    return undefined;
  }
  const others = accumulator.accesses.filter(({ node }) => !contains(loop, node));
  const [use] = others;
  const parse = use?.at;
  const isParsed =
    others.length === 1 &&
    parse?.type === "CallExpression" &&
    calleeName(parse.callee) === "JSON.parse" &&
    parse.arguments.length === 1 &&
    parse.arguments[0] === use?.node &&
    isFirstIn(parse, nextAfter(loop)) &&
    (!isTypeScript(file) || parse.parent.type === "TSAsExpression");
  if (isParsed) {
    const next = nextAfter(loop);
    if (!next || hasComments(text, loop.range[1], next.range[0])) return undefined;
    return {
      helper: "json",
      at: loop,
      edits: (call) => [
        { range: [declaration.range[0], next.range[0]], text: "" },
        { range: parse.range, text: awaited(call, parse) },
      ],
    };
  }
  const grows = others.some(({ kind }) => kind === "grow" || kind === "write");
  const semicolon = text.slice(declarator.range[1], declaration.range[1]).trim();
  const name = textOf(declarator.id, text);
  return {
    helper: "text",
    at: loop,
    edits: (call) => [
      {
        range: [declaration.range[0], loop.range[1]],
        text: `${grows ? "let" : "const"} ${name} = await ${call}${semicolon}`,
      },
    ],
  };
}

/** `new Promise((resolve, reject) => { let text = ""; stream.on("data", …).on("end", …)… })` */
function inPromise(split: SplitChunk, file: RewrittenFile): Collection | undefined {
  const { source, growth, accumulator } = split;
  if (source.kind !== "listener" || !isOnlyStatementOf(source.node, growth.node)) return undefined;
  const declared = declarationOf(split);
  const block = declared?.declaration.parent;
  const executor = block?.type === "BlockStatement" ? block.parent : undefined;
  if (!declared || block?.type !== "BlockStatement" || !executor || !isFunction(executor)) {
    return undefined;
  }
  const promise = wrapped(executor).parent;
  const [resolve, reject] = executor.params;
  if (promise?.type !== "NewExpression" || calleeName(promise.callee) !== "Promise")
    return undefined;
  if (resolve?.type !== "Identifier" || reject?.type !== "Identifier") return undefined;
  const calls = listenersIn(block, declared.declaration, pathName(source.stream));
  if (calls?.size !== 3 || calls.get("data") !== source.call) return undefined;
  const failed = calls.get("error")?.arguments[1];
  const ended = calls.get("end")?.arguments[1];
  if (failed?.type !== "Identifier" || failed.name !== reject.name || !ended) return undefined;
  const given = resolvedBy(ended, resolve.name);
  const uses = accumulator.accesses.filter(({ kind }) => kind !== "grow" && kind !== "self");
  const [use] = uses;
  if (!given || !use || uses.length !== 1) return undefined;
  const isText = given === use.node;
  const isParsed =
    given === use.at &&
    given.type === "CallExpression" &&
    calleeName(given.callee) === "JSON.parse" &&
    given.arguments.length === 1 &&
    !isTypeScript(file);
  if (!isText && !isParsed) return undefined;
  if (hasComments(file.text, ...promise.range)) return undefined;
  return {
    helper: isText ? "text" : "json",
    at: promise,
    edits: (call) => [{ range: promise.range, text: call }],
  };
}

/** The listeners that a block consists of, after a declaration; undefined where it does more. */
function listenersIn(
  block: TSESTree.BlockStatement,
  declaration: TSESTree.Node,
  stream: string | undefined,
): ReadonlyMap<unknown, TSESTree.CallExpression> | undefined {
  const calls = new Map<unknown, TSESTree.CallExpression>();
  for (const statement of block.body) {
    if (statement === declaration) continue;
    if (statement.type !== "ExpressionStatement") return undefined;
    let at = unwrap(statement.expression);
    while (at.type === "CallExpression") {
      const callee = unwrap(at.callee);
      const [event] = at.arguments;
      if (callee.type !== "MemberExpression" || at.arguments.length !== 2) return undefined;
      if (!/^(on|once|addListener)$/.test(memberName(callee) ?? "")) return undefined;
      if (event?.type !== "Literal" || calls.has(event.value)) return undefined;
      calls.set(event.value, at);
      at = unwrap(callee.object);
    }
    if (stream === undefined || pathName(at) !== stream) return undefined;
  }
  return calls;
}

/** What a listener resolves a promise with, if it does nothing else. */
function resolvedBy(listener: TSESTree.Node, resolve: string): TSESTree.Node | undefined {
  if (!isFunction(listener) || listener.params.length > 0) return undefined;
  const { body } = listener;
  const [only] = body.type === "BlockStatement" ? body.body : [];
  const call =
    body.type !== "BlockStatement"
      ? body
      : body.body.length === 1 && only?.type === "ExpressionStatement"
        ? only.expression
        : undefined;
  if (call?.type !== "CallExpression" || call.arguments.length !== 1) return undefined;
  return calleeName(call.callee) === resolve ? call.arguments[0] : undefined;
}

/** The declaration of a text of its own that begins empty. */
function declarationOf({
  accumulator,
}: SplitChunk):
  | { declaration: TSESTree.VariableDeclaration; declarator: TSESTree.VariableDeclarator }
  | undefined {
  const { variable, isField } = accumulator;
  const declarator = variable?.defs.length === 1 ? variable.defs[0]?.node : undefined;
  if (isField || declarator?.type !== "VariableDeclarator") return undefined;
  const { parent: declaration, init } = declarator;
  const isEmpty =
    (init?.type === "Literal" && init.value === "") ||
    (init?.type === "TemplateLiteral" &&
      init.quasis[0]?.value.raw === "" &&
      init.quasis.length === 1);
  if (!isEmpty || declaration.declarations.length !== 1 || declaration.kind === "var")
    return undefined;
  return { declaration, declarator };
}

function isOf(piece: TSESTree.Node, { decoding }: SplitChunk): boolean {
  const node = unwrap(piece);
  if (node === decoding) return true;
  const isTemplate = node.type === "TemplateLiteral" && node.expressions.length === 1;
  return (
    isTemplate &&
    node.quasis.every(({ value }) => value.raw === "") &&
    node.expressions[0] !== undefined &&
    unwrap(node.expressions[0]) === decoding
  );
}

function decodesUtf8({ callee, arguments: [argument, second] }: TSESTree.CallExpression): boolean {
  if (calleeName(callee) === "String") return true;
  const member = unwrap(callee);
  if (member.type !== "MemberExpression" || memberName(member) !== "toString" || second)
    return false;
  return !argument || (argument.type === "Literal" && /^utf-?8$/i.test(String(argument.value)));
}

/** Whether a statement is nothing but an expression, within braces or not. */
function isOnly(statement: TSESTree.Statement, expression: TSESTree.Node): boolean {
  if (statement.type === "BlockStatement") {
    const [only] = statement.body;
    return statement.body.length === 1 && only !== undefined && isOnly(only, expression);
  }
  return statement.type === "ExpressionStatement" && statement.expression === expression;
}

function isOnlyStatementOf(func: TSESTree.Node, expression: TSESTree.Node): boolean {
  if (!isFunction(func)) return false;
  return func.body.type === "BlockStatement"
    ? isOnly(func.body, expression)
    : func.body === expression;
}

function nextAfter(statement: TSESTree.Node): TSESTree.Statement | undefined {
  const { parent } = statement;
  if (parent?.type !== "BlockStatement" && parent?.type !== "Program") return undefined;
  const body: readonly TSESTree.Node[] = parent.body;
  return body[body.indexOf(statement) + 1] as TSESTree.Statement | undefined;
}

/** Whether a statement begins by evaluating an expression, as good as. */
function isFirstIn(expression: TSESTree.Node, statement: TSESTree.Statement | undefined): boolean {
  const whole = wrapped(expression);
  const { parent } = whole;
  if (!statement || !parent) return false;
  if (parent === statement) return parent.type === "ReturnStatement";
  return parent.type === "VariableDeclarator" && parent.parent === statement;
}

/** `await` binds looser than what may follow a call. */
function awaited(call: string, { parent }: TSESTree.Node): string {
  return parent?.type === "MemberExpression" ? `(await ${call})` : `await ${call}`;
}

function localName(
  helper: "text" | "json",
  at: TSESTree.Node,
  file: RewrittenFile,
): string | undefined {
  if (!isTaken(helper, file, module)) return helper;
  const { ast, text } = file;
  // A `require` cannot rename it so.
  const imports = ast.body.some(({ type }) => type === "ImportDeclaration");
  if (ast.sourceType === "script" || (!imports && /\brequire\(/.test(text))) return undefined;
  return freshName(
    helper === "text" ? ["readText", "wholeText"] : ["readJson", "wholeJson"],
    at,
    ast,
  );
}

function hasComments(text: string, start: number, end: number): boolean {
  return /\/[/*]/.test(text.slice(start, end));
}

function textOf({ range }: TSESTree.Node, text: string): string {
  return text.slice(...range);
}
