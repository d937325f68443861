import { join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

const sources = join(import.meta.dirname, "../src");

const base: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: [],
};

/** The declarations as they are published, by path. */
function declarations(): ReadonlyMap<string, string> {
  const emitted = new Map<string, string>();
  const options = {
    ...base,
    declaration: true,
    emitDeclarationOnly: true,
    lib: ["lib.es2022.d.ts"],
  };
  const program = ts.createProgram([join(sources, "index.ts")], options);
  program.emit(undefined, (path, text) => emitted.set(path, text));
  return emitted;
}

const published = declarations();

/** What the compiler says about a user's file that imports the published declarations. */
function problems(code: string, lib: readonly string[], more: ts.CompilerOptions = {}): string[] {
  const options: ts.CompilerOptions = {
    ...base,
    noEmit: true,
    // A user who checks libraries must not stumble over ours.
    skipLibCheck: false,
    lib: lib.map((name) => `lib.${name}.d.ts`),
    ...more,
  };
  const host = ts.createCompilerHost(options);
  const user = join(sources, "user.mts");
  const texts = new Map([...published, [user, code]]);
  const { fileExists, getSourceFile, readFile } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) =>
    texts.has(path) || (!path.startsWith(`${sources}/`) && fileExists(path));
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile.call(host, path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([user], options, host);
  expect(program.getSourceFile(join(sources, "index.d.ts"))).toBeDefined();
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const use = `
  import { AsyncExitStack, closing, dispose, ExitStack, withContext } from "./index.js";
  export const stack: Disposable = new ExitStack();
  export const asyncStack: AsyncDisposable = new AsyncExitStack();
  export const own: Disposable = { [dispose]() {}, };
  export const theirs: Disposable = { [Symbol.dispose]() {} };
  export const length: number = withContext(closing({ close() {} }), () => "x").length;
  export class Own implements Disposable { [dispose]() {} }
`;

describe("the published declarations compile", () => {
  test.for([
    [["es2022"]],
    [["es2022", "dom"]],
    [["es2022", "esnext.disposable"]],
    [["esnext", "dom"]],
  ])("with lib %o", ([lib = []]) => {
    expect(problems(use, lib)).toEqual([]);
  });

  test("beside @types/node", () => {
    expect(problems(use, ["es2022"], { types: ["node"], skipLibCheck: true })).toEqual([]);
  });

  test("with every strictness", () => {
    const strict = {
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
    };
    expect(problems(use, ["es2022"], strict)).toEqual([]);
  });
});

test("they promise nothing that the engine may not have", () => {
  const code = `import "./index.js"; export const stack = new DisposableStack();`;
  expect(problems(code, ["es2022"])).toEqual([expect.stringContaining("DisposableStack")]);
  const error = `import "./index.js"; export const error = SuppressedError;`;
  expect(problems(error, ["es2022"])).toEqual([expect.stringContaining("SuppressedError")]);
});

test("the stacks go where the standard ones are asked for", () => {
  const code = `
    import { AsyncExitStack, ExitStack } from "./index.js";
    export const stack: DisposableStack = new ExitStack();
    export const asyncStack: AsyncDisposableStack = new AsyncExitStack();
  `;
  expect(problems(code, ["es2022", "esnext.disposable"])).toEqual([]);
});

test("using takes what the package gives", () => {
  const code = `
    import { closing, defer, ExitStack } from "./index.js";
    export async function run() {
      using stack = new ExitStack();
      using _ = defer(() => 1);
      await using file = closing({ close: async () => {} });
      return [stack, file];
    }
  `;
  expect(problems(code, ["es2022"])).toEqual([]);
  const wrong = `
    import { closing } from "./index.js";
    using file = closing({ close: async () => {} });
    export const { close } = file;
  `;
  expect(problems(wrong, ["es2022"])).toHaveLength(1);
});

test("wrapWith decorates what keeps its type, and nothing else", () => {
  const code = (manager: string) => `
    import { asyncContextManager, contextManager, wrapWith } from "./index.js";
    const plain = contextManager(function* () { yield 1; });
    const suppressing = contextManager(function* () { yield 1; }, { suppresses: true });
    const asyncPlain = asyncContextManager(async function* () { yield 1; });
    export class Service {
      @wrapWith(() => ${manager}()) load(id: number): number { return id; }
      @wrapWith(() => ${manager}()) async save(id: number): Promise<number> { return id; }
      @wrapWith(() => ${manager}()) async *ids(): AsyncGenerator<number> { yield 1; }
      @wrapWith(() => ${manager}()) get size(): number { return 1; }
    }
  `;
  expect(problems(code("plain"), ["es2022"])).toEqual([]);
  // All might give undefined; only the generator's result is any by its own type.
  expect(problems(code("suppressing"), ["es2022"])).toHaveLength(3);
  // The method and the getter would give a promise.
  expect(problems(code("asyncPlain"), ["es2022"])).toHaveLength(2);
});
