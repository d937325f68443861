import strictAssert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

const runtime = join(import.meta.dirname, "..");
const sources = join(runtime, "src");
const guides = join(runtime, "../docs/guides");

/** The folder of each module of the package, by the name under which users import it. */
const folders = new Map([
  ["unwind", "."],
  ...readdirSync(sources)
    .filter((name) => existsSync(join(sources, name, "index.ts")))
    .map((name): [string, string] => [`unwind/${name}`, name]),
]);
const modules = new Map<string, object>();
for (const [name, folder] of folders) {
  modules.set(name, (await import(join(sources, folder, "index.ts"))) as object);
}

interface Example {
  /** The file and the first line of the code in it. */
  readonly name: string;
  readonly code: string;
}

/** The ```ts blocks of a text; `prefix` is what each line begins with, as ` * ` in a doc comment. */
function blocks(text: string, file: string, prefix = ""): Example[] {
  const examples: Example[] = [];
  let code: string[] | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.trimStart().startsWith("*") ? line.replace(/^\s*\* ?/, "") : line;
    const bare = prefix === "" ? line : content;
    if (code === undefined) {
      if (bare === "```ts") {
        code = [];
        examples.push({ name: `${file}:${String(index + 2)}`, code: "" });
      }
    } else if (bare === "```") {
      const { name } = examples.pop() as Example;
      examples.push({ name, code: code.join("\n") });
      code = undefined;
    } else {
      code.push(bare);
    }
  }
  if (code !== undefined) throw new Error(`${file}: a code block is not closed`);
  return examples;
}

const examples = [
  ...blocks(readFileSync(join(runtime, "README.md"), "utf8"), "README.md"),
  ...(existsSync(guides) ? readdirSync(guides) : [])
    .filter((name) => name.endsWith(".md"))
    .flatMap((name) => blocks(readFileSync(join(guides, name), "utf8"), `docs/guides/${name}`)),
  ...readdirSync(sources, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => blocks(readFileSync(join(sources, name), "utf8"), `src/${name}`, "*")),
];

const AsyncFunction = (async () => {}).constructor as new (
  ...parameters: string[]
) => (...values: unknown[]) => Promise<void>;

/** Runs an example; returns how many assertions it made. */
async function run(code: string): Promise<number> {
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
  const nodeRequire = createRequire(import.meta.url);
  const require = (name: string): unknown => {
    if (name === "node:assert/strict") return counted;
    return modules.get(name) ?? nodeRequire(name);
  };
  await new AsyncFunction("require", "exports", "__filename", outputText)(
    require,
    {},
    import.meta.filename,
  );
  return assertions;
}

describe("the examples", () => {
  test.for([...modules])("are there: one for each public name of %s", ([module, exported]) => {
    const documented = Object.keys(exported).filter((name) =>
      examples.some(
        (example) =>
          example.name.startsWith("src/") &&
          new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from "${module}"`).test(example.code),
      ),
    );
    expect(documented.sort()).toEqual(Object.keys(exported).sort());
  });

  test("are there: a README full", () => {
    expect(examples.filter(({ name }) => name.startsWith("README")).length).toBeGreaterThan(8);
  });

  test.for(examples)("$name runs, and its assertions hold", async ({ code }) => {
    expect(await run(code)).toBeGreaterThan(0);
  });

  test("type-check as a user's code would", { timeout: 60_000 }, () => {
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
        join(runtime, "test", `example-${String(index)}.mts`),
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
    // As after publishing, but from the sources: the test must not depend on an earlier build.
    host.resolveModuleNameLiterals = (literals, containing, redirect, compilerOptions, file) =>
      literals.map((literal) => {
        const { text } = literal;
        const folder = folders.get(text);
        return folder === undefined
          ? ts.resolveModuleName(
              text,
              containing,
              compilerOptions,
              host,
              undefined,
              redirect,
              ts.getModeForUsageLocation(file, literal, compilerOptions),
            )
          : {
              resolvedModule: {
                resolvedFileName: join(sources, folder, "index.ts"),
                extension: ts.Extension.Ts,
              },
            };
      });
    const program = ts.createProgram([...files.keys()], options, host);
    const problems = ts.getPreEmitDiagnostics(program).map((diagnostic) => {
      const file = diagnostic.file?.fileName ?? "";
      const index = [...files.keys()].indexOf(file);
      return `${examples[index]?.name ?? file}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
    });
    expect(problems).toEqual([]);
  });
});
