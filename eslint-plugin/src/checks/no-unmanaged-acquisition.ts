import { findHazards } from "../analysis/scopes/hazards.js";
import { findLeaks, type Leak, type LeakKind } from "../analysis/paths/leaks.js";
import type { Provenance } from "../analysis/code/provenance.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { lineOfExit, placeOfCall, stepsOf } from "./leak-path.js";
import { rewritesOf } from "./leak-rewrites.js";

interface Options {
  readonly paths: "all" | "normal";
}

/** Finds acquisitions that on some path are neither released nor handed over. */
export const noUnmanagedAcquisition = defineCheck<LeakKind, Options>({
  name: "no-unmanaged-acquisition",
  findsLeaks: true,
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
    // That a transaction stays open because of how its connection is managed, that rule tells.
    const told = new Set(findHazards(file).map(({ transaction }) => transaction?.acquisition.call));
    for (const leak of leaks) {
      if (!told.has(leak.acquisition.call)) yield report(leak, leaks, file, provenance);
    }
  },
});

function report(
  leak: Leak,
  all: readonly Leak[],
  file: CheckedFile,
  provenance: Provenance,
): Report<LeakKind> {
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
    rewrites: rewritesOf(leak, all, file, provenance),
  };
}
