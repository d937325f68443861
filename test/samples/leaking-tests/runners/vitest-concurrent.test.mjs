import { afterAll, afterEach, beforeEach, test } from "vitest";

import { installLeakTracking } from "unwind/testing";

// Without aroundEach, as it is with runners that have none.
installLeakTracking({ beforeEach, afterEach });

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let timer;

test.concurrent("is clean", () => later(5));
test.concurrent("leaks", async () => {
  await later(20);
  timer = setInterval(() => {}, 60_000);
});
test.concurrent("ends last, after one that leaks", () => later(60));

afterAll(() => clearInterval(timer));
