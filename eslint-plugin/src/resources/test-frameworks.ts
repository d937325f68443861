/** Modules by whose import a file shows that it is a test, or serves tests. */
export const testFrameworks: ReadonlySet<string> = new Set([
  "@jest/globals",
  "@playwright/test",
  "ava",
  "bun:test",
  "chai",
  "jasmine",
  "jest",
  "mocha",
  "node:test",
  "sinon",
  "tap",
  "tape",
  "uvu",
  "vitest",
]);
