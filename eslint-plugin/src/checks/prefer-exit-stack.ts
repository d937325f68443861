import type { Rewrite } from "../rewrites/edit.js";
import { collectInStack, collectionOf } from "../rewrites/collecting-loop.js";
import { managedIn } from "../rewrites/managed.js";
import { flattenWithStack, nestedIn } from "../rewrites/prefer-exit-stack.js";
import { mayWriteUsing } from "../rewrites/mode.js";
import { releasedFinally } from "../rewrites/prefer-using.js";
import { findSound, type SoundReport } from "../analysis/scopes/sound.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { placeOfCall } from "./leak-path.js";

/** Finds nested `try`/`finally`, and loops that release what a loop acquired. */
export const preferExitStack = defineCheck<"nested" | "loop", object>({
  name: "prefer-exit-stack",
  type: "suggestion",
  description: "Prefer an exit stack to nested `try`/`finally` and to loops that release",
  messages: {
    nested: "{{names}} are released by nested `try` statements, which one stack says flat.",
    loop: "What `{{name}}` collects is released by a loop, which stops at the first that fails.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    if (!mayWriteUsing(file) || !mayUseStacks(file)) return;
    const report = findSound(file);
    yield* nested(file, report);
    yield* loops(file, report);
  },
});

/** A matter of taste is no reason to add a package. */
function mayUseStacks({ rewrite, project }: CheckedFile): boolean {
  return rewrite !== "auto" || project.dependsOnRuntime;
}

function* nested(
  file: CheckedFile,
  { sound, provenance }: SoundReport,
): Generator<Report<"nested">> {
  const released = sound.flatMap((each) => {
    const found = releasedFinally(managedIn(file, provenance, each));
    return found ? [found] : [];
  });
  for (const chain of nestedIn(released)) {
    // What has a dispose symbol, or can be given one, `using` says better.
    const plain = chain.some(({ managed }) => managed.acquisition.resource.value === "plain");
    const [outermost] = chain;
    const rewrite = plain ? flattenWithStack(chain) : undefined;
    if (!rewrite || !outermost) continue;
    const names = chain.map(({ managed }) => `\`${managed.ownership.name}\``).join(" and ");
    const { call } = outermost.managed.acquisition;
    yield reportOn("nested", { names }, placeOfCall(call), rewrite);
  }
}

function* loops(
  file: CheckedFile,
  { collected, provenance }: SoundReport,
): Generator<Report<"loop">> {
  for (const each of collected) {
    const collection = collectionOf(managedIn(file, provenance, each));
    const rewrite = collection && collectInStack(collection);
    if (!rewrite) continue;
    const { call } = each.acquisition;
    yield reportOn("loop", { name: collection.variable.name }, placeOfCall(call), rewrite);
  }
}

function reportOn<Id extends string>(
  messageId: Id,
  data: Report<Id>["data"],
  place: Report<Id>["place"],
  rewrite: Rewrite,
): Report<Id> {
  return { messageId, data, place, path: [], rewrites: [rewrite] };
}
