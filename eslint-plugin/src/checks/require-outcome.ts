import {
  findUntoldOutcomes,
  type UntoldOutcome,
} from "../analysis/outcomes/outcomes-under-using.js";
import { completeBeforeExits } from "../rewrites/complete-before-exits.js";
import type { Rewrite } from "../rewrites/edit.js";
import { inContext } from "../rewrites/in-context.js";
import { type CheckedFile, defineCheck } from "./check.js";

/** Finds managers under `using` that are never told that the work succeeded. */
export const requireOutcome = defineCheck<"never" | "missed", object>({
  name: "require-outcome",
  description: "Require a manager that looks at the outcome to be told of success under `using`",
  messages: {
    never: "`{{name}}.complete()` is never called, so that {{otherwise}} even when all went well.",
    missed: "Work is done and returned here without `{{name}}.complete()`, so that {{otherwise}}.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const untold of findUntoldOutcomes(file)) {
      const { name, otherwise, entered, missed } = untold;
      yield {
        messageId: missed ? "missed" : "never",
        data: { name, otherwise },
        place: missed ?? entered,
        path: missed
          ? [
              { message: "entered here", place: entered },
              { message: "left here without `complete()`", place: missed },
            ]
          : [],
        rewrites: rewritesOf(untold, file),
      };
    }
  },
});

function rewritesOf({ declaration, name, missed }: UntoldOutcome, file: CheckedFile): Rewrite[] {
  const completed = completeBeforeExits(declaration, name, missed, file);
  const called = missed ? undefined : inContext(declaration, file);
  return called ? [...completed, called] : completed;
}
