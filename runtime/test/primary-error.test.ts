import { runInNewContext } from "node:vm";

import { expect, test } from "vitest";

import { primaryError, SuppressedError } from "../src/index.js";

test("anything but a SuppressedError is its own primary error", () => {
  const error = new Error("x", { cause: new Error("y") });
  expect(primaryError(error)).toBe(error);
  expect(primaryError(undefined)).toBe(undefined);
  expect(primaryError("text")).toBe("text");
});

test("it is the deepest suppressed error, whatever else failed meanwhile", () => {
  const body = new Error("body");
  const left = new SuppressedError(new Error("2"), new SuppressedError(new Error("1"), body));
  expect(primaryError(left)).toBe(body);
  expect(primaryError(new SuppressedError(new SuppressedError(3, 4), left))).toBe(body);
  expect(primaryError(new SuppressedError(new Error("1"), undefined))).toBe(undefined);
});

test("it looks through errors of other realms", () => {
  const foreign: unknown = runInNewContext(
    `Object.assign(new Error("x"), { name: "SuppressedError", error: 1, suppressed: "body" })`,
  );
  expect(primaryError(new SuppressedError(2, foreign))).toBe("body");
});

test("a circle ends", () => {
  const circle = new SuppressedError(1, 2);
  circle.suppressed = circle;
  expect(primaryError(circle)).toBe(circle);
});
