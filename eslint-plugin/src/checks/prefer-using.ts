import { findSound } from "../analysis/scopes/sound.js";
import { managedIn } from "../rewrites/managed.js";
import { mayWriteUsing } from "../rewrites/mode.js";
import { preferUsing, type ReleasedFinally, releasedFinally } from "../rewrites/prefer-using.js";
import { type CheckedFile, defineCheck } from "./check.js";
import { placeOfCall } from "./leak-path.js";

/** Finds a correct `try`/`finally` that `using` says in the line that acquires. */
export const preferUsingCheck = defineCheck<"finally" | "group", object>({
  name: "prefer-using",
  type: "suggestion",
  description: "Prefer `using` to a `try`/`finally` that does nothing but release",
  messages: {
    finally: "`{{name}}` is released in a `finally`, which `using` says where it is acquired.",
    group: "{{names}} are released in a `finally`, which `using` says where they are acquired.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    if (!mayWriteUsing(file)) return;
    for (const group of groupsIn(file)) {
      const rewrite = preferUsing(group);
      const last = group.at(-1);
      if (!rewrite || !last) continue;
      const names = group.map(({ managed }) => managed.ownership.name).reverse();
      yield {
        messageId: group.length > 1 ? "group" : "finally",
        data: {
          name: names[0] ?? "",
          names: names.map((name) => `\`${name}\``).join(" and "),
        },
        place: placeOfCall(last.managed.acquisition.call),
        path: [],
        rewrites: [rewrite],
      };
    }
  },
});

/** What each `finally` of the file releases, in the order in which it does. */
function groupsIn(file: CheckedFile): ReleasedFinally[][] {
  const { sound, provenance } = findSound(file);
  const groups = new Map<unknown, ReleasedFinally[]>();
  for (const each of sound) {
    const released = releasedFinally(managedIn(file, provenance, each));
    if (!released) continue;
    const group = groups.get(released.attempt) ?? [];
    groups.set(released.attempt, group);
    group.push(released);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => a.release.range[0] - b.release.range[0]),
  );
}
