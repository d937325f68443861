import { defineCheck } from "./check.js";

/** Finds acquisitions that on some path are neither released nor handed over. */
export const noUnmanagedAcquisition = defineCheck({
  name: "no-unmanaged-acquisition",
  description: "Require every acquired resource to be released or handed over on every path",
  messages: {
    neverReleased: "`{{name}}` ({{noun}}) is never released.",
    discarded: "The {{noun}} acquired here is discarded, so nothing can release it.",
    leaksOnThrow: "`{{name}}` ({{noun}}) is not released when line {{line}} throws.",
    leaksOnEarlyExit: "`{{name}}` ({{noun}}) is not released when the function leaves at line {{line}}.",
    overwritten: "`{{name}}` ({{noun}}) is overwritten at line {{line}} before it is released.",
  },
  schema: {
    type: "object",
    properties: { paths: { enum: ["all", "normal"] } },
    additionalProperties: false,
  },
  defaultOptions: { paths: "all" },
  run: () => [],
});
