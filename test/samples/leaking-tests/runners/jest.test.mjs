/* global afterAll, afterEach, beforeEach, describe, test */
import { installLeakTracking } from "unwind/testing";

import { declare, releaseAll } from "./cases.mjs";

declare({ describe, test, afterEach });
// Jest calls hooks in the order of their declaration, so this is the last one.
installLeakTracking({ beforeEach, afterEach });
afterAll(releaseAll);
