import type { TSESTree } from "@typescript-eslint/types";

import type { QuadraticAccumulation } from "../analysis/text/accumulation.js";
import type { Access } from "../analysis/text/accumulators.js";
import { analysisOf } from "../analysis/file-analysis.js";
import type { GrowingValue, Growth } from "../analysis/text/growths.js";
import type { Reduction } from "../analysis/text/reductions.js";
import { repetitionsAround } from "../analysis/flow/repetitions.js";
import { contains, enclosingFunction, unwrap } from "../analysis/code/syntax.js";
import type { Rewrite } from "./edit.js";
import { joinedRead } from "./list-and-join.js";
import {
  hasComment,
  isTypeScript,
  replaceAccumulator,
  type RewrittenFile,
} from "./replace-accumulator.js";

/** Adds to a list or an object instead of copying it with a piece more. */
export function growInPlace(
  { accumulator, growth, repetition }: QuadraticAccumulation,
  file: RewrittenFile,
): Rewrite | undefined {
  const { name } = accumulator;
  const isBytes = growth.kind === "concatBytes";
  if (accumulator.growths.some(({ kind }) => (kind === "concatBytes") !== isBytes))
    return undefined;
  const { provenance } = analysisOf(file);
  const first = Math.min(...accumulator.growths.map(({ node }) => node.range[0]));
  const func = enclosingFunction(growth.node);
  const declared = accumulator.variable?.defs[0]?.node;
  const annotation = declared?.type === "VariableDeclarator" ? annotationOf(declared, file) : "";
  const edits = isBytes
    ? replaceAccumulator(accumulator, file, {
        initial: (init) =>
          /^Buffer\.alloc(Unsafe)?\(0\)$/.test(file.text.slice(...init.range)) ? "[]" : undefined,
        annotation: isTypeScript(file) ? ": Uint8Array[]" : "",
        grow: (each) =>
          each.atFront ? undefined : `${name}.push(${textsOf(each.pieces, file).join(", ")})`,
        read: ({ node }) => {
          const [again] = repetitionsAround(node, provenance);
          return again ? undefined : joinedRead(node, `Buffer.concat(${name})`);
        },
      })
    : replaceAccumulator(accumulator, file, {
        initial: (init) => (isFresh(init) ? file.text.slice(...init.range) : undefined),
        annotation,
        grow: (each) => addition(each, name, file),
        read: (access) =>
          isShared(access, first, repetition.node) || enclosingFunction(access.node) !== func
            ? undefined
            : "same",
      });
  const title = isBytes
    ? `Collect the pieces of \`${name}\` in a list, and put them together where it is read`
    : `Add to \`${name}\` in place`;
  return edits && { kind: "suggestion", title, edits };
}

function annotationOf({ id }: TSESTree.VariableDeclarator, { text }: RewrittenFile): string {
  const annotation = id.type === "Identifier" ? id.typeAnnotation : undefined;
  return annotation ? text.slice(...annotation.range) : "";
}

/** A literal: nobody else has it. */
function isFresh(init: TSESTree.Node): boolean {
  return /^(Array|Object)Expression$/.test(unwrap(init).type);
}

/** Whether somebody may get what is added to later on, and would see it change. */
function isShared({ kind, node, at }: Access, first: number, within: TSESTree.Node): boolean {
  if (kind !== "use" || at.type === "MemberExpression") return false;
  const isReceiver = at.type === "CallExpression" && contains(at.callee, node);
  return !isReceiver && (contains(within, node) || node.range[0] < first);
}

function textsOf(nodes: readonly TSESTree.Node[], { text }: RewrittenFile): string[] {
  return nodes.map(({ range }) => text.slice(...range));
}

