import { expect, test } from "vitest";

import { describeFindings } from "../../src/cli/summary.js";

test.each([
  [1, 0, "1 leak"],
  [10, 0, "10 leaks"],
  [0, 1, "1 finding"],
  [0, 1200, "1,200 findings"],
  [1, 1, "1 leak and 1 other finding"],
  [10, 3, "10 leaks and 3 other findings"],
])("%i leaks and %i others: %s", (leaks, others, words) => {
  expect(describeFindings({ leaks, others })).toBe(words);
});
