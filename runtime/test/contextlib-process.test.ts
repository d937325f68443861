/* CPython's tests of redirect_stdout, redirect_stderr and chdir, asked of unwind/node. */
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";

import { describe, expect, test } from "vitest";

import { withContext } from "../src/index.js";
import { chdir, redirectStderr, redirectStdout, TextCollector } from "../src/node/index.js";

const streams = [
  {
    kind: "TestRedirectStdout",
    redirect: (target: TextCollector) => redirectStdout(target),
    stream: () => process.stdout,
  },
  {
    kind: "TestRedirectStderr",
    redirect: (target: TextCollector) => redirectStderr(target),
    stream: () => process.stderr,
  },
];

describe.for(streams)("$kind", ({ redirect, stream }) => {
  test("test_no_redirect_in_init: making the manager redirects nothing", () => {
    const { write } = stream();
    redirect(new TextCollector());
    expect(stream().write).toBe(write);
  });

  test("test_redirect_to_string_io", () => {
    const { write } = stream();
    const target = new TextCollector();
    withContext(redirect(target), () => stream().write("a message\n"));
    expect(stream().write).toBe(write);
    expect(target.text).toBe("a message\n");
  });

  test("test_enter_result_is_target", () => {
    const target = new TextCollector();
    withContext(redirect(target), (entered) => expect(entered).toBe(target));
  });

  test("test_cm_is_reusable", () => {
    const { write } = stream();
    const target = new TextCollector();
    const manager = redirect(target);
    withContext(manager, () => stream().write("Hello "));
    withContext(manager, () => stream().write("World!\n"));
    expect(stream().write).toBe(write);
    expect(target.text).toBe("Hello World!\n");
  });

  test("test_cm_is_reentrant", () => {
    const { write } = stream();
    const target = new TextCollector();
    const manager = redirect(target);
    withContext(manager, () => {
      stream().write("Hello ");
      withContext(manager, () => stream().write("World!"));
      stream().write("\n");
    });
    expect(stream().write).toBe(write);
    expect(target.text).toBe("Hello World!\n");
  });
});

describe("TestChdir", () => {
  const [one, two] = [realpathSync(tmpdir()), import.meta.dirname];

  test("test_simple", () => {
    const before = process.cwd();
    withContext(chdir(one), () => expect(process.cwd()).toBe(one));
    expect(process.cwd()).toBe(before);
  });

  test("test_reentrant", () => {
    const before = process.cwd();
    const [chdirOne, chdirTwo] = [chdir(one), chdir(two)];
    const seen: string[] = [];
    const see = () => seen.push(process.cwd());
    withContext(chdirOne, () => {
      see();
      withContext(chdirTwo, () => {
        see();
        withContext(chdirOne, see);
        see();
      });
      see();
    });
    expect(seen).toEqual([one, two, one, two, one]);
    expect(process.cwd()).toBe(before);
  });

  test("test_exception", () => {
    const before = process.cwd();
    const error = new Error("boom");
    expect(() =>
      withContext(chdir(one), () => {
        expect(process.cwd()).toBe(one);
        throw error;
      }),
    ).toThrow(error);
    expect(process.cwd()).toBe(before);
  });
});
