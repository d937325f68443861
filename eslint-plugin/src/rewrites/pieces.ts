import type { TSESTree } from "@typescript-eslint/types";

import type { Growth } from "../analysis/text/growths.js";
import { analysisOf } from "../analysis/file-analysis.js";
import { ValueKinds } from "../analysis/code/value-kinds.js";
import type { RewrittenFile } from "./replace-accumulator.js";

/**
 * What a growth appends, as arguments of a call that takes texts. What is not known to be a text is
 * made one as `+=` does it. Undefined where it is not put at the end.
 */
export function appendedTexts(growth: Growth, file: RewrittenFile): string[] | undefined {
  const { node, self, pieces, atFront } = growth;
  if (atFront || pieces.length === 0) return undefined;
  const template = templateOf(node, self, file.text);
  if (template !== undefined) return [template];
  if (pieces.some(({ type }) => type === "TemplateElement" || type === "SpreadElement")) {
    return undefined;
  }
  return pieces.map((piece) => asText(piece, file));
}

function asText(piece: TSESTree.Node, file: RewrittenFile): string {
  const kinds = new ValueKinds(analysisOf(file).provenance, file.types);
  const text = file.text.slice(...piece.range);
  // A sequence needs parentheses wherever it goes.
  const whole = piece.type === "SequenceExpression" ? `(${text})` : text;
  return kinds.kindOf(piece) === "text" ? whole : `String(${whole})`;
}

/** `${text}, ${piece}` without its first part. */
function templateOf(
  node: Growth["node"],
  self: TSESTree.Node | undefined,
  text: string,
): string | undefined {
  const value = node.type === "AssignmentExpression" ? node.right : undefined;
  if (value?.type !== "TemplateLiteral" || !self) return undefined;
  const [first] = value.quasis;
  if (first?.value.raw !== "" || value.expressions[0] !== self) return undefined;
  const rest = text.slice(self.range[1], value.range[1]).replace(/^\s*\}/, "");
  return `\`${rest}`;
}
