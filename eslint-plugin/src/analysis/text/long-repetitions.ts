import type { TSESTree } from "@typescript-eslint/types";

import {
  answerLimits,
  enoughToCopy,
  manyOfThem,
  textsOfData,
} from "../../resources/text-functions.js";
import {
  calleeName,
  enclosingFunction,
  isFunction,
  lastName,
  memberName,
  pathName,
  unwrap,
  walk,
} from "../code/syntax.js";
import type { Provenance } from "../code/provenance.js";
import { lastWord, wordsOf } from "../code/words.js";
import type { FileAnalysis } from "../file-analysis.js";
import type { Loop, Repetition } from "../flow/repetitions.js";
import type { Accumulator } from "./accumulators.js";
import { ChunkOrigins } from "./chunk-origins.js";
import { isLongMatch, isLongText, isShortBytes } from "./long-texts.js";
import { goesDown } from "./recursions.js";
import { constantOf } from "./short-repetitions.js";

/** What single pieces of a text or of bytes are called. */
const characters: ReadonlySet<string> = new Set(["byte", "c", "ch", "char", "character"]);

/**
 * Whether it shows that a repetition can be long, because of what it goes through: the pieces of a
 * stream, rows, bytes, the characters of what is called as a long text. Most loops are short, and a
 * loop of which nobody can tell is taken for one of those.
 */
export function isPlainlyLong(
  repetition: Repetition,
  analysis: FileAnalysis,
  text: string | undefined,
): boolean {
  if (!isOfMany(repetition, analysis, manyOfThem)) return false;
  // Tables that people read have few rows, exports have many.
  return !isOfRows(repetition) || (text !== undefined && textsOfData.has(lastWord(text)));
}

/** Whether a repetition goes through rows that a variable holds, not a part of a result. */
function isOfRows(repetition: Repetition): boolean {
  const { collection, parts } = headOf(repetition);
  const isRow = parts.some((part) => namesIn(part).some((name) => lastWord(name) === "row"));
  return isRow && !(collection && unwrap(collection).type === "MemberExpression");
}

function namesIn(node: TSESTree.Node): readonly string[] {
  const names: string[] = [];
  walk(node, (each) => {
    if (each.type === "Identifier") names.push(each.name);
    return undefined;
  });
  return names;
}

/** What a repetition goes through, and all that its head names. */
function headOf(repetition: Repetition): {
  collection: TSESTree.Node | undefined;
  parts: readonly TSESTree.Node[];
} {
  const { node } = repetition;
  if (repetition.kind !== "loop") {
    const callee = unwrap(repetition.call.callee);
    const collection = callee.type === "MemberExpression" ? callee.object : undefined;
    return { collection, parts: [...(collection ? [collection] : []), ...repetition.node.params] };
  }
  if (node.type === "ForOfStatement")
    return { collection: node.right, parts: [node.left, node.right] };
  const test = "test" in node ? node.test : null;
  return { collection: undefined, parts: test ? [test] : [] };
}

/** The same for copies of all that there is, which fewer rounds make felt. */
export function isLongForCopies(
  repetition: Repetition,
  analysis: FileAnalysis,
  accumulator?: Accumulator,
): boolean {
  return (
    (isOfMany(repetition, analysis, new Set([...manyOfThem, ...enoughToCopy])) &&
      !isOfRows(repetition)) ||
    goesDown(repetition, analysis, accumulator)
  );
}

function isOfMany(
  repetition: Repetition,
  analysis: FileAnalysis,
  many: ReadonlySet<string>,
): boolean {
  if (repetition.kind === "event") {
    const callee = unwrap(repetition.call.callee);
    const stream = callee.type === "MemberExpression" ? callee.object : callee;
    return isLongStream(stream, repetition.node, analysis);
  }
  if (repetition.kind === "callback") {
    const callee = unwrap(repetition.call.callee);
    const isReduce = (lastName(callee) ?? "").startsWith("reduce");
    const element = repetition.node.params[isReduce ? 1 : 0];
    return (
      callee.type === "MemberExpression" &&
      (hasName(element, many) || isLongCollection(callee.object, analysis, many))
    );
  }
  const { node } = repetition;
  switch (node.type) {
    case "ForInStatement":
      return false;
    case "ForOfStatement": {
      if (node.await) return isLongStream(node.right, node, analysis);
      const id =
        node.left.type === "VariableDeclaration" ? node.left.declarations[0].id : node.left;
      return (
        hasName(id, many) ||
        isLongCollection(node.right, analysis, many) ||
        isLongText(node.right, hasName(id, characters) ? undefined : node.body, analysis)
      );
    }
    case "ForStatement":
      return (
        node.test !== null &&
        !goesInStrides(node) &&
        (isLongCount(node.test, node.body, analysis, many) ||
          (node.init?.type === "VariableDeclaration" && isReader(node)))
      );
    default:
      return isReader(node) || isLongCount(node.test, node.body, analysis, many);
  }
}

