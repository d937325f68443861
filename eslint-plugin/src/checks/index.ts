import type { Check } from "./check.js";
import { noBroadSuppression } from "./no-broad-suppression.js";
import { noHazardousDispose } from "./no-hazardous-dispose.js";
import { noQuadraticAccumulation } from "./no-quadratic-accumulation.js";
import { noSplitCharacters } from "./no-split-characters.js";
import { noStringAccumulation } from "./no-string-accumulation.js";
import { noUnmanagedAcquisition } from "./no-unmanaged-acquisition.js";
import { noUseAfterRelease } from "./no-use-after-release.js";
import { noUsingEscape } from "./no-using-escape.js";
import { preferExitStack } from "./prefer-exit-stack.js";
import { preferUsingCheck } from "./prefer-using.js";
import { requireDisposeMethod } from "./require-dispose-method.js";
import { requireOutcome } from "./require-outcome.js";
import { requireOwnerRelease } from "./require-owner-release.js";
import { requireYieldInTry } from "./require-yield-in-try.js";

/** Every check, by rule name. */
export const checks: readonly Check[] = [
  noBroadSuppression,
  noHazardousDispose,
  noQuadraticAccumulation,
  noSplitCharacters,
  noStringAccumulation,
  noUnmanagedAcquisition,
  noUseAfterRelease,
  noUsingEscape,
  preferExitStack,
  preferUsingCheck,
  requireDisposeMethod,
  requireOutcome,
  requireOwnerRelease,
  requireYieldInTry,
];
