import type { TSESTree } from "@typescript-eslint/types";

import { analysisOf } from "../analysis/file-analysis.js";
import type { SplitChunk } from "../analysis/text/split-chunks.js";
import {
  contains,
  isFunction,
  memberName,
  pathName,
  unwrap,
  walk,
  wrapped,
} from "../analysis/code/syntax.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { importEdits } from "./imports.js";
import { insertBefore } from "./insert.js";
import { insertAfter } from "./list-and-join.js";
import { addition, isTaken } from "./managed.js";
import type { RewrittenFile } from "./replace-accumulator.js";
import { styleOf } from "./source-style.js";

/** Lets a stream, or something that knows of the chunk before, make text of bytes. */
export function wholeCharacters(split: SplitChunk, file: RewrittenFile): Rewrite | undefined {
  if (split.kind === "padded") return undefined;
  switch (split.source.kind) {
    case "listener":
      return setEncoding(split, file);
    case "iteration":
      return decodeIteration(split, file);
    case "reader":
      return undefined;
  }
}

function setEncoding(split: SplitChunk, file: RewrittenFile): Rewrite | undefined {
  const { text, ast } = file;
  const { source, decoding } = split;
  if (source.kind !== "listener" || !isOnlyDecoded(split)) return undefined;
  const stream = pathName(source.stream);
  if (stream === undefined || isReadOtherwise(stream, source.call, ast)) return undefined;
  // A decoder takes bytes.
  if (decoding.type === "CallExpression" && decoding.arguments.length > 0) {
    const callee = unwrap(decoding.callee);
    if (callee.type !== "MemberExpression" || memberName(callee) !== "toString") return undefined;
  }
  let at: TSESTree.Node = source.call;
  while (at.parent && !/Statement$|Declaration$/.test(at.type) && !isFunction(at)) at = at.parent;
  if (at.type !== "ExpressionStatement") return undefined;
  const style = styleOf(text, ast);
  const { callee } = source.call;
  const optional =
    unwrap(callee).type === "MemberExpression" && /\?\.\s*\w+$/.test(textOf(callee, text));
  const subject = text.slice(...source.stream.range);
  const quoted = `${style.quote}utf8${style.quote}`;
  const code = `${subject}${optional ? "?." : "."}setEncoding(${quoted})`;
  const inserted = insertBefore(at, code, text, style);
  const annotated = annotationEdits(split, text);
  const edits = inserted && annotated && inOrder([...inserted, ...annotated]);
  return (
    edits && {
      kind: "suggestion",
      title: `Let \`${stream}\` decode its bytes: \`setEncoding(${quoted})\``,
      edits,
    }
  );
}

function textOf({ range }: TSESTree.Node, text: string): string {
  return text.slice(...range);
}

/** What comes is a text then: `(chunk: Buffer)` has to say so. */
function annotationEdits(
  { chunk, growth, decoding }: SplitChunk,
  text: string,
): Edit[] | undefined {
  const name = chunk?.defs[0]?.name;
  const annotation = name?.type === "Identifier" ? name.typeAnnotation?.typeAnnotation : undefined;
  if (!annotation) return [];
  const edits: Edit[] = [{ range: annotation.range, text: "string" }];
  if (decoding.type === "CallExpression" && chunk) {
    edits.push({ range: decoding.range, text: chunk.name });
  }
  return contains(growth.node, decoding) || text !== "" ? edits : undefined;
}

/** Whether the chunk is used for nothing but the text that is made of it. */
function isOnlyDecoded({ chunk, decoding }: SplitChunk): boolean {
  return (
    chunk?.references.every(
      ({ identifier, init }) => init === true || contains(decoding, identifier),
    ) === true
  );
}

/** Whether a stream is read by something else as well, which would get texts, too. */
function isReadOtherwise(
  stream: string,
  call: TSESTree.CallExpression,
  ast: TSESTree.Program,
): boolean {
  let found = false;
  walk(ast, (node) => {
    if (node.type !== "CallExpression" || node === call) return undefined;
    const callee = unwrap(node.callee);
    if (callee.type !== "MemberExpression" || pathName(callee.object) !== stream) return undefined;
    const method = memberName(callee) ?? "";
    const [event] = node.arguments;
    const reads = event?.type === "Literal" && /^(data|readable)$/.test(String(event.value));
    found ||= /^(pipe|pipeTo|read|unshift)$/.test(method) || reads;
    return undefined;
  });
  return found;
}

function decodeIteration(split: SplitChunk, file: RewrittenFile): Rewrite | undefined {
  const { text, ast, project } = file;
  const { source, decoding, chunk } = split;
  if (source.kind !== "iteration" || !isOnlyDecoded(split) || !chunk) return undefined;
  const [helper, module] = ["decodeText", "unwind/streams"];
  if (isTaken(helper, { ast, text }, module)) return undefined;
  const { right } = source.loop;
  const edits: Edit[] = [
    { range: right.range, text: `${helper}(${textOf(right, text)})` },
    ...importEdits([helper], module, ast, text, styleOf(text, ast)),
  ];
  if (decoding.type === "CallExpression") edits.push({ range: decoding.range, text: chunk.name });
  const ordered = inOrder(edits);
  const { provenance } = analysisOf(file);
  const isPlain = provenance.declaredBy(source.loop.left).length === 1 && wrapped(right) === right;
  return ordered && isPlain
    ? {
        kind: "suggestion",
        title: `Decode with \`${helper}\` of \`${module}\`, which keeps characters whole${addition({ project })}`,
        edits: ordered,
      }
    : undefined;
}

/** Tells a decoder that more comes, and after the loop that nothing does. */
export function decodeAsStream(split: SplitChunk, file: RewrittenFile): Rewrite | undefined {
  const { text, ast } = file;
  const { decoding, growth, accumulator, source } = split;
  if (decoding.type !== "CallExpression" || decoding.arguments.length !== 1) return undefined;
  const callee = unwrap(decoding.callee);
  const decoder = callee.type === "MemberExpression" ? callee.object : undefined;
  if (decoder?.type !== "Identifier" || source.kind === "listener") return undefined;
  const variable = analysisOf(file).provenance.variableOf(decoder);
  const uses = variable?.references.filter(({ init }) => !init) ?? [];
  const declared = variable?.defs[0]?.name;
  if (uses.length !== 1 || !declared || contains(source.node, declared)) return undefined;
  let returns =
    source.node.parent?.type !== "BlockStatement" && source.node.parent?.type !== "Program";
  walk(source.node, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "ReturnStatement" || (node.type === "BreakStatement" && node.label)) {
      returns = true;
    }
    return undefined;
  });
  const [argument] = decoding.arguments;
  const style = styleOf(text, ast);
  const rest = `${decoder.name}.decode()`;
  const line =
    growth.kind === "push" ? `${accumulator.name}.push(${rest})` : `${accumulator.name} += ${rest}`;
  const after = insertAfter(source.node, line + style.semicolon, text, style.lineEnd);
  if (returns || !argument || !after || growth.atFront) return undefined;
  const edits = inOrder([
    { range: [argument.range[1], argument.range[1]], text: ", { stream: true }" },
    after,
  ]);
  return (
    edits && {
      kind: "suggestion",
      title: `Decode with \`{ stream: true }\`, and what is left after the loop`,
      edits,
    }
  );
}
