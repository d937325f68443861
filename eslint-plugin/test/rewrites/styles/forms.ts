import type { Setting } from "../../checks/workspace.js";
import { code } from "../../checks/code.js";

/** One form of rewrite, by an example in the plainest style. */
export interface FormExample {
  readonly name: string;
  /** The title of the rewrite. */
  readonly title: string;
  readonly setting: Setting;
  /** Whether the tests' own declarations lack what the rewrite relies on. */
  readonly needsLib?: boolean;
  /** What the example's function has the resource in. */
  readonly variable: string;
  /**
   * Two spaces, double quotes, semicolons, one exported function. In place of the statement
   * `void 0;` a style puts what else may stand there.
   */
  readonly text: string;
}

const withRuntime: Setting = { runtime: true, node: ">=20.19" };

export const formExamples: readonly FormExample[] = [
  {
    name: "await using",
    title: "Manage `handle` with `await using`",
    setting: withRuntime,
    variable: "handle",
    text: code`
      import { open } from "node:fs/promises";

      export async function run(file: string) {
        const handle = await open(file, "r");
        void 0;
        const { size } = await handle.stat();
        await handle.close();
        return size;
      }
    `,
  },
  {
    name: "using",
    title: "Manage `folder` with `using`",
    setting: { node: ">=24.4" },
    needsLib: true,
    variable: "folder",
    text: code`
      import { opendirSync } from "node:fs";

      export function run(path: string) {
        const folder = opendirSync(path);
        void 0;
        const first = folder.readSync();
        folder.closeSync();
        return first;
      }
    `,
  },
  {
    name: "closing",
    title: "Manage `out` with `using` and `closing`",
    setting: withRuntime,
    variable: "out",
    text: code`
      import { createWriteStream } from "node:fs";

      export function run(path: string) {
        const out = createWriteStream(path);
        void 0;
        out.write(JSON.stringify(parse(path)));
        out.end();
      }
    `,
  },
  {
    name: "the runtime's disposer",
    title: "End `out` by `writable`, which waits until all is written",
    setting: withRuntime,
    variable: "out",
    text: code`
      import { createWriteStream } from "node:fs";

      export async function run(path: string) {
        const out = createWriteStream(path);
        void 0;
        await publish(path);
        out.end();
      }
    `,
  },
  {
    name: "ExitStack",
    title: "Manage `fd` with an `ExitStack`",
    setting: withRuntime,
    variable: "fd",
    text: code`
      import { closeSync, fstatSync, openSync } from "node:fs";

      export function run(file: string) {
        const fd = openSync(file, "r");
        void 0;
        const { size } = fstatSync(fd);
        closeSync(fd);
        return size;
      }
    `,
  },
  {
    name: "AsyncExitStack",
    title: "Manage `folder` with an `AsyncExitStack`",
    setting: withRuntime,
    variable: "folder",
    text: code`
      import { mkdtemp, readdir, rm } from "node:fs/promises";

      export async function run(prefix: string) {
        const folder = await mkdtemp(prefix);
        void 0;
        const names = await readdir(folder);
        await rm(folder, { recursive: true, force: true });
        return names;
      }
    `,
  },
  {
    name: "a temporary directory's disposer",
    title: "Make `folder` by `tempDir`, which removes it with all that is in it",
    setting: withRuntime,
    variable: "folder",
    text: code`
      import { mkdtemp, readdir, rm } from "node:fs/promises";
      import { tmpdir } from "node:os";
      import { join } from "node:path";

      export async function run(name: string) {
        const folder = await mkdtemp(join(tmpdir(), "unwind-"));
        void 0;
        const names = await readdir(folder);
        await rm(folder, { recursive: true, force: true });
        return names;
      }
    `,
  },
  {
    name: "move",
    title: "Hold `handle` in an `AsyncExitStack` until it is handed on",
    setting: withRuntime,
    variable: "handle",
    text: code`
      import { open } from "node:fs/promises";

      export async function run(file: string) {
        const handle = await open(file, "r");
        void 0;
        await publish(file);
        return handle;
      }
    `,
  },
  {
    name: "DisposableStack",
    title: "Manage `fd` with a `DisposableStack`",
    setting: { rewrite: "native", node: ">=24" },
    needsLib: true,
    variable: "fd",
    text: code`
      import { closeSync, fstatSync, openSync } from "node:fs";

      export function run(file: string) {
        const fd = openSync(file, "r");
        void 0;
        const { size } = fstatSync(fd);
        closeSync(fd);
        return size;
      }
    `,
  },
  {
    name: "collected, as many as there are",
    title:
      "Acquire `handles` one after the other, into an `AsyncExitStack`, which releases the last one first",
    setting: withRuntime,
    variable: "handles",
    text: code`
      import { open } from "node:fs/promises";

      export async function run(files: readonly string[]) {
        const handles = await Promise.all(files.map((file) => open(file, "r")));
        void 0;
        for (const handle of handles) logger.info("size", (await handle.stat()).size);
        for (const handle of handles) await handle.close();
      }
    `,
  },
  {
    name: "finally",
    title: "Release `fd` in a `finally`",
    setting: { rewrite: "try-finally" },
    variable: "fd",
    text: code`
      import { closeSync, fstatSync, openSync } from "node:fs";

      export function run(file: string) {
        const fd = openSync(file, "r");
        void 0;
        const { size } = fstatSync(fd);
        closeSync(fd);
        return size;
      }
    `,
  },
  {
    name: "catch",
    title: "Release `handle` if what follows fails",
    setting: { rewrite: "try-finally" },
    variable: "handle",
    text: code`
      import { open } from "node:fs/promises";

      export async function run(file: string) {
        const handle = await open(file, "r");
        void 0;
        await publish(file);
        return handle;
      }
    `,
  },
  {
    name: "release at once",
    title: "Release the file descriptor at once",
    setting: withRuntime,
    variable: "fd",
    text: code`
      import { closeSync, openSync } from "node:fs";

      export function run(file: string) {
        void 0;
        openSync(file, "w");
        closeSync(1);
      }
    `,
  },
  {
    name: "release before another",
    title: "Release the earlier `handle` before another is acquired",
    setting: withRuntime,
    variable: "handle",
    text: code`
      import { open, type FileHandle } from "node:fs/promises";

      export async function run(files: readonly string[]) {
        let handle: FileHandle | undefined;
        for (const file of files) {
          void 0;
          handle = await open(file, "r");
        }
        await handle?.close();
      }
    `,
  },
  {
    name: "prefer-using",
    title: "Manage `handle` with `await using`",
    setting: { ...withRuntime, rule: "prefer-using" },
    variable: "handle",
    text: code`
      import { open } from "node:fs/promises";

      export async function run(file: string) {
        const handle = await open(file, "r");
        try {
          void 0;
          const { size } = await handle.stat();
          return size;
        } finally {
          await handle.close();
        }
      }
    `,
  },
  {
    name: "prefer-exit-stack, nested",
    title: "Hold `from` and `to` in an `ExitStack`",
    setting: { ...withRuntime, rule: "prefer-exit-stack" },
    variable: "from",
    text: code`
      import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";

      export function run(file: string) {
        const from = openSync(file, "r");
        try {
          const to = openSync(file + ".copy", "w");
          try {
            void 0;
            writeFileSync(to, readFileSync(from));
          } finally {
            closeSync(to);
          }
        } finally {
          closeSync(from);
        }
      }
    `,
  },
  {
    name: "prefer-exit-stack, loops",
    title: "Collect `all` in an `ExitStack`, which releases the last one first",
    setting: { ...withRuntime, rule: "prefer-exit-stack" },
    variable: "all",
    text: code`
      import { closeSync, openSync } from "node:fs";

      export function run(files: readonly string[]) {
        const all: number[] = [];
        try {
          for (const file of files) all.push(openSync(file, "r"));
          void 0;
          logger.info("open", all.length);
        } finally {
          for (const fd of all) closeSync(fd);
        }
      }
    `,
  },
];
