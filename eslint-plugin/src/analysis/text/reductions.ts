import type { TSESTree } from "@typescript-eslint/types";

import { type AnalysedFile, analysisOf, type FileAnalysis } from "../file-analysis.js";
import { addsSeveral, type GrowingValue, growingValue } from "./growths.js";
import type { Repetition } from "../flow/repetitions.js";
import { isLongForCopies, isPlainlyLong } from "./long-repetitions.js";
import { isFew, isShortCollection } from "./short-repetitions.js";
import { type FunctionNode, isFunction, lastName, unwrap, walk, wrapped } from "../code/syntax.js";
import { servesTests } from "./test-code.js";
import { ValueKinds } from "../code/value-kinds.js";

/** `list.reduce((all, each) => [...all, each], [])`: what a callback gives back larger. */
export interface Reduction {
  /** The name of the callback's first parameter. */
  readonly name: string;
  readonly call: TSESTree.CallExpression;
  readonly callback: FunctionNode;
  readonly parameter: TSESTree.Identifier;
  readonly initial: TSESTree.Node;
  /** What is given back, and how it is larger than what came. */
  readonly value: TSESTree.Node;
  readonly growing: GrowingValue;
  readonly isText: boolean;
}

/** Finds reductions that give back, each time, all that there is and a piece more. */
export function reductionsIn(file: AnalysedFile): readonly Reduction[] {
  const analysis = analysisOf(file);
  return analysis.once("reductions", () => {
    const kinds = new ValueKinds(analysis.provenance, file.types);
    const found: Reduction[] = [];
    if (servesTests(file.ast)) return found;
    walk(file.ast, (node) => {
      const reduction =
        node.type === "CallExpression" ? reductionAt(node, analysis, kinds) : undefined;
      if (reduction) found.push(reduction);
      return undefined;
    });
    return found;
  });
}

function reductionAt(
  call: TSESTree.CallExpression,
  analysis: FileAnalysis,
  kinds: ValueKinds,
): Reduction | undefined {
  const { provenance } = analysis;
  const callee = unwrap(call.callee);
  if (callee.type !== "MemberExpression" || !/^reduce(Right)?$/.test(lastName(callee) ?? "")) {
    return undefined;
  }
  const [callback, initial] = call.arguments;
  const parameter = callback && isFunction(callback) ? callback.params[0] : undefined;
  if (!callback || !isFunction(callback) || !initial || parameter?.type !== "Identifier") {
    return undefined;
  }
  if (callback.async || callback.generator || isShortCollection(callee.object, provenance)) {
    return undefined;
  }
  const variable = provenance.declaredBy(callback).find(({ name }) => name === parameter.name);
  // A callback that gives it other values as well is no plain reduction.
  if (!variable || variable.references.some((each) => each.isWrite())) return undefined;
  const isSelf = (node: TSESTree.Node): boolean => provenance.variableOf(node) === variable;
  for (const { identifier } of variable.references) {
    const value = returned(identifier, callback);
    const growing = value && growingValue(value, isSelf);
    if (!growing) continue;
    const kind = kinds.kindOf(initial);
    const isText = growing.kind === "append" || kind === "text";
    if (isText && kind !== "text") return undefined;
    if (growing.kind === "concatList" && kind !== "list" && kind !== "text") return undefined;
    if (!isText && (addsSeveral(growing, kinds) || isOfFew(call, callback))) return undefined;
    const repetition: Repetition = { kind: "callback", node: callback, call };
    const isLong = isText
      ? isPlainlyLong(repetition, analysis, parameter.name)
      : isLongForCopies(repetition, analysis);
    if (!isLong) return undefined;
    return { name: parameter.name, call, callback, parameter, initial, value, growing, isText };
  }
  return undefined;
}

/** Whether what is reduced, or what comes of it, is called as what there are few of. */
function isOfFew(call: TSESTree.CallExpression, { params: [, element] }: FunctionNode): boolean {
  const { parent } = wrapped(call);
  const names = [
    element?.type === "Identifier" ? element.name : undefined,
    parent?.type === "VariableDeclarator" && parent.id.type === "Identifier"
      ? parent.id.name
      : undefined,
  ];
  return names.some((name) => name !== undefined && isFew(name));
}

/** The value that a function gives back, if an expression is a part of that. */
function returned(part: TSESTree.Node, func: FunctionNode): TSESTree.Node | undefined {
  for (let at = part; at.parent && at !== func; at = at.parent) {
    const whole = wrapped(at);
    if (whole.parent === func) return func.body === whole ? withoutConditions(at, part) : undefined;
    if (whole.parent?.type === "ReturnStatement") return withoutConditions(at, part);
    if (isFunction(at)) return undefined;
  }
  return undefined;
}

/** The branch of a conditional value in which a part stands. */
function withoutConditions(value: TSESTree.Node, part: TSESTree.Node): TSESTree.Node {
  let at = unwrap(value);
  while (at.type === "ConditionalExpression") {
    const { consequent, alternate }: TSESTree.ConditionalExpression = at;
    const branch = [consequent, alternate].find(
      ({ range }) => range[0] <= part.range[0] && part.range[1] <= range[1],
    );
    if (!branch) return at;
    at = unwrap(branch);
  }
  return at;
}
