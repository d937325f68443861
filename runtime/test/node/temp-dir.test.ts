import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";

import { describe, expect, test } from "vitest";

import {
  enter,
  enterAsync,
  flattenErrors,
  withAsyncContext,
  withContext,
} from "../../src/index.js";
import { chdir, tempDir } from "../../src/node/index.js";
import { asOrdinaryUser } from "./ordinary-user.js";
import { rejection } from "./rejection.js";

/** Fills a directory with what is hard to remove. */
function fill(directory: string): void {
  mkdirSync(join(directory, "a", "b"), { recursive: true });
  writeFileSync(join(directory, "a", "b", "file"), "text");
  symlinkSync("/etc", join(directory, "a", "link"));
  chmodSync(join(directory, "a", "b", "file"), 0o400);
  chmodSync(join(directory, "a", "b"), 0o500);
  chmodSync(join(directory, "a"), 0o500);
}

describe.each(["sync", "async"])("the %s form", (form) => {
  const use = async (options: Parameters<typeof tempDir>[0], body: (path: string) => unknown) => {
    if (form === "sync") withContext(tempDir(options), (path) => void body(path));
    else await withAsyncContext(tempDir(options), body);
  };

  test("makes a directory for this user only, and removes it with all that is in it", async () => {
    let made = "";
    await use({}, (path) => {
      made = path;
      expect(isAbsolute(path)).toBe(true);
      expect(dirname(path)).toBe(tmpdir());
      expect(basename(path)).toMatch(/^tmp-/);
      mkdirSync(join(path, "deep", "er"), { recursive: true });
      writeFileSync(join(path, "deep", "er", "file"), "text");
    });
    expect(made).not.toBe("");
    expect(existsSync(made)).toBe(false);
  });

  test("also after a failure, which comes out as it was thrown", async () => {
    const failure = new Error("body");
    let made = "";
    const error = await rejection(
      use({}, (path) => {
        made = path;
        throw failure;
      }),
    );
    expect(error).toBe(failure);
    expect(existsSync(made)).toBe(false);
  });

  test("removes write-protected directories, and follows no link", async () => {
    let made = "";
    await asOrdinaryUser(() =>
      use({}, (path) => {
        made = path;
        fill(path);
      }),
    );
    expect(made).not.toBe("");
    expect(existsSync(made)).toBe(false);
    expect(existsSync("/etc")).toBe(true);
  });

  test("reports a removal that fails, and keeps the body's failure before it", async () => {
    const failure = new Error("body");
    for (const fail of [false, true]) {
      const parent = await asOrdinaryUser(makeParent);
      try {
        const error = await asOrdinaryUser(() =>
          rejection(
            use({ dir: parent }, () => {
              chmodSync(parent, 0o500);
              if (fail) throw failure;
            }),
          ),
        );
        const errors = flattenErrors(error);
        expect(errors.at(-1)).toMatchObject({
          code: expect.stringMatching(/^E(ACCES|PERM)$/) as string,
        });
        expect(errors.length).toBe(fail ? 2 : 1);
        if (fail) expect(errors[0]).toBe(failure);
      } finally {
        rmSync(parent, { recursive: true, force: true });
      }
    }
  });

  test("takes it for done where the directory is gone already", async () => {
    await use({}, (path) => rmSync(path, { recursive: true }));
  });

  test("takes the prefix and the directory, also a relative one after a chdir", async () => {
    await withAsyncContext(tempDir(), async (parent) => {
      await mkdir(join(parent, "inner"));
      await withAsyncContext(chdir(parent), async () => {
        await use({ dir: "inner", prefix: "report-" }, (path) => {
          expect(dirname(path)).toBe(join(process.cwd(), "inner"));
          expect(basename(path)).toMatch(/^report-/);
          process.chdir("/");
        });
        process.chdir(parent);
        expect(await readdir("inner")).toEqual([]);
      });
    });
  });
});

function makeParent(): string {
  const parent = withContext(tempDir(), (path) => `${path}-parent`);
  mkdirSync(parent);
  return parent;
}

test("is for this user only", async () => {
  await withAsyncContext(tempDir(), async (path) => {
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });
});

test("what was moved to where it belongs stays", async () => {
  const moved = await withAsyncContext(tempDir(), async (path) => {
    await writeFile(join(path, "file"), "text");
    await rename(path, `${path}-moved`);
    return `${path}-moved`;
  });
  expect(await readdir(moved)).toEqual(["file"]);
  await rm(moved, { recursive: true });
});

test("using takes it by enter() and enterAsync()", async () => {
  let paths: string[];
  {
    using entered = enter(tempDir());
    await using later = await enterAsync(tempDir());
    paths = [entered.value, later.value];
    expect(paths.every((path) => existsSync(path))).toBe(true);
  }
  expect(paths.some((path) => existsSync(path))).toBe(false);
});

test("a manager is for one directory at a time, and makes a new one each time", async () => {
  const manager = tempDir();
  const first = await withAsyncContext(manager, async (path) => {
    expect(await rejection(withAsyncContext(manager, () => {}))).toMatchObject({
      message: expect.stringContaining("is entered already") as string,
    });
    expect(() => manager.enter()).toThrow("is entered already");
    expect(existsSync(path)).toBe(true);
    return path;
  });
  expect(withContext(manager, (path) => path)).not.toBe(first);
});

test("a directory that cannot be made is an error of entering, and nothing is held", async () => {
  const manager = tempDir({ dir: "/no/such/directory" });
  expect(() => manager.enter()).toThrow("ENOENT");
  expect(await rejection(manager.enterAsync())).toMatchObject({ code: "ENOENT" });
  expect(() => manager.enter()).toThrow("ENOENT");
});

test("a prefix that leads elsewhere is a clear error", () => {
  for (const prefix of ["../evil", "a/b", "a\\b", "a\0"]) {
    expect(() => tempDir({ prefix })).toThrow(
      "The prefix of a temporary name has to be a part of a file's name",
    );
  }
  expect(() => tempDir({ prefix: 1 as never })).toThrow(TypeError);
});
