import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname } from "node:path";

import { expect, test } from "vitest";

import { enterAsync, flattenErrors, withAsyncContext, withContext } from "../../src/index.js";
import { tempFile } from "../../src/node/index.js";
import { rejection } from "./rejection.js";

test("the async form gives a path and a handle; both are gone afterwards", async () => {
  const file = await withAsyncContext(tempFile(), async (open) => {
    await open.handle.writeFile("text");
    expect(await readFile(open.path, "utf8")).toBe("text");
    expect((await stat(open.path)).mode & 0o777).toBe(0o600);
    return open;
  });
  expect(existsSync(file.path)).toBe(false);
  expect(file.handle.fd).toBe(-1);
});

test("the sync form gives a path and a descriptor; both are gone afterwards", () => {
  const file = withContext(tempFile(), (open) => {
    writeSync(open.fd, "text");
    expect(readFileSync(open.path, "utf8")).toBe("text");
    return open;
  });
  expect(existsSync(file.path)).toBe(false);
  expect(() => fstatSync(file.fd)).toThrow("EBADF");
});

test("also after a failure, which comes out as it was thrown", async () => {
  const failure = new Error("body");
  const paths: string[] = [];
  const fail = ({ path }: { path: string }): void => {
    paths.push(path);
    throw failure;
  };
  expect(await rejection(withAsyncContext(tempFile(), fail))).toBe(failure);
  expect(() => withContext(tempFile(), fail)).toThrow(failure);
  expect(paths.map((path) => existsSync(path))).toEqual([false, false]);
});

test("the name is made of prefix, directory and suffix", () => {
  withContext(tempFile({ prefix: "report-", suffix: ".csv" }), ({ path }) => {
    expect(dirname(path)).toBe(tmpdir());
    expect(basename(path)).toMatch(/^report-[0-9a-f]{16}\.csv$/);
  });
  withContext(tempFile({ prefix: "" }), ({ path }) => {
    expect(basename(path)).toMatch(/^[0-9a-f]{16}$/);
  });
});

test("a file that was renamed to its place stays, and one that was removed is no error", async () => {
  const moved = await withAsyncContext(tempFile(), async ({ path, handle }) => {
    await handle.writeFile("text");
    await rename(path, `${path}-moved`);
    return `${path}-moved`;
  });
  expect(await readFile(moved, "utf8")).toBe("text");
  await rm(moved);
  withContext(tempFile(), ({ path }) => rmSync(path));
});

test("the handle may be closed by the body", async () => {
  await withAsyncContext(tempFile(), ({ handle }) => handle.close());
});

test("a failure to close is reported, and the file removed all the same", () => {
  let made = "";
  expect(() =>
    withContext(tempFile(), ({ path, fd }) => {
      made = path;
      closeSync(fd);
    }),
  ).toThrow("EBADF");
  expect(made).not.toBe("");
  expect(existsSync(made)).toBe(false);
});

test("a failure to remove is reported, and one to close beside it", async () => {
  let made = "";
  const replace = (path: string) => {
    made = path;
    rmSync(path);
    mkdirSync(path);
  };
  try {
    const error = await rejection(withAsyncContext(tempFile(), ({ path }) => replace(path)));
    expect(error).toMatchObject({ code: "ERR_FS_EISDIR" });
  } finally {
    rmSync(made, { recursive: true });
  }
  try {
    const error = await rejection(
      Promise.resolve().then(() =>
        withContext(tempFile(), ({ path, fd }) => {
          replace(path);
          closeSync(fd);
        }),
      ),
    );
    expect(flattenErrors(error).map((one) => (one as NodeJS.ErrnoException).code)).toEqual([
      "EBADF",
      "ERR_FS_EISDIR",
    ]);
  } finally {
    rmSync(made, { recursive: true });
  }
});

test("await using takes it by enterAsync()", async () => {
  let path: string;
  {
    await using file = await enterAsync(tempFile());
    ({ path } = file.value);
    await file.value.handle.write("text");
  }
  expect(existsSync(path)).toBe(false);
});

test("a file that cannot be made is an error of entering", async () => {
  const manager = tempFile({ dir: "/no/such/directory" });
  expect(() => manager.enter()).toThrow("ENOENT");
  expect(await rejection(manager.enterAsync())).toMatchObject({ code: "ENOENT" });
});

test("a prefix or suffix that leads elsewhere is a clear error", () => {
  expect(() => tempFile({ prefix: "../x" })).toThrow("The prefix of a temporary name");
  expect(() => tempFile({ suffix: "/x" })).toThrow("The suffix of a temporary name");
});
