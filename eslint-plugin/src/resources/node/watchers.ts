import type { Resource } from "../catalogue.js";
import { emitterMethods, method, origins } from "../entries.js";

/** Watchers of `node:fs`. */
export const watchers: readonly Resource[] = [
  {
    noun: "file watcher",
    acquire: origins(["fs", "fs-extra", "graceful-fs"], "watch"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    withoutPromises: true,
    oftenKept: true,
    fluent: [...emitterMethods, "ref", "unref"],
  },
];
