import { mkdirSync, realpathSync, rmdirSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, afterEach, expect, test } from "vitest";

import {
  dispose,
  enter,
  type EnteredContext,
  ExitStack,
  withAsyncContext,
  withContext,
} from "../../src/index.js";
import { chdir, tempDir } from "../../src/node/index.js";

let directory: EnteredContext<string>;
let root: string;
const before = process.cwd();

beforeEach(() => {
  directory = enter(tempDir());
  root = realpathSync(directory.value);
  mkdirSync(join(root, "a"));
});

afterEach(() => {
  process.chdir(before);
  directory[dispose]();
});

test("changes the directory for the body, and back also after a failure", () => {
  const failure = new Error("body");
  expect(() =>
    withContext(chdir(root), (path) => {
      expect([path, process.cwd()]).toEqual([root, root]);
      throw failure;
    }),
  ).toThrow(failure);
  expect(process.cwd()).toBe(before);
});

test("nests; a relative path counts from where it is entered, and a manager may be entered again", () => {
  const seen: string[] = [];
  const up = chdir("..");
  withContext(chdir(join(root, "a")), () => {
    withContext(up, (path) => {
      seen.push(path);
      withContext(chdir("a"), () => withContext(up, (again) => seen.push(again)));
    });
    expect(process.cwd()).toBe(join(root, "a"));
  });
  expect(seen).toEqual([root, root]);
  expect(process.cwd()).toBe(before);
});

test("works in the async form, in stacks and under using", async () => {
  await withAsyncContext(chdir(root), async () => {
    await Promise.resolve();
    expect(process.cwd()).toBe(root);
  });
  {
    using stack = new ExitStack();
    stack.enterContext(chdir(root));
    using entered = enter(chdir("a"));
    expect(entered.value).toBe(join(root, "a"));
  }
  expect(process.cwd()).toBe(before);
});

test("a directory that is not there is an error of entering, and nothing has changed", () => {
  expect(() => withContext(chdir("/no/such/directory"), () => {})).toThrow("ENOENT");
  expect(process.cwd()).toBe(before);
});

test("an old directory that is gone is an error of the exit", () => {
  process.chdir(join(root, "a"));
  expect(() => withContext(chdir(root), () => rmdirSync("a"))).toThrow("ENOENT");
});
