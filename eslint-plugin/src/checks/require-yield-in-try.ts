import { findYieldFaults, type YieldFault } from "../analysis/outcomes/generator-yields.js";
import { calleeName } from "../analysis/code/syntax.js";
import { tryAroundYield } from "../rewrites/try-around-yield.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { headOfFunction } from "./places.js";

type MessageId = "skipped" | "missing" | "again" | "againAfterFailure";

/** Finds generators of managers that do not exit as they should. */
export const requireYieldInTry = defineCheck<MessageId, object>({
  name: "require-yield-in-try",
  description: "Require a manager's generator to yield once, and to clean up when the body fails",
  messages: {
    skipped: "{{code}} is skipped when the body fails: its failure is thrown at this `yield`.",
    missing: "On this path the generator does not yield, so that entering its manager throws.",
    again: "The generator yields again here, so that exiting its manager throws.",
    againAfterFailure:
      "The generator yields again here when the body has failed, so that exiting its manager throws.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const fault of findYieldFaults(file)) yield report(fault, file);
  },
});

function report(fault: YieldFault, file: CheckedFile): Report<MessageId> {
  switch (fault.kind) {
    case "skipped": {
      const { at, skipped, func } = fault;
      const rewrite = tryAroundYield(at, func, file);
      return {
        messageId: "skipped",
        data: { code: nameOf(skipped) },
        place: at,
        path: [
          { message: "the body's failure is thrown here", place: at },
          { message: "this is skipped", place: skipped },
        ],
        rewrites: rewrite ? [rewrite] : [],
      };
    }
    case "missing":
      return {
        messageId: "missing",
        data: {},
        place: fault.at === fault.func ? headOfFunction(fault.func, file.text) : fault.at,
        path: [],
        rewrites: [],
      };
    case "again": {
      const { at, after, failed } = fault;
      return {
        messageId: failed ? "againAfterFailure" : "again",
        data: {},
        place: at,
        path: [
          { message: "the generator yields here", place: after },
          { message: failed ? "and again when that throws" : "and again here", place: at },
        ],
        rewrites: [],
      };
    }
  }
}

function nameOf(node: Extract<YieldFault, { kind: "skipped" }>["skipped"]): string {
  const call = node.type === "AwaitExpression" ? node.argument : node;
  if (call.type !== "CallExpression") return "What follows";
  const name = calleeName(call.callee);
  return name === "" ? "What follows" : `\`${name}()\``;
}
