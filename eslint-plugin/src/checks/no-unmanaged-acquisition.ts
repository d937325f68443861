import { findLeaks, type Leak, type LeakKind } from "../analysis/leaks.js";
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
    const { leaks } = findLeaks(file, options);
    for (const leak of leaks) yield report(leak, file);
  },
});

function report(leak: Leak, file: CheckedFile): Report<LeakKind> {
  void file;
  const { kind, acquisition, ownership } = leak;
  return {
    messageId: kind,
    data: {
      name: ownership?.variable.name ?? "",
      noun: acquisition.resource.noun,
      line: String(lineOfExit(leak)),
    },
    place: placeOfCall(acquisition.call),
    path: stepsOf(leak),
    rewrites: [],
  };
}
