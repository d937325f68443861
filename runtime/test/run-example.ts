import strictAssert from "node:assert/strict";
import { join } from "node:path";

import ts from "typescript";

const AsyncFunction = (async () => {}).constructor as new (
  ...parameters: string[]
) => (...values: unknown[]) => Promise<void>;

/** An example of the documentation. */
export interface Example {
  /** Where it stands, for messages. */
  readonly name: string;
  readonly code: string;
}

/**
 * Runs an example, in which `node:assert/strict` counts.
 *
 * @param load - Gives what the example imports.
 * @param filename - What `import.meta.filename` is.
 * @returns How many assertions it made.
 */
export async function runExample(
  code: string,
  load: (name: string) => unknown,
  filename = import.meta.filename,
): Promise<number> {
  const { outputText } = ts.transpileModule(code.replaceAll("import.meta.filename", "__filename"), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  let assertions = 0;
  const counted: typeof strictAssert = new Proxy(strictAssert, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member === "function") assertions++;
      return member;
    },
  });
  const require = (name: string): unknown => (name === "node:assert/strict" ? counted : load(name));
  await new AsyncFunction("require", "exports", "__filename", outputText)(require, {}, filename);
  return assertions;
}

/**
 * Type-checks examples under the options of a careful user.
 *
 * @param folder - Where they would stand: from there, their imports are resolved.
 * @param sourceOf - Which TypeScript file a module is; those that it does not know are resolved as
 *   Node does.
 * @returns What is wrong, each with the example's name.
 */
export function typeErrors(
  examples: readonly Example[],
  folder: string,
  sourceOf: (module: string) => string | undefined = () => undefined,
): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    skipLibCheck: true,
  };
  const files = new Map(
    examples.map(({ code }, index) => [
      join(folder, `example-${String(index)}.mts`),
      `${code}\nexport {};\n`,
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile.call(host, path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion);
  };
  host.resolveModuleNameLiterals = (literals, containing, redirect, compilerOptions, file) =>
    literals.map((literal) => {
      const source = sourceOf(literal.text);
      if (source !== undefined) {
        return { resolvedModule: { resolvedFileName: source, extension: ts.Extension.Ts } };
      }
      const mode = ts.getModeForUsageLocation(file, literal, compilerOptions);
      return ts.resolveModuleName(
        literal.text,
        containing,
        compilerOptions,
        host,
        undefined,
        redirect,
        mode,
      );
    });
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const index = [...files.keys()].indexOf(file?.fileName ?? "");
    const name = examples[index]?.name ?? file?.fileName ?? "";
    return `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
