import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** File watchers of packages. */
export const packageWatchers: readonly Resource[] = [
  {
    noun: "file watcher",
    acquire: origins("chokidar", "FSWatcher", "watch"),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    failsAfterRelease: ["add"],
    value: "object",
    oftenKept: true,
    fluent: [...emitterMethods, "add", "ref", "unref", "unwatch"],
  },
  {
    noun: "file watcher",
    acquire: origins("@parcel/watcher", "subscribe"),
    async: true,
    release: [asyncMethod("unsubscribe")],
    idempotentRelease: true,
    failsAfterRelease: ["add"],
    value: "object",
    oftenKept: true,
  },
  {
    noun: "file watcher",
    acquire: origins("watchpack", "", "default"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    failsAfterRelease: ["add"],
    value: "object",
    dormantUntil: ["watch"],
    oftenKept: true,
    fluent: emitterMethods,
  },
];
