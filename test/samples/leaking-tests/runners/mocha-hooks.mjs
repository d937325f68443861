import { leakTrackingHooks } from "unwind/testing";

export const mochaHooks = leakTrackingHooks();
