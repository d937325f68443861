import { describe, expect, test } from "vitest";

import { applyEdits } from "../../../src/session/index.js";
import { findingsIn, rewrite } from "../../checks/check-code.js";
import { type FormExample, formExamples } from "./forms.js";
import { styles } from "./styles.js";

/**
 * Each form in each style: whether a file is first written in a style and then rewritten, or first
 * rewritten and then written in the style, the result is the same.
 */
function rewritten(
  text: string,
  { setting, title }: FormExample,
  file: string | undefined,
): string {
  const own = { ...setting, ...(file !== undefined && { file }) };
  const findings = findingsIn(text, "untyped", own);
  expect(findings.length, text).toBe(1);
  const titles = findings[0]?.rewrites.map((each) => each.title);
  const chosen = findings[0]?.rewrites.find((each) => each.title === title);
  if (!chosen) throw new Error(`no "${title}" among ${JSON.stringify(titles)} in:\n${text}`);
  const result = applyEdits(text, chosen.edits);
  expect(findingsIn(result, "untyped", own), result).toEqual([]);
  return result;
}

test.each(
  formExamples.filter(({ needsLib }) => !needsLib).map((each) => [each.name, each] as const),
)("%s is offered with types, too, and type-checks", (_name, example) => {
  const typed = rewrite(example.text, example.setting, example.title);
  expect(typed.text).toBe(rewritten(example.text, example, undefined));
});

describe.each(formExamples.map((each) => [each.name, each] as const))("%s", (_name, example) => {
  test.each(styles.map((each) => [each.name, each] as const))("in: %s", (_style, style) => {
    const { apply, file } = style;
    const expected = apply(rewritten(example.text, example, undefined), example);
    expect(rewritten(apply(example.text, example), example, file)).toBe(expected);
  });
});