/** A stream that does not bring little, and was not asked for little. */
function isLongStream(
  stream: TSESTree.Node,
  at: TSESTree.Node,
  { provenance }: FileAnalysis,
): boolean {
  if (isLimited(stream, provenance)) return false;
  const [root] = (pathName(stream) ?? "").split(".");
  // What a request holds is as long as those who send it make it, and they are few.
  if (root !== undefined && /^(req|request|ctx|context)$/i.test(root)) return false;
  return !new ChunkOrigins(provenance).isPlain(stream) && !isAskedForLittle(at);
}

/** `body.pipeThrough(limitBytes(MAX_BYTES))`: a stream that is cut off, or fails, where it gets long. */
function isLimited(stream: TSESTree.Node, provenance: Provenance): boolean {
  const node = unwrap(stream);
  let found = false;
  walk(node.type === "Identifier" ? (constantOf(node, provenance) ?? node) : node, (each) => {
    if (isFunction(each)) return false;
    const name =
      each.type === "CallExpression" || each.type === "NewExpression" ? lastName(each.callee) : "";
    found ||= wordsOf(name ?? "")
      .split(" ")
      .some((word) => /^limit(s|ed|er|ing)?$/.test(word));
    return undefined;
  });
  return found;
}

/** Whether a language model is asked something that is written out, or may answer little. */
function isAskedForLittle(at: TSESTree.Node): boolean {
  const scope = enclosingFunction(at);
  const properties: TSESTree.Property[] = [];
  if (scope) {
    walk(scope, (node) => {
      if (node.type === "Property") properties.push(node);
      return undefined;
    });
  }
  return properties.some(({ key, value }) => {
    if (key.type !== "Identifier") return false;
    if (answerLimits.has(key.name)) return value.type === "Literal" && Number(value.value) <= 2048;
    const isWritten =
      value.type === "Literal" ||
      (value.type === "TemplateLiteral" && value.expressions.length === 0);
    return key.name === "prompt" && isWritten;
  });
}

function hasName(node: TSESTree.Node | undefined, many: ReadonlySet<string>): boolean {
  return node?.type === "Identifier" && many.has(lastWord(node.name));
}

function isLongCollection(
  expression: TSESTree.Node,
  analysis: FileAnalysis,
  many: ReadonlySet<string>,
): boolean {
  const node = unwrap(expression);
  if (node.type === "ArrayExpression") {
    // `[...text]`
    const [only] = node.elements;
    return (
      node.elements.length === 1 &&
      only?.type === "SpreadElement" &&
      isLongCollection(only.argument, analysis, many)
    );
  }
  if (node.type === "CallExpression") {
    const callee = unwrap(node.callee);
    if (calleeName(callee) === "Array.from" && node.arguments[0]) {
      return isLongCollection(node.arguments[0], analysis, many);
    }
    if (callee.type !== "MemberExpression") return false;
    return (
      /^(entries|filter|flat|map|matchAll|reverse|split|toReversed|trim|values)$/.test(
        memberName(callee) ?? "",
      ) && isLongCollection(callee.object, analysis, many)
    );
  }
  return many.has(lastWord(childNodes(lastName(node)))) && !isShortBytes(node, analysis);
}

/** `childNodes` is a word of its own. */
function childNodes(name: string | undefined): string | undefined {
  return name?.replace(/childNodes$/i, "childnodes");
}

/** `index < rows.length` */
function isLongCount(
  test: TSESTree.Expression,
  body: TSESTree.Node,
  analysis: FileAnalysis,
  many: ReadonlySet<string>,
): boolean {
  const comparison = unwrap(test);
  if (comparison.type === "AssignmentExpression") return isLongMatch(comparison.right);
  if (comparison.type !== "BinaryExpression") return false;
  return [comparison.left, comparison.right].some((side) => {
    const bound = unwrap(side);
    if (bound.type === "AssignmentExpression") return isLongMatch(bound.right);
    const value = bound.type === "Identifier" ? constantOf(bound, analysis.provenance) : bound;
    const node = value && unwrap(value);
    return (
      node?.type === "MemberExpression" &&
      /^(length|byteLength)$/.test(memberName(node) ?? "") &&
      (isLongCollection(node.object, analysis, many) || isLongText(node.object, body, analysis))
    );
  });
}

/** `index += size`: pieces that are long themselves, so that there are few. */
function goesInStrides({ update }: TSESTree.ForStatement): boolean {
  if (update?.type !== "AssignmentExpression") return false;
  return !(update.right.type === "Literal" && Number(update.right.value) <= 4);
}

/** `await reader.read()` in each round. */
function isReader(loop: Loop): boolean {
  let found = false;
  walk(loop, (node) => {
    if (isFunction(node)) return false;
    if (node.type !== "AwaitExpression") return undefined;
    const call = unwrap(node.argument);
    const callee = call.type === "CallExpression" ? unwrap(call.callee) : undefined;
    found ||=
      callee?.type === "MemberExpression" &&
      memberName(callee) === "read" &&
      /reader$/i.test(lastName(callee.object) ?? "");
    return undefined;
  });
  return found;
}
