import { runInNewContext } from "node:vm";

import { expect, test } from "vitest";

import { flattenErrors, primaryError, SuppressedError } from "../src/index.js";

test("anything but a SuppressedError stands for itself", () => {
  const group = new AggregateError([1, 2]);
  expect(flattenErrors(group)).toEqual([group]);
  expect(flattenErrors(undefined)).toEqual([undefined]);
});

test("errors come in the order in which they were thrown", () => {
  const error = new SuppressedError(
    new SuppressedError("inner newer", "inner older"),
    new SuppressedError("release", "body"),
  );
  expect(flattenErrors(error)).toEqual(["body", "release", "inner older", "inner newer"]);
  expect(primaryError(error)).toBe("body");
});

test("it looks through errors of other realms", () => {
  const foreign: unknown = runInNewContext(
    `Object.assign(new Error("x"), { name: "SuppressedError", error: "b", suppressed: "a" })`,
  );
  expect(flattenErrors(new SuppressedError("c", foreign))).toEqual(["a", "b", "c"]);
});

test("a chain may be longer than the call stack", () => {
  let error: unknown = 0;
  for (let index = 1; index <= 100_000; index++) error = new SuppressedError(index, error);
  const errors = flattenErrors(error);
  expect(errors.length).toBe(100_001);
  expect(errors[0]).toBe(0);
  expect(errors.at(-1)).toBe(100_000);
});

test("a circle ends", () => {
  const circle = new SuppressedError("newer", 2);
  circle.suppressed = circle;
  expect(flattenErrors(circle)).toEqual(["newer"]);
  circle.error = circle;
  expect(flattenErrors(circle)).toEqual([circle]);
});
