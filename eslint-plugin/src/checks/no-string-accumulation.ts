import {
  type Accumulation,
  quadraticAccumulationsIn,
  textAccumulationsIn,
} from "../analysis/text/accumulation.js";
import { reductionsIn } from "../analysis/text/reductions.js";
import type { Rewrite } from "../rewrites/edit.js";
import { listAndJoin } from "../rewrites/list-and-join.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";

/** Finds texts that grow piece by piece in what can be a long loop. */
export const noStringAccumulation = defineCheck<"appended", object>({
  name: "no-string-accumulation",
  type: "suggestion",
  preset: "strict",
  severity: "warn",
  description: "Disallow putting a text together with `+=` in a loop that can be long",
  messages: {
    appended:
      "`{{name}}` grows by `{{how}}` in a loop: until something reads it, V8 keeps every piece, which takes up to 32 times the memory of the text.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    const quadratic = new Set(quadraticAccumulationsIn(file).map(({ accumulator }) => accumulator));
    for (const accumulation of textAccumulationsIn(file)) {
      if (!quadratic.has(accumulation.accumulator)) yield reportOn(file, accumulation);
    }
    for (const { isText, name, value } of reductionsIn(file)) {
      if (isText) yield report(name, "+", value);
    }
  },
});

function reportOn(file: CheckedFile, accumulation: Accumulation): Report<"appended"> {
  const { accumulator, growth } = accumulation;
  const { node } = growth;
  const how = node.type === "AssignmentExpression" && node.operator === "+=" ? "+=" : "+";
  return report(accumulator.name, how, node, listAndJoin(accumulation, file));
}

function report(
  name: string,
  how: string,
  place: Report<"appended">["place"],
  rewrite?: Rewrite,
): Report<"appended"> {
  const rewrites = rewrite ? [rewrite] : [];
  return { messageId: "appended", data: { name, how }, place, path: [], rewrites };
}
