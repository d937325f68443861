import { afterAll, afterEach, aroundEach, beforeEach, describe, test } from "vitest";

import { installLeakTracking } from "unwind/testing";

import { declare, releaseAll } from "./cases.mjs";

installLeakTracking({ beforeEach, afterEach, aroundEach });
declare({ describe, test, afterEach });
afterAll(releaseAll);

describe.concurrent("at the same time", () => {
  const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  test("is clean beside a leak", () => later(20));
  test("leaks beside others", async () => {
    await later(5);
    setInterval(() => {}, 60_000);
    await later(5);
  });
});
