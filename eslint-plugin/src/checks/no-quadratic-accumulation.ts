import {
  type QuadraticAccumulation,
  quadraticAccumulationsIn,
} from "../analysis/text/accumulation.js";
import type { Growth } from "../analysis/text/growths.js";
import { type Reduction, reductionsIn } from "../analysis/text/reductions.js";
import { growInPlace, reduceInPlace } from "../rewrites/grow-in-place.js";
import { textAccumulator } from "../rewrites/text-accumulator.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import type { Step } from "./finding.js";
import { spelling } from "./spelling.js";

type MessageId = "read" | "joined" | "copied";

/** Finds accumulations that look at, or copy, all that there is for each piece that comes. */
export const noQuadraticAccumulation = defineCheck<MessageId, object>({
  name: "no-quadratic-accumulation",
  preset: "strict",
  description: "Disallow putting something together in a loop that looks at all of it each time",
  messages: {
    read: "`{{name}}` is appended to and read by `{{how}}` in each round, which copies all of it each time: twice the rounds take four times as long.",
    joined:
      "`{{name}}` grows and is put together anew by `{{how}}` in each round: twice the rounds take four times as long.",
    copied:
      "`{{how}}` copies all of `{{name}}` in each round to add to it: twice the rounds take four times as long.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const accumulation of quadraticAccumulationsIn(file)) yield reportOn(file, accumulation);
    for (const reduction of reductionsIn(file)) {
      if (!reduction.isText) yield reportOnReduction(file, reduction);
    }
  },
});

function reportOn(file: CheckedFile, accumulation: QuadraticAccumulation): Report<MessageId> {
  const { accumulator, growth, read } = accumulation;
  const { name, kind } = accumulator;
  const messageId = kind === "copied" ? "copied" : kind === "list" ? "joined" : "read";
  const how = read ? spelling(read.at, read.node, file) : nameOfGrowth(growth.kind);
  const rewrite =
    kind === "copied" ? growInPlace(accumulation, file) : textAccumulator(accumulation, file);
  return {
    messageId,
    data: { name, how },
    place: read?.at ?? growth.node,
    path: read ? stepsOf(accumulation, how) : [],
    rewrites: rewrite ? [rewrite] : [],
  };
}

function stepsOf(
  { accumulator, growth, read }: QuadraticAccumulation,
  how: string,
): readonly Step[] {
  const steps: Step[] = [{ message: `\`${accumulator.name}\` grows here`, place: growth.node }];
  if (read) steps.push({ message: `\`${how}\` looks at all of it`, place: read.at });
  return steps;
}

function reportOnReduction(file: CheckedFile, reduction: Reduction): Report<MessageId> {
  const { name, growing, value } = reduction;
  const rewrite = reduceInPlace(reduction, file);
  return {
    messageId: "copied",
    data: { name, how: nameOfGrowth(growing.kind) },
    place: value,
    path: [],
    rewrites: rewrite ? [rewrite] : [],
  };
}

function nameOfGrowth(kind: Growth["kind"]): string {
  switch (kind) {
    case "concatBytes":
      return "Buffer.concat";
    case "concatList":
      return "concat";
    case "assignObject":
      return "Object.assign";
    default:
      return "...";
  }
}
