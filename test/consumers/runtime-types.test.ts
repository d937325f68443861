import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Project } from "./project.js";

// The oldest TypeScript that knows `using`, the last of each series since, and the one written in Go.
const versions = {
  "5.2": "~5.2.0",
  "5.9": "~5.9.0",
  "6.0": "~6.0.0",
  "7": "^7.0.0",
} as const;

let project: Project;

beforeAll(async () => {
  const compilers = Object.entries(versions).map(([name, range]) => [
    `typescript-${name}`,
    `npm:typescript@${range}`,
  ]);
  project = await Project.create(
    {
      ...(Object.fromEntries(compilers) as Record<string, string>),
      "@types/node": "^20",
      unwind: "packed",
    },
    { "package.json": { type: "module" } },
  );
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

/** All kinds of results that the package's types compute, in code that any `lib` understands. */
const usage = `import {
  AbstractContextManager,
  asyncContextManager,
  AsyncExitStack,
  closing,
  contextManager,
  defer,
  dispose,
  enter,
  ExitStack,
  type Failure,
  flattenErrors,
  nullContext,
  suppress,
  timed,
  withAsyncContext,
  withContext,
  wrapWith,
} from "unwind";

// As wide as the type itself, and no wider.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

const certain = { enter: () => 1, exit: (_?: Failure): void => undefined };
const perhaps = { enter: () => 1, exit: (_?: Failure): boolean => true };
const one = withContext(certain, (value) => value.toFixed());
same<typeof one, string>(true);
const two = withContext(perhaps, (value) => value.toFixed());
same<typeof two, string | undefined>(true);
const three = withContext([certain, perhaps], ([a, b]) => a + b);
same<typeof three, number | undefined>(true);
const four = withAsyncContext(certain, async (value) => value);
same<typeof four, Promise<number>>(true);
const five = withAsyncContext([perhaps, certain], async ([a]) => a);
same<typeof five, Promise<number | undefined>>(true);

// @ts-expect-error -- a body that returns a promise
withContext(certain, async () => 1);
// @ts-expect-error -- an async manager in the sync form
withContext({ enterAsync: async () => 1, exitAsync: async () => undefined }, () => 1);
// @ts-expect-error -- neither a manager nor disposable
withContext({ close() {} }, () => 1);

const made = contextManager(function* (path: string) {
  yield path.length;
});
const six = withContext(made("x"), (length) => length);
same<typeof six, number>(true);
const seven = withContext(contextManager(function* () { yield 1; }, { suppresses: true })(), () => 1);
same<typeof seven, number | undefined>(true);
const eight = withAsyncContext(asyncContextManager(async function* () { yield 1; })(), () => 1);
same<typeof eight, Promise<number>>(true);
const wrapped = made("x").wrap((count: number) => String(count));
same<ReturnType<typeof wrapped>, string>(true);
const decorated = wrapWith(() => suppress(RangeError))((count: number) => count);
same<ReturnType<typeof decorated>, number | undefined>(true);

export const stack: Disposable = new ExitStack();
export const asyncStack: AsyncDisposable = new AsyncExitStack();
export const own: Disposable = { [dispose]() {} };
export const theirs: Disposable = { [Symbol.dispose]() {} };
export const closed: Disposable = closing({ close() {} });
export const closedLater: AsyncDisposable = closing({ close: async () => undefined });
export const deferred: Disposable = defer(() => undefined);
export const entered: number = enter(made("x")).value;
export const value: number = withContext(nullContext(1), (it) => it);
export const errors: readonly unknown[] = flattenErrors(new Error());
export const timing: number = withContext(timed("t"), () => 1);
export class Lock extends AbstractContextManager<number> {
  protected acquire(): number {
    return 1;
  }
  protected release(): void {}
}
export const held: number = withContext(new Lock(), (it) => it);
`;

/** Names that a `lib` without `esnext.disposable` does not have, and must not get from us. */
const absent = ["DisposableStack", "AsyncDisposableStack", "SuppressedError"];

const withLib = `export const standard: DisposableStack = new ExitStack();
export const standardAsync: AsyncDisposableStack = new AsyncExitStack();
export async function main(): Promise<void> {
  using sync = new ExitStack();
  await using later = new AsyncExitStack();
  using file = closing({ close() {} });
  await using connection = closing({ close: async () => undefined });
  sync.defer(() => [file, connection]);
  later.use(sync.move());
}
`;

describe.each(Object.keys(versions))("the declarations under TypeScript %s", (version) => {
  /** What the compiler has to say; nothing when it is content. */
  async function compile(name: string, code: string, compilerOptions: object): Promise<string[]> {
    const folder = `${name}-${version.replace(".", "-")}`;
    await project.write({
      [`${folder}/main.ts`]: code,
      [`${folder}/tsconfig.json`]: {
        compilerOptions: {
          module: "nodenext",
          target: "es2022",
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          // Our declarations are to be checked, not trusted.
          skipLibCheck: false,
          ...compilerOptions,
        },
        files: ["main.ts"],
      },
    });
    const compiler = `node_modules/typescript-${version}/bin/tsc`;
    const { stdout } = await project.node(compiler, "-p", folder, "--pretty", "false");
    return stdout.split("\n").filter((line) => line !== "");
  }

  test("is the version that is meant", async () => {
    const { stdout } = await project.node(
      `node_modules/typescript-${version}/bin/tsc`,
      "--version",
    );
    expect(stdout).toMatch(new RegExp(`^Version ${version.replace(".", "\\.")}\\.`));
  });

  test("compile, with their result types, without esnext.disposable", async () => {
    expect(await compile("plain", usage, { lib: ["es2022"], types: [] })).toEqual([]);
  });

  test("do not make visible there what the engine may not have", async () => {
    const code = `import "unwind";\nexport const all = [${absent.join(", ")}];\n`;
    const problems = await compile("absent", code, { lib: ["es2022"], types: [] });
    expect(problems).toEqual(
      absent.map((name) => expect.stringContaining(`Cannot find name '${name}'`) as string),
    );
  });

  test("compile with esnext.disposable, as the standard's stacks and for using", async () => {
    const options = { lib: ["es2022", "esnext.disposable"], types: [] };
    expect(await compile("lib", usage + withLib, options)).toEqual([]);
  });

  test("compile for each sub-path, beside @types/node", async () => {
    const manifest = await readFile(
      join(project.folder, "node_modules/unwind/package.json"),
      "utf8",
    );
    const { exports } = JSON.parse(manifest) as { exports: Record<string, unknown> };
    const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
    expect(paths).toContain(".");
    const code = paths.map(
      (path, index) => `export * as all${String(index)} from "${join("unwind", path)}";\n`,
    );
    for (const lib of [["es2022"], ["es2022", "esnext.disposable"]]) {
      const problems = await compile(`paths-${String(lib.length)}`, code.join(""), {
        lib,
        types: ["node"],
      });
      // What @types/node says of itself under an old TypeScript is not ours to judge.
      const ours = problems.filter((line) => !/^\S*node_modules\/@types\//.test(line));
      expect(ours).toEqual([]);
    }
  });
});
