import type { TSESTree } from "@typescript-eslint/types";

import type { AfterRelease } from "../analysis/scopes/after-release.js";
import { contains } from "../analysis/code/syntax.js";
import { inOrder, type Rewrite } from "./edit.js";
import { removeRelease, statementOf } from "./redundant-release.js";
import { lineStart, nextLine, wholeLines } from "./source-style.js";

/**
 * Moves a release behind the use that comes too late for it, or takes away the one of two that the
 * end of the block repeats. Undefined where the two are not steps of the same block.
 */
export function releaseLater(
  found: AfterRelease,
  { text }: { readonly text: string },
): Rewrite | undefined {
  const { kind, ownership, release } = found;
  const name = `\`${ownership.name}\``;
  switch (kind) {
    case "usedAfterRelease": {
      const edits = moved(found, text);
      return edits && { kind: "suggestion", title: `Release ${name} after this use`, edits };
    }
    case "releasedAgain": {
      const edits = secondRemoved(found, text);
      return edits && { kind: "suggestion", title: `Remove the second release of ${name}`, edits };
    }
    case "releasedByBlock": {
      const declaration = found.later.parent;
      const block = declaration?.parent;
      if (block?.type !== "BlockStatement") return undefined;
      const edits = removeRelease(release, block, text, found.later.range[1]);
      const title = `Leave the release of ${name} to the end of the block`;
      return edits && { kind: "suggestion", title, edits };
    }
  }
}

function moved({ release, later, ownership }: AfterRelease, text: string) {
  const statement = statementOf(release);
  const { parent: block } = statement ?? {};
  if (statement?.type !== "ExpressionStatement" || block?.type !== "BlockStatement") return;
  const using = block.body.find((each) => contains(each, later));
  if (!using || using.range[0] < statement.range[1]) return undefined;
  // Behind the last of the uses, else the next one would still come too late.
  const last = block.body.findLast((each) =>
    ownership.uses.some(({ effect, at }) => effect === "borrow" && contains(each, at)),
  );
  if (
    !last ||
    leaves(last) ||
    block.body.some((each) => leaves(each) && isBetween(each, using, last))
  )
    return undefined;
  const lines = wholeLines(text, statement.range);
  const end = nextLine(text, last.range[1]);
  const own = text.slice(lineStart(text, last.range[0]), last.range[0]).trim() === "";
  if (!lines || !own || lines[0] !== lineStart(text, statement.range[0])) return undefined;
  if (text.slice(last.range[1], end).trim() !== "") return undefined;
  return inOrder([
    { range: lines, text: "" },
    { range: [end, end], text: text.slice(...lines) },
  ]);
}

function isBetween(node: TSESTree.Node, from: TSESTree.Node, to: TSESTree.Node): boolean {
  return node.range[0] >= from.range[0] && node.range[1] <= to.range[1];
}

function leaves({ type }: TSESTree.Node): boolean {
  return /^(Break|Continue|Return|Throw)Statement$/.test(type);
}

function secondRemoved({ release, later }: AfterRelease, text: string) {
  const first = statementOf(release);
  const second = statementOf(later);
  // Only where whoever comes to the second has come by the first.
  if (!first || !second) return undefined;
  if (first.parent !== second.parent) return undefined;
  if (second.parent.type !== "BlockStatement" || first.range[0] > second.range[0]) return undefined;
  const lines = wholeLines(text, second.range);
  return lines && [{ range: lines, text: "" }];
}
