import type { Check } from "./check.js";
import { noUnmanagedAcquisition } from "./no-unmanaged-acquisition.js";

/** Every check, by rule name. */
export const checks: readonly Check[] = [noUnmanagedAcquisition];
