import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "../analysis/code/provenance.js";
import { contains, walk } from "../analysis/code/syntax.js";
import type { Edit } from "./edit.js";
import { wholeLines } from "./source-style.js";

/**
 * The edits that take imports away of which nothing is used any more, once some nodes are gone.
 * Undefined where one cannot go: a comment stands in it, or it is no `import { … }`, but a variable:
 * `const { rm } = await import("node:fs/promises")`.
 *
 * @param gone Nodes that do not overlap.
 */
export function withoutUnusedImports(
  gone: readonly TSESTree.Node[],
  {
    ast,
    text,
    provenance,
  }: Readonly<{
    ast: TSESTree.Program;
    text: string;
    provenance: Provenance;
  }>,
): Edit[] | undefined {
  const unused = new Set<TSESTree.Node>();
  const unusedVariables = new Set<TSESTree.Node>();
  for (const node of gone) {
    walk(node, (at) => {
      const variable = at.type === "Identifier" ? provenance.variableOf(at) : undefined;
      const [definition] = variable?.defs ?? [];
      if (definition?.type !== "ImportBinding" && definition?.type !== "Variable") return undefined;
      const isGone = variable?.references.every(
        ({ identifier, init }) => init === true || gone.some((each) => contains(each, identifier)),
      );
      const found = definition.type === "Variable" ? unusedVariables : unused;
      if (isGone) found.add(definition.node);
      return undefined;
    });
  }
  if (unusedVariables.size > 0) return undefined;
  const edits: Edit[] = [];
  for (const statement of ast.body) {
    if (statement.type !== "ImportDeclaration") continue;
    const taken = statement.specifiers.filter((each) => unused.has(each));
    if (taken.length === 0) continue;
    const edit = without(taken, statement, text);
    if (!edit) return undefined;
    edits.push(edit);
  }
  return edits;
}

function without(
  taken: readonly TSESTree.ImportClause[],
  statement: TSESTree.ImportDeclaration,
  text: string,
): Edit | undefined {
  if (/\/[/*]/.test(text.slice(...statement.range).replace(/(["']).*?\1/g, ""))) return undefined;
  const left = statement.specifiers.filter((each) => !taken.includes(each));
  if (left.length === 0) {
    const lines = wholeLines(text, statement.range);
    return lines && { range: lines, text: "" };
  }
  const [first] = statement.specifiers;
  const last = statement.specifiers.at(-1);
  const isNamed = statement.specifiers.every(({ type }) => type === "ImportSpecifier");
  if (!isNamed || !first || !last) return undefined;
  // Each on a line of its own, or all on one: what stands between them is kept.
  const between = text.slice(first.range[1], statement.specifiers[1]?.range[0]);
  return {
    range: [first.range[0], last.range[1]],
    text: left.map(({ range }) => text.slice(...range)).join(between),
  };
}
