import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { type Example, runExample, typeErrors } from "./run-example.js";

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

const nodeRequire = createRequire(import.meta.url);
const load = (name: string): unknown => modules.get(name) ?? nodeRequire(name);

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
    expect(await runExample(code, load, import.meta.filename)).toBeGreaterThan(0);
  });

  test("type-check as a user's code would", { timeout: 60_000 }, () => {
    // As after publishing, but from the sources: the test must not depend on an earlier build.
    const sourceOf = (module: string): string | undefined => {
      const folder = folders.get(module);
      return folder === undefined ? undefined : join(sources, folder, "index.ts");
    };
    expect(typeErrors(examples, join(runtime, "test"), sourceOf)).toEqual([]);
  });
});
