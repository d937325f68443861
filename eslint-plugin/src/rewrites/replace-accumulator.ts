import type { TSESTree } from "@typescript-eslint/types";

import type { Access, Accumulator } from "../analysis/text/accumulators.js";
import type { AnalysedFile } from "../analysis/file-analysis.js";
import type { Growth } from "../analysis/text/growths.js";
import type { ProjectFacts } from "../types/project.js";
import { type Edit, inOrder } from "./edit.js";

/** The file in which a rewrite replaces something. */
export interface RewrittenFile extends AnalysedFile {
  readonly filePath: string;
  readonly text: string;
  readonly project: ProjectFacts;
}

/** How the mentions of an accumulator change where something else takes its place. */
export interface Replacement {
  /** What the variable begins with, of what it began with; undefined where that cannot be. */
  readonly initial: (init: TSESTree.Node) => string | undefined;
  /** Its annotation; `""` for none. */
  readonly annotation: string;
  readonly grow: (growth: Growth) => string | undefined;
  readonly read: (access: Access) => { node: TSESTree.Node; text: string } | "same" | undefined;
}

/**
 * The edits that put something else in the place of a local accumulator, at its declaration and at
 * each mention; undefined where some mention has no counterpart.
 */
export function replaceAccumulator(
  { variable, isField, growths, accesses }: Accumulator,
  { text }: RewrittenFile,
  replacement: Replacement,
): Edit[] | undefined {
  const declarator = variable?.defs.length === 1 ? variable.defs[0]?.node : undefined;
  if (isField || declarator?.type !== "VariableDeclarator" || !declarator.init) return undefined;
  const { id, init, parent: declaration } = declarator;
  if (id.type !== "Identifier" || declaration.declarations.length !== 1) return undefined;
  if (!/Block|Program/.test(declaration.parent.type) || declaration.kind === "var")
    return undefined;
  const initial = replacement.initial(init);
  if (initial === undefined) return undefined;
  const edits: Edit[] = [
    {
      range: [declaration.range[0], declarator.range[1]],
      text: `const ${id.name}${replacement.annotation} = ${initial}`,
    },
  ];
  if (/\/[/*]/.test(text.slice(declaration.range[0], init.range[0]))) return undefined;
  for (const growth of growths) {
    const grown = isStatement(growth.node) ? replacement.grow(growth) : undefined;
    if (grown === undefined || hasComment(text, growth.node, growth.pieces)) return undefined;
    edits.push({ range: growth.node.range, text: grown });
  }
  for (const access of accesses) {
    if (access.kind === "grow" || access.kind === "self") continue;
    const read = access.kind === "write" ? undefined : replacement.read(access);
    if (read === undefined) return undefined;
    if (read !== "same") edits.push({ range: read.node.range, text: read.text });
  }
  return inOrder(edits);
}

/** Whether nobody uses an expression's value. */
export function isStatement(node: TSESTree.Node): boolean {
  const { parent } = node;
  if (parent?.type === "ExpressionStatement") return true;
  const call = parent?.type === "ArrowFunctionExpression" ? parent.parent : undefined;
  return (
    parent?.type === "ArrowFunctionExpression" &&
    parent.body === node &&
    call?.type === "CallExpression" &&
    call.callee.type === "MemberExpression" &&
    call.callee.property.type === "Identifier" &&
    /^(forEach|on|addListener|addEventListener)$/.test(call.callee.property.name)
  );
}

/** Whether a comment stands in a node, outside of the parts that stay. */
export function hasComment(
  text: string,
  { range }: TSESTree.Node,
  kept: readonly TSESTree.Node[],
): boolean {
  let at = range[0];
  let between = "";
  for (const part of [...kept].sort((a, b) => a.range[0] - b.range[0])) {
    between += text.slice(at, part.range[0]);
    at = Math.max(at, part.range[1]);
  }
  return /\/[/*]/.test(between + text.slice(at, range[1]));
}

/** Whether a file can hold type annotations. */
export function isTypeScript({ filePath }: Pick<RewrittenFile, "filePath">): boolean {
  return /\.[cm]?tsx?$/i.test(filePath);
}
