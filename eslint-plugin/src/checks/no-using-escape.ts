import { type EscapeKind, findEscapes, type ValueEscape } from "../analysis/scopes/escapes.js";
import { outliveBlock } from "../rewrites/outlive-block.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { placeOf, placeOfCall } from "./leak-path.js";
import type { Step } from "./finding.js";

/** Finds values that somebody has for longer than the block that releases them. */
export const noUsingEscape = defineCheck<EscapeKind, object>({
  name: "no-using-escape",
  description: "Disallow values that outlive the `using` or the stack that releases them",
  messages: {
    returned: "`{{name}}` is returned, but {{by}} releases it before anybody has it.",
    stored: "`{{name}}` is kept in `{{target}}`, but {{by}} releases it at the end of the block.",
    captured:
      "This function uses `{{name}}` later, but {{by}} releases that at the end of the block.",
    passed: "`{{target}}` keeps `{{name}}`, but {{by}} releases it at the end of the block.",
    promise: "This promise still works with `{{name}}` when {{by}} releases that.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const escape of findEscapes(file)) yield report(escape, file);
  },
});

function report(escape: ValueEscape, file: CheckedFile): Report<EscapeKind> {
  const { kind, managed, at, target } = escape;
  const { by, variable } = managed;
  const keyword = by.async ? "`await using`" : "`using`";
  const name = by.kind === "stack" ? "the stack" : keyword;
  return {
    messageId: kind,
    data: { name: variable.name, by: name, target },
    place:
      at.type === "CallExpression" || at.type === "NewExpression" ? placeOfCall(at) : placeOf(at),
    path: stepsOf(escape),
    rewrites: outliveBlock(escape, file),
  };
}

function stepsOf({ kind, managed, at }: ValueEscape): Step[] {
  const { by } = managed;
  const declared = by.kind === "using" ? by.declarator : by.call;
  const what = {
    returned: "returned here",
    stored: "kept here",
    captured: "a function has it that goes on here",
    passed: "passed on here",
    promise: "nobody waits for this promise before the block ends",
  }[kind];
  return [
    { message: "managed here", place: placeOf(declared) },
    { message: what, place: placeOf(at) },
  ];
}
