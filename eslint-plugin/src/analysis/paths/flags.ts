import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Condition } from "../flow/control-flow-graph.js";
import type { Provenance } from "../code/provenance.js";
import { contains, enclosingFunction, type FunctionNode, unwrap } from "../code/syntax.js";

/** What the flags of a function are worth at a point of a path; absent where that is not known. */
export type FlagValues = ReadonlyMap<Variable, boolean>;

/**
 * A flag that an edge tests: `let closed = false`, which nothing but the function itself sets, and
 * only to `true` or `false`; with the value that the edge asks for.
 */
export function flagTestedBy(
  { test, outcome }: Condition,
  func: FunctionNode,
  provenance: Provenance,
): { readonly flag: Variable; readonly value: boolean } | undefined {
  if (outcome !== "truthy" && outcome !== "falsy") return undefined;
  let node = unwrap(test);
  let value = outcome === "truthy";
  while (node.type === "UnaryExpression" && node.operator === "!") {
    node = unwrap(node.argument);
    value = !value;
  }
  const flag = provenance.variableOf(node);
  return flag && isFlag(flag, func) ? { flag, value } : undefined;
}

function isFlag({ defs, references }: Variable, func: FunctionNode): boolean {
  const [definition, another] = defs;
  if (definition?.type !== "Variable" || another) return false;
  if (definition.parent.kind !== "let" || booleanOf(definition.node.init) === undefined) {
    return false;
  }
  return references.every(
    (reference) => !reference.isWrite() || valueGivenBy(reference.identifier, func) !== undefined,
  );
}

/** The value that an assignment, or the declaration, gives a flag. */
function valueGivenBy(name: TSESTree.Node, func: FunctionNode): boolean | undefined {
  const { parent } = name;
  if (enclosingFunction(name) !== func) return undefined;
  if (parent?.type === "VariableDeclarator") return booleanOf(parent.init);
  if (parent?.type !== "AssignmentExpression" || parent.operator !== "=") return undefined;
  return booleanOf(parent.right);
}

function booleanOf(node: TSESTree.Node | null | undefined): boolean | undefined {
  return node?.type === "Literal" && typeof node.value === "boolean" ? node.value : undefined;
}

/** What flags are worth where a resource comes: what they begin with, if nothing can have set them. */
export function initialValues(
  flags: Iterable<Variable>,
  start: TSESTree.Node,
  func: FunctionNode,
): FlagValues {
  const values = new Map<Variable, boolean>();
  for (const flag of flags) {
    const declared = flag.defs[0]?.name;
    const init = flag.references.find((reference) => reference.init)?.identifier;
    const value = init && valueGivenBy(init, func);
    if (!declared || value === undefined) continue;
    // What is declared later begins with that value on each path that comes to it.
    if (declared.range[0] > start.range[0]) {
      values.set(flag, value);
      continue;
    }
    const loop = outermostLoop(start, declared, func);
    const isSetBefore = flag.references.some(
      (reference) =>
        reference.isWrite() &&
        !reference.init &&
        (reference.identifier.range[0] < start.range[0] ||
          (loop !== undefined && contains(loop, reference.identifier))),
    );
    if (!isSetBefore) values.set(flag, value);
  }
  return values;
}

/** The outermost loop around a node that a declaration is not in. */
function outermostLoop(
  node: TSESTree.Node,
  declared: TSESTree.Node,
  func: FunctionNode,
): TSESTree.Node | undefined {
  let loop: TSESTree.Node | undefined;
  for (let at = node.parent; at && at !== func; at = at.parent) {
    const repeats = /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(at.type);
    if (repeats && !contains(at, declared)) loop = at;
  }
  return loop;
}

/** What flags are worth after a node, which may set one. */
export function valuesAfter(
  node: TSESTree.Node,
  values: FlagValues,
  flags: ReadonlySet<Variable>,
  func: FunctionNode,
  provenance: Provenance,
): FlagValues {
  if (node.type !== "AssignmentExpression") return values;
  const flag = provenance.variableOf(node.left);
  const value = flag && flags.has(flag) ? valueGivenBy(node.left, func) : undefined;
  return flag && value !== undefined ? new Map(values).set(flag, value) : values;
}

/** A text that is equal for equal values. */
export function keyOfValues(values: FlagValues, flags: ReadonlySet<Variable>): string {
  return [...flags].map((flag) => String(values.get(flag) ?? "?")).join();
}
