import { findLeaks, type Leak, type LeakKind } from "../analysis/leaks.js";
import type { Provenance } from "../analysis/provenance.js";
import type { Rewrite } from "../rewrites/edit.js";
import { manageWithUsing } from "../rewrites/manage.js";
import { releaseDiscarded } from "../rewrites/release-discarded.js";
import { releaseBeforeOverwrite } from "../rewrites/release-first.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { lineOfExit, placeOfCall, stepsOf } from "./leak-path.js";

interface Options {
  readonly paths: "all" | "normal";
}

/** Finds acquisitions that on some path are neither released nor handed over. */
export const noUnmanagedAcquisition = defineCheck<LeakKind, Options>({
  name: "no-unmanaged-acquisition",
  description: "Require every acquired resource to be released or handed over on every path",
  messages: {
    neverReleased: "`{{name}}` ({{noun}}) is never released: the function leaves at line {{line}}.",
    discarded: "This {{noun}} is discarded, so nothing can release it.",
    leaksOnThrow: "`{{name}}` ({{noun}}) is not released if line {{line}} throws.",
    leaksOnEarlyExit:
      "`{{name}}` ({{noun}}) is not released when the function leaves at line {{line}}.",
    leaksOnPartialFailure:
      "This {{noun}} is not released when another one that `Promise.all` waits for fails.",
    leftBehind: "`{{name}}` ({{noun}}) is left behind: nothing in this file removes it.",
    overwritten: "`{{name}}` ({{noun}}) is overwritten at line {{line}} before it is released.",
  },
  schema: {
    type: "object",
    properties: {
      paths: {
        enum: ["all", "normal"],
        description: "Whether the paths that exceptions take count (`all`) or not (`normal`).",
      },
    },
    additionalProperties: false,
  },
  defaultOptions: { paths: "all" },
  *run(file, options) {
    const { leaks, provenance } = findLeaks(file, options);
    for (const leak of leaks) yield report(leak, file, provenance);
  },
});

function report(leak: Leak, file: CheckedFile, provenance: Provenance): Report<LeakKind> {
  const { kind, acquisition, ownership } = leak;
  return {
    messageId: kind,
    data: {
      name: ownership?.name ?? "",
      noun: acquisition.resource.noun,
      line: String(lineOfExit(leak)),
    },
    place: placeOfCall(acquisition.call),
    path: stepsOf(leak),
    rewrites: rewritesOf(leak, file, provenance),
  };
}

/** The rewrites that are safe here, the best first. */
function rewritesOf(leak: Leak, file: CheckedFile, provenance: Provenance): Rewrite[] {
  const { kind, ownership } = leak;
  const { func, ...acquired } = leak.acquisition;
  // What a module makes is needed until the process ends.
  if (!func) return [];
  const acquisition = { ...acquired, func };
  const place = { ...file, provenance, acquisition };
  const found = ownership
    ? [
        manageWithUsing({ ...place, ownership, releasedSomewhere: kind !== "neverReleased" }),
        kind === "overwritten"
          ? releaseBeforeOverwrite({ ...place, ownership, releasedSomewhere: true })
          : undefined,
      ]
    : [releaseDiscarded(place)];
  return found.filter((rewrite) => rewrite !== undefined);
}
