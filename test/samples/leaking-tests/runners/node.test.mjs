import { after, afterEach, beforeEach, describe, test } from "node:test";

import { installLeakTracking } from "unwind/testing";

import { declare, releaseAll } from "./cases.mjs";

installLeakTracking({ beforeEach, afterEach });
declare({ describe, test, afterEach });
after(releaseAll);
