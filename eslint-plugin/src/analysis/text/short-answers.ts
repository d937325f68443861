import type { TSESTree } from "@typescript-eslint/types";

import { lines, shortTexts, textsForPeople } from "../../resources/text-functions.js";
import type { Provenance } from "../code/provenance.js";
import { calleeName, memberName, wrapped } from "../code/syntax.js";
import { lastWord } from "../code/words.js";

/** `JSON.parse(text)`: what programs tell each other is short, mostly, and read at once. */
export function isNotParsed(use: TSESTree.Node): boolean {
  return !(use.type === "CallExpression" && calleeName(use.callee) === "JSON.parse");
}

/**
 * `JSON.parse(text).version`, or `const answer = JSON.parse(text)` with `answer.status === "OK"`: an
 * answer of which only short things are taken is short.
 */
export function isNoAnswer(use: TSESTree.Node, provenance: Provenance): boolean {
  if (isNotParsed(use)) return true;
  const { parent } = wrapped(use);
  if (parent?.type !== "VariableDeclarator" || parent.id.type !== "Identifier") {
    return !givesShort(use);
  }
  const references = provenance.variableOf(parent.id)?.references ?? [];
  const reads = references.filter(({ init }) => init !== true);
  return reads.length === 0 || !reads.every(({ identifier }) => givesShort(identifier));
}

/** Whether of a whole only a short thing is read: by its name, or to compare it with one. */
function givesShort(whole: TSESTree.Node): boolean {
  let at = wrapped(whole);
  let isShort = false;
  while (at.parent?.type === "MemberExpression" && at.parent.object === at) {
    const { computed, property } = at.parent;
    isShort = computed
      ? property.type === "Literal" && typeof property.value === "number"
      : isLine(memberName(at.parent)) || textsForPeople.has(lastWord(memberName(at.parent)));
    at = wrapped(at.parent);
  }
  if (isShort || at === wrapped(whole) || at.parent?.type !== "BinaryExpression") return isShort;
  const { operator, left, right } = at.parent;
  return (
    /^[!=]==?$/.test(operator) &&
    [left, right].some((side) => side.type === "Literal" && typeof side.value !== "number")
  );
}

/** Whether a name says that what is cut to its first and last word is one line, and no more. */
export function isLine(name: string | undefined): boolean {
  const word = lastWord(name);
  return shortTexts.has(word) || lines.has(word);
}
