import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import {
  childStreams,
  evenEncodings,
  paddedEncodings,
  streamNames,
  wideEncodings,
} from "../../resources/byte-streams.js";
import type { TypeSource } from "../../types/type-source.js";
import { type Accumulator, accumulatorsOf } from "./accumulators.js";
import { ChunkOrigins } from "./chunk-origins.js";
import { isKept } from "./kept-texts.js";
import { isNoAnswer } from "./short-answers.js";
import { ByteStreams } from "./byte-streams.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import type { Growth } from "./growths.js";
import type { Provenance } from "../code/provenance.js";
import { repetitionOf, repetitionsAround } from "../flow/repetitions.js";
import {
  calleeName,
  contains,
  isFunction,
  lastName,
  memberName,
  unwrap,
  walk,
} from "../code/syntax.js";
import { kindOfAnnotation } from "../code/value-kinds.js";
import { lastWord } from "../code/words.js";

/** Where chunks come from, one after the other. */
export type ChunkSource =
  /** `stream.on("data", (chunk) => …)` */
  | {
      readonly kind: "listener";
      readonly call: TSESTree.CallExpression;
      readonly stream: TSESTree.Node;
      readonly node: TSESTree.Node;
    }
  /** `for await (const chunk of stream)` */
  | {
      readonly kind: "iteration";
      readonly loop: TSESTree.ForOfStatement;
      readonly stream: TSESTree.Node;
      readonly node: TSESTree.Node;
    }
  /** `await reader.read()` in a loop. */
  | { readonly kind: "reader"; readonly stream: undefined; readonly node: TSESTree.Node };

/** A chunk of bytes of which a text is made by itself, and put to the others. */
export interface SplitChunk {
  /** `wide`: characters have several bytes. `padded`: base64, which takes three bytes together. */
  readonly kind: "wide" | "padded";
  /** What makes a text of the chunk; the chunk itself where that goes without saying. */
  readonly decoding: TSESTree.Node;
  readonly growth: Growth;
  readonly accumulator: Accumulator;
  readonly source: ChunkSource;
  /** The variable that holds the chunk; undefined where it is a part of something. */
  readonly chunk: Variable | undefined;
}

/** Finds what makes text of bytes chunk by chunk. */
export function splitChunksIn(file: AnalysedFile): readonly SplitChunk[] {
  const analysis = analysisOf(file);
  return analysis.once("split chunks", () => new SplitChunks(file, analysis.provenance).find());
}

class SplitChunks {
  readonly #file: AnalysedFile;
  readonly #types: TypeSource;
  readonly #provenance: Provenance;
  readonly #origins: ChunkOrigins;
  readonly #streams: ByteStreams;

  constructor(file: AnalysedFile, provenance: Provenance) {
    this.#file = file;
    this.#types = file.types;
    this.#provenance = provenance;
    this.#origins = new ChunkOrigins(provenance);
    this.#streams = new ByteStreams(file, provenance);
  }

