import type { Resource } from "../catalogue.js";
import { functions, globals, method, origins, otherHolders } from "../entries.js";

/** Object URLs and observers. */
export const webObjects: readonly Resource[] = [
  {
    noun: "object URL",
    acquire: [...globals("URL.createObjectURL"), ...origins("url", "URL.createObjectURL")],
    async: false,
    release: [
      { kind: "function", origin: { module: "", name: "URL.revokeObjectURL" }, async: false },
      ...functions(
        ...otherHolders("URL.revokeObjectURL"),
        ...origins("url", "URL.revokeObjectURL"),
      ),
    ],
    idempotentRelease: true,
    // Whoever gets the text can revoke it.
    value: "object",
  },
  {
    noun: "observer",
    acquire: globals(
      "IntersectionObserver",
      "MutationObserver",
      "ResizeObserver",
      "ReportingObserver",
    ),
    async: false,
    release: [method("disconnect")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: ["observe"],
    oftenKept: true,
  },
  {
    noun: "observer",
    acquire: [...globals("PerformanceObserver"), ...origins("perf_hooks", "PerformanceObserver")],
    async: false,
    release: [method("disconnect")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: ["observe"],
    oftenKept: true,
  },
];
