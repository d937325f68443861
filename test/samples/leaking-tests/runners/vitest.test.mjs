import { afterAll, afterEach, beforeEach, describe, test } from "vitest";

import { installLeakTracking } from "unwind/testing";

import { declare, releaseAll } from "./cases.mjs";

installLeakTracking({ beforeEach, afterEach });
declare({ describe, test, afterEach });
afterAll(releaseAll);