  find(): SplitChunk[] {
    const found: SplitChunk[] = [];
    for (const accumulator of accumulatorsOf(this.#file)) {
      // Bytes that are put together before they become a text are fine.
      const joined = accumulator.accesses.some(
        ({ kind, at }) =>
          kind === "flatten" && at.type === "CallExpression" && lastName(at.callee) === "join",
      );
      if (accumulator.kind === "copied" || (accumulator.kind === "list" && !joined)) continue;
      for (const growth of accumulator.growths) {
        const split = growth.pieces
          .flatMap((piece) => [...this.#partsOf(piece)])
          .map((part) => this.#splitBy(part, growth, accumulator))
          .find((each) => each !== undefined);
        if (split) found.push(split);
      }
    }
    return found;
  }

  /** What a piece is put together of, through constants. */
  *#partsOf(piece: TSESTree.Node, depth = 0): Generator<TSESTree.Node> {
    const node = unwrap(piece);
    if (depth > 10) return;
    switch (node.type) {
      case "BinaryExpression":
        yield* this.#partsOf(node.left, depth + 1);
        yield* this.#partsOf(node.right, depth + 1);
        return;
      case "TemplateLiteral":
        for (const each of node.expressions) yield* this.#partsOf(each, depth + 1);
        return;
      case "LogicalExpression":
        yield* this.#partsOf(node.left, depth + 1);
        return;
      case "ConditionalExpression":
        yield* this.#partsOf(node.consequent, depth + 1);
        yield* this.#partsOf(node.alternate, depth + 1);
        return;
      case "Identifier": {
        const definition = this.#provenance.variableOf(node)?.defs[0]?.node;
        const isConstant =
          definition?.type === "VariableDeclarator" &&
          definition.parent.kind === "const" &&
          definition.id.type === "Identifier";
        if (isConstant && definition.init) yield* this.#partsOf(definition.init, depth + 1);
        else yield node;
        return;
      }
      default:
        yield node;
    }
  }

  #splitBy(
    decoding: TSESTree.Node,
    growth: Growth,
    accumulator: Accumulator,
  ): SplitChunk | undefined {
    const decoded = this.#decodedBy(decoding);
    if (!decoded) return undefined;
    const { bytes, kind, certain } = decoded;
    const source = this.#sourceOf(bytes, growth.node);
    if (!source) return undefined;
    const declared = accumulator.variable?.defs[0]?.name;
    if (declared && contains(source.node, declared)) return undefined;
    const { stream } = source;
    if (stream && (this.#streams.hasEncoding(stream) || this.#origins.isPlain(stream))) {
      return undefined;
    }
    if (!isKept(accumulator, this.#provenance, (use) => isNoAnswer(use, this.#provenance)))
      return undefined;
    if (stream && !this.#isOpen(stream)) return undefined;
    const isCertain = certain && !this.#isChecked(bytes);
    if (!isCertain && !this.#isBytes(bytes, source)) return undefined;
    const chunk = this.#provenance.variableOf(bytes);
    return { kind, decoding, growth, accumulator, source, chunk };
  }

  /** How a part of a text is made of bytes. */
  #decodedBy(
    part: TSESTree.Node,
  ): { bytes: TSESTree.Node; kind: SplitChunk["kind"]; certain: boolean } | undefined {
    if (part.type === "Identifier") {
      const isChecked = this.#isChecked(part);
      return isChecked ? undefined : { bytes: part, kind: "wide", certain: false };
    }
    if (part.type !== "CallExpression") return undefined;
    const [first, second] = part.arguments;
    if (calleeName(part.callee) === "String" && first) {
      const bytes = unwrap(first);
      return this.#isChecked(bytes) ? undefined : { bytes, kind: "wide", certain: false };
    }
    const callee = unwrap(part.callee);
    if (callee.type !== "MemberExpression") return undefined;
    const method = memberName(callee);
    if (method === "toString") {
      const bytes = unwrap(callee.object);
      if (!first) return { bytes, kind: "wide", certain: false };
      const kind = kindOfEncoding(first);
      return kind && !second ? { bytes, kind, certain: true } : undefined;
    }
    if (method === "decode" && first && !streams(second) && this.#isTextDecoder(callee.object)) {
      return { bytes: unwrap(first), kind: "wide", certain: true };
    }
    return undefined;
  }

  /** Whether the code asks what a chunk is: a text may come as well. */
  #isChecked(chunk: TSESTree.Node): boolean {
    const references = this.#provenance.variableOf(chunk)?.references ?? [];
    return references.some(({ identifier: { parent } }) => {
      if (parent.type === "UnaryExpression") return parent.operator === "typeof";
      if (parent.type === "BinaryExpression") return parent.operator === "instanceof";
      return parent.type === "CallExpression" && calleeName(parent.callee) === "Buffer.isBuffer";
    });
  }

  #isTextDecoder(expression: TSESTree.Node): boolean {
    const node = unwrap(expression);
    if (node.type === "NewExpression") {
      const [label] = node.arguments;
      return (
        calleeName(node.callee) === "TextDecoder" &&
        (label === undefined || kindOfEncoding(label) === "wide")
      );
    }
    if (node.type === "Identifier") {
      const definition = this.#provenance.variableOf(node)?.defs[0]?.node;
      return (
        definition?.type === "VariableDeclarator" &&
        definition.parent.kind === "const" &&
        definition.init?.type === "NewExpression" &&
        this.#isTextDecoder(definition.init)
      );
    }
    return false;
  }

  #sourceOf(bytes: TSESTree.Node, growth: TSESTree.Node): ChunkSource | undefined {
    if (bytes.type === "MemberExpression") {
      const isValue = memberName(bytes) === "value" && this.#comesByRead(bytes.object);
      return isValue ? this.#readerAround(growth) : undefined;
    }
    const definition = this.#provenance.variableOf(bytes)?.defs[0];
    if (!definition) return undefined;
    if (definition.type === "Parameter") {
      const func = definition.node;
      if (!isFunction(func) || unwrapParameter(func.params[0]) !== definition.name) {
        return undefined;
      }
      const repetition = repetitionOf(func, this.#provenance);
      if (repetition?.kind !== "event" || eventOf(repetition.call) !== "data") return undefined;
      const callee = unwrap(repetition.call.callee);
      if (callee.type !== "MemberExpression") return undefined;
      const { call, node } = repetition;
      return { kind: "listener", call, stream: callee.object, node };
    }
    const declarator = definition.node;
    if (declarator.type !== "VariableDeclarator") return undefined;
    const loop = declarator.parent.parent;
    if (loop.type === "ForOfStatement" && loop.left === declarator.parent) {
      if (!loop.await || declarator.id !== definition.name) return undefined;
      return { kind: "iteration", loop, stream: loop.right, node: loop };
    }
    if (declarator.id.type !== "ObjectPattern" || !declarator.init) return undefined;
    const isValue = declarator.id.properties.some(
      (property) =>
        property.type === "Property" &&
        property.value === definition.name &&
        property.key.type === "Identifier" &&
        property.key.name === "value",
    );
    return isValue && isRead(declarator.init) ? this.#readerAround(growth) : undefined;
  }

  #comesByRead(expression: TSESTree.Node): boolean {
    const variable = this.#provenance.variableOf(unwrap(expression));
    const values = variable?.references.flatMap(({ writeExpr }) => writeExpr ?? []) ?? [];
    return values.length > 0 && values.every(isRead);
  }

  #readerAround(growth: TSESTree.Node): ChunkSource | undefined {
    for (const { kind, node } of repetitionsAround(growth, this.#provenance)) {
      if (kind === "loop") return { kind: "reader", stream: undefined, node };
    }
    return undefined;
  }

  /** Whether a stream may bring any text, as far as its origin or its name says. */
  #isOpen(stream: TSESTree.Node): boolean {
    if (this.#streams.givesBytes(stream)) return true;
    const node = unwrap(stream);
    const name = lastName(node) ?? "";
    if (streamNames.has(lastWord(name))) return true;
    return node.type === "MemberExpression" && childStreams.has(name);
  }

  #isBytes(bytes: TSESTree.Node, { stream }: ChunkSource): boolean {
    const name = this.#provenance.variableOf(bytes)?.defs[0]?.name;
    const annotation =
      name?.type === "Identifier" ? name.typeAnnotation?.typeAnnotation : undefined;
    const annotated = annotation && kindOfAnnotation(annotation);
    if (annotated !== undefined) return annotated === "bytes";
    if (stream && this.#streams.givesBytes(stream)) return true;
    return this.#types.kindOf(bytes) === "bytes";
  }
}

function unwrapParameter(parameter: TSESTree.Node | undefined): TSESTree.Node | undefined {
  return parameter?.type === "AssignmentPattern" ? parameter.left : parameter;
}

function eventOf({ arguments: [event] }: TSESTree.CallExpression): unknown {
  return event?.type === "Literal" ? event.value : undefined;
}

function isRead(expression: TSESTree.Node): boolean {
  const node = unwrap(expression);
  const call = node.type === "AwaitExpression" ? unwrap(node.argument) : undefined;
  const callee = call?.type === "CallExpression" ? unwrap(call.callee) : undefined;
  return callee?.type === "MemberExpression" && memberName(callee) === "read";
}

/** What an encoding does at the ends of chunks; undefined where it does nothing, or nobody knows. */
function kindOfEncoding(argument: TSESTree.Node): SplitChunk["kind"] | undefined {
  const node = unwrap(argument);
  const name = node.type === "Literal" ? String(node.value).toLowerCase() : "";
  if (evenEncodings.has(name)) return undefined;
  if (paddedEncodings.has(name)) return "padded";
  return wideEncodings.has(name) ? "wide" : undefined;
}

/** `{ stream: true }`, or what nobody can tell from it. */
function streams(options: TSESTree.Node | undefined): boolean {
  if (!options) return false;
  const node = unwrap(options);
  if (node.type !== "ObjectExpression") return true;
  let found = false;
  walk(node, (each) => {
    if (each.type === "SpreadElement") found = true;
    if (each.type !== "Property" || each.key.type !== "Identifier") return undefined;
    const { key, value } = each;
    if (key.name === "stream" && !(value.type === "Literal" && value.value === false)) found = true;
    return undefined;
  });
  return found;
}
