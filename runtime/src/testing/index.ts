// For its types: what is disposable here has to be so with any `lib`.
import "../symbols.js";

export { failEach, type FailEachReport } from "./fail-each.js";
export { FailEachError, type FailedRun } from "./fail-each-error.js";
export { type FailurePoint, InjectedError, type PointKind } from "./injected-error.js";
export type { Leak } from "./leak.js";
export {
  installLeakTracking,
  leakTrackingHooks,
  type LeakTrackingHooks,
  type RunnerHooks,
} from "./leak-tracking.js";
export { markAcquired, markReleased } from "./marks.js";
export type { Place } from "./places.js";
export { operation, point } from "./points.js";
export { ResourceLeakError } from "./resource-leak-error.js";
export type { FailEachOptions, VerifiedRun } from "./run.js";
export { type TrackOptions, untracked } from "./scope.js";
export { trackResources } from "./track-resources.js";
export {
  type Unreleased,
  type UnreleasedOptions,
  type UnreleasedWarnings,
  warnUnreleased,
} from "./unreleased.js";
