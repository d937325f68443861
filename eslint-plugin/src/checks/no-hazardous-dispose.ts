import { findHazards, type HazardousDisposal } from "../analysis/scopes/hazards.js";
import type { Harm } from "../resources/hazards.js";
import { rightDisposer } from "../rewrites/right-disposer.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { lineOfExit, placeOf, placeOfCall, stepsOf } from "./leak-path.js";

/** Finds `using` and stacks over objects whose own disposer does harm. */
export const noHazardousDispose = defineCheck<Harm, object>({
  name: "no-hazardous-dispose",
  description: "Disallow `using` and stacks over disposers that lose data, commit, hang or throw",
  messages: {
    losesData:
      "{{subject}} is destroyed at the end of its block, and what is not written yet is lost.",
    commits:
      "{{subject}} commits its open transaction when it is disposed, also if line {{line}} fails.",
    throws: "{{subject}} cannot be disposed: its disposer always throws.",
    hangs: "{{subject}} is disposed only when the last client has gone, however long that takes.",
    notAwaited: "{{subject}} is only asked to end: nobody waits until it has.",
    keepsTransaction:
      "{{subject}} goes back to its pool with its transaction open if line {{line}} fails.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const disposal of findHazards(file)) yield report(disposal, file);
  },
});

function report(disposal: HazardousDisposal, file: CheckedFile): Report<Harm> {
  const { managed, hazard, harm, transaction } = disposal;
  const { value, variable } = managed;
  const name = value.type === "Identifier" ? value.name : variable?.name;
  const subject = name === undefined ? `This ${hazard.noun}` : `\`${name}\` (${hazard.noun})`;
  const isCall = value.type === "CallExpression" || value.type === "NewExpression";
  const rewrite = rightDisposer(disposal, file);
  return {
    messageId: harm,
    data: { subject, line: transaction ? String(lineOfExit(transaction)) : "" },
    place: isCall ? placeOfCall(value) : placeOf(value),
    path: transaction ? stepsOf(transaction) : [],
    rewrites: rewrite ? [rewrite] : [],
  };
}
