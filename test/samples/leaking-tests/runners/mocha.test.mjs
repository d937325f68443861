/* global after, afterEach, beforeEach, describe, it */
import { installLeakTracking } from "unwind/testing";

import { declare, releaseAll } from "./cases.mjs";

installLeakTracking({ beforeEach, afterEach });
declare({ describe, test: it, afterEach });
after(releaseAll);
