import { type AfterRelease, findAfterRelease } from "../analysis/scopes/after-release.js";
import { releaseLater } from "../rewrites/release-later.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import type { Step } from "./finding.js";
import { conditionStep, placeOf, placeOfCall } from "./leak-path.js";

/** Finds what is used, or released again, after it was released. */
export const noUseAfterRelease = defineCheck<AfterRelease["kind"], object>({
  name: "no-use-after-release",
  description: "Disallow uses, and second releases, of what is released already",
  messages: {
    usedAfterRelease: "`{{name}}` ({{noun}}) is used here, after its release at line {{line}}.",
    releasedAgain:
      "`{{name}}` ({{noun}}) is released here again, after its release at line {{line}}.",
    releasedByBlock:
      "`{{name}}` ({{noun}}) is released here, and again by its declaration at line {{line}}.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const found of findAfterRelease(file)) yield report(found, file);
  },
});

function report(found: AfterRelease, file: CheckedFile): Report<AfterRelease["kind"]> {
  const { kind, acquisition, ownership, release, later } = found;
  const byBlock = kind === "releasedByBlock";
  const at = byBlock ? release : later;
  const earlier = byBlock ? later : release;
  const rewrite = releaseLater(found, file);
  return {
    messageId: kind,
    data: {
      name: ownership.name,
      noun: acquisition.resource.noun,
      line: String(earlier.loc.start.line),
    },
    place: at.type === "CallExpression" ? placeOfCall(at) : placeOf(at),
    path: stepsOf(found),
    rewrites: rewrite ? [rewrite] : [],
  };
}

function stepsOf({ kind, acquisition, release, later, steps }: AfterRelease): Step[] {
  const first: Step[] = [
    { message: "acquired here", place: placeOfCall(acquisition.call) },
    { message: "released here", place: placeOf(release) },
  ];
  if (kind === "releasedByBlock") return first;
  const message = kind === "releasedAgain" ? "released again here" : "used here";
  return [...first, ...steps.flatMap(conditionStep), { message, place: placeOf(later) }];
}
