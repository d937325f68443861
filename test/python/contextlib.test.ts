import { expect, it } from "vitest";

import { compare, report } from "./compare.mjs";
import { coverage } from "./coverage.mjs";

it("runs 500 random programs as Python's contextlib does", async () => {
  const comparison = await compare(500, 1);
  expect(comparison.compared).toBe(500);
  // Programs that do nothing would agree on everything.
  expect(coverage(comparison).missed).toEqual([]);
  expect(comparison.events).toBeGreaterThan(4000);
  expect(comparison.asynchronous).toBeGreaterThan(200);
  expect(comparison.asynchronous).toBeLessThan(300);
  expect(comparison.lost).toBeLessThan(50);
  expect(comparison.differences, report(comparison)).toEqual([]);
});
