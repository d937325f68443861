import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { describe, expect, test } from "vitest";

const runtime = join(import.meta.dirname, "..");
const sources = join(runtime, "src");

/** The package's entry, and those of its parts; each is asked for all that it exports. */
const entries = ["index.ts", ...readdirSync(sources).map((name) => `${name}/index.ts`)].filter(
  (name) => existsSync(join(sources, name)),
);

const program = ts.createProgram(
  entries.map((name) => join(sources, name)),
  {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
  },
);
const checker = program.getTypeChecker();

const isPublic = (member: ts.ClassElement | ts.TypeElement): boolean =>
  (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0 &&
  !(member.name && ts.isPrivateIdentifier(member.name));

/** What is missing of a callable's documentation. `this` is told to nobody. */
function missingParams(signature: ts.SignatureDeclaration, told: readonly ts.JSDocTag[]): string[] {
  const params = told.filter(ts.isJSDocParameterTag).map(({ name }) => name.getText());
  return signature.parameters
    .map(({ name }) => (ts.isObjectBindingPattern(name) ? "options" : name.getText()))
    .filter((name) => name !== "this" && !params.includes(name))
    .map((name) => `@param ${name}`);
}

interface Doc {
  readonly summary: boolean;
  readonly tags: readonly ts.JSDocTag[];
}

/** The doc comments of all declarations of a symbol together: overloads share the first one's. */
function docOf(symbol: ts.Symbol): Doc {
  return {
    summary: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "",
    tags: (symbol.declarations ?? []).flatMap((declaration) => ts.getJSDocTags(declaration)),
  };
}

/** What the rules ask for and a name of the public API does not have. */
function problems(symbol: ts.Symbol): string[] {
  const { summary, tags } = docOf(symbol);
  const found: string[] = [];
  if (!summary) found.push("a summary");
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0;
  // A type has one where it is there to be implemented; the others are seen in use.
  if (isValue && !tags.some(({ tagName }) => tagName.text === "example")) found.push("@example");
  for (const declaration of symbol.declarations ?? []) {
    if (ts.isFunctionDeclaration(declaration)) found.push(...missingParams(declaration, tags));
    if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
      found.push(...memberProblems(declaration));
    }
  }
  return [...new Set(found)];
}

function memberProblems(declaration: ts.ClassDeclaration | ts.InterfaceDeclaration): string[] {
  const byName = new Map<string, ts.SignatureDeclaration[]>();
  for (const member of declaration.members) {
    const isCallable =
      ts.isMethodDeclaration(member) ||
      ts.isMethodSignature(member) ||
      ts.isConstructorDeclaration(member);
    if (!isCallable || !isPublic(member)) continue;
    const name = ts.isConstructorDeclaration(member) ? "constructor" : member.name.getText();
    byName.set(name, [...(byName.get(name) ?? []), member]);
  }
  return [...byName].flatMap(([name, signatures]) => {
    const tags = signatures.flatMap((signature) => ts.getJSDocTags(signature));
    const missing = signatures.flatMap((signature) => missingParams(signature, tags));
    return [...new Set(missing)].map((what) => `${what} of ${name}`);
  });
}

test("of each part of the package is looked at", () => {
  expect(entries.length).toBeGreaterThanOrEqual(4);
});

describe.each(entries)("the documentation of %s", (entry) => {
  const source = program.getSourceFile(join(sources, entry));
  const module = source && checker.getSymbolAtLocation(source);
  const names = (module ? checker.getExportsOfModule(module) : []).map((symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  );

  test("is asked of all names", () => {
    expect(names.length).toBeGreaterThan(entry === "index.ts" ? 40 : 5);
  });

  test("says of each name what it is, with each parameter and an example", () => {
    const all = names
      .map((symbol): [string, string[]] => [symbol.name, problems(symbol)])
      .filter(([, missing]) => missing.length > 0);
    expect(Object.fromEntries(all)).toEqual({});
  });

  test("names what is thrown by each function that throws for a wrong argument", () => {
    const silent = names.filter((symbol) => {
      const functions = (symbol.declarations ?? []).filter(ts.isFunctionDeclaration);
      const throws = functions.some(({ body }) => body?.getText().includes("throw new TypeError"));
      // An async function says it where it says what its promise comes to.
      const told = docOf(symbol).tags.some(
        (tag) => tag.tagName.text === "throws" || /\bRejects with\b/.test(tag.getText()),
      );
      return throws && !told;
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