/** The statement that adds the pieces of a growth. */
function addition(
  growth: Pick<Growth, "kind" | "pieces" | "atFront">,
  name: string,
  file: RewrittenFile,
): string | undefined {
  const { kind, pieces, atFront } = growth;
  const readonly = new RegExp(`${name}\\s*:\\s*(readonly|Readonly)`).test(file.text);
  if (readonly || atFront) return undefined;
  switch (kind) {
    case "spreadList":
      // `push(...list)` fails on a list that is too long for a call.
      return pieces.some(({ type }) => type === "SpreadElement")
        ? undefined
        : `${name}.push(${textsOf(pieces, file).join(", ")})`;
    case "concatList": {
      const [piece, another] = pieces;
      const list = piece && !another ? unwrap(piece) : undefined;
      if (list?.type !== "ArrayExpression" || list.elements.length === 0) return undefined;
      const elements = list.elements.filter((each) => each !== null);
      return elements.some(({ type }) => type === "SpreadElement")
        ? undefined
        : `${name}.push(${textsOf(elements, file).join(", ")})`;
    }
    case "spreadObject": {
      const [piece, another] = pieces;
      const property = another ? undefined : piece;
      if (property?.type === "Property" && !property.method && property.kind === "init") {
        const { key, value, computed } = property;
        const [keyText = "", valueText = ""] = textsOf([key, value], file);
        if (computed) return `${name}[${keyText}] = ${valueText}`;
        if (key.type === "Identifier") return `${name}.${keyText} = ${valueText}`;
      }
      return assigned(pieces, name, file);
    }
    case "assignObject":
      return `Object.assign(${name}, ${textsOf(pieces, file).join(", ")})`;
    default:
      return undefined;
  }
}

function assigned(pieces: readonly TSESTree.Node[], name: string, file: RewrittenFile): string {
  return `Object.assign(${name}, { ${textsOf(pieces, file).join(", ")} })`;
}

/** Lets a callback of `reduce` add to what it got, which nobody but the reduction has. */
export function reduceInPlace(reduction: Reduction, file: RewrittenFile): Rewrite | undefined {
  const { name, callback, value, growing, initial } = reduction;
  if (!isFresh(initial) || !isOnlyReturned(reduction) || growing.atFront) return undefined;
  if (hasComment(file.text, value, growing.pieces)) return undefined;
  const changed = changedBody(growing, name, file);
  if (changed === undefined) return undefined;
  const { parent } = value;
  const title = `Add to \`${name}\` in place`;
  if (typeof changed === "object") {
    // An expression that gives what it was added to can stand wherever the copy did.
    const range = value.range;
    const isBody = callback.body === value;
    const [start, end] = isBody ? parenthesised(value, file.text) : range;
    return { kind: "suggestion", title, edits: [{ range: [start, end], text: changed.value }] };
  }
  if (callback.body === value) {
    const [start, end] = parenthesised(value, file.text);
    const text = `{ ${changed}; return ${name}; }`;
    return { kind: "suggestion", title, edits: [{ range: [start, end], text }] };
  }
  if (parent?.type !== "ReturnStatement" || parent.parent.type !== "BlockStatement") {
    return undefined;
  }
  const text = `${changed}; return ${name};`;
  return { kind: "suggestion", title, edits: [{ range: parent.range, text }] };
}

/** Whether a callback does nothing with what it got but give it back, larger or as it is. */
function isOnlyReturned({ callback, parameter, growing, call }: Reduction): boolean {
  const mentions: TSESTree.Node[] = [];
  const source = callback.body;
  const stack: TSESTree.Node[] = [source];
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.type === "Identifier" && at.name === parameter.name && at !== parameter)
      mentions.push(at);
    for (const child of Object.entries(at)) {
      if (child[0] === "parent") continue;
      const values: unknown[] = Array.isArray(child[1]) ? child[1] : [child[1]];
      for (const each of values) {
        if (typeof each === "object" && each !== null && "type" in each && "range" in each) {
          stack.push(each as TSESTree.Node);
        }
      }
    }
  }
  return (
    call.callee.type === "MemberExpression" &&
    mentions.every((mention) => mention === growing.self || isGivenBack(mention))
  );
}

function isGivenBack({ parent }: TSESTree.Node): boolean {
  return parent?.type === "ReturnStatement" || parent?.type === "ConditionalExpression";
}

/** Statements, or one expression whose value is what was added to. */
function changedBody(
  growing: GrowingValue,
  name: string,
  file: RewrittenFile,
): string | { value: string } | undefined {
  if (growing.kind === "spreadObject") {
    return { value: assigned(growing.pieces, name, file) };
  }
  if (growing.kind === "assignObject") {
    const pieces = textsOf(growing.pieces, file).join(", ");
    return { value: `Object.assign(${name}, ${pieces})` };
  }
  return addition(growing, name, file);
}

/** The range of a value with the parentheses directly around it. */
function parenthesised({ range }: TSESTree.Node, text: string): readonly [number, number] {
  const before = /\(\s*$/.exec(text.slice(0, range[0]));
  const after = /^\s*,?\s*\)/.exec(text.slice(range[1]));
  const arrow = before && /=>\s*$/.test(text.slice(0, before.index));
  return arrow && after ? [before.index, range[1] + after[0].length] : [range[0], range[1]];
}
