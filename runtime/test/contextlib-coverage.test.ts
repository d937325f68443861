import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

import { contextlibTests, reasons } from "./contextlib-coverage.js";

/** One of our tests: the Python tests that its title names, as `Class.test_name`. */
interface Titled {
  readonly title: string;
  readonly names: readonly string[];
}

/** The classes that a `describe` names: in its title, or by `kind` in the table that it runs over. */
function classesOf(call: ts.CallExpression, file: ts.SourceFile): string[] {
  const [title] = call.arguments;
  const text = title && ts.isStringLiteralLike(title) ? title.text : "";
  if (!text.includes("$kind")) return text.match(/\w+/g) ?? [];
  const kinds = [...file.text.matchAll(/^ {4}kind: "(\w+)"/gm)].map(([, kind = ""]) => kind);
  const table = ts.isCallExpression(call.expression) ? call.expression.arguments[0] : undefined;
  const start = table ? file.text.indexOf(`const ${table.getText(file)} = [`) : -1;
  const end = file.text.indexOf("\n];", start);
  expect(start, `the table of ${text}`).toBeGreaterThan(-1);
  return kinds.filter((kind) => {
    const at = file.text.indexOf(`kind: "${kind}"`);
    return start < at && at < end;
  });
}

function titledTests(file: ts.SourceFile): Titled[] {
  const found: Titled[] = [];
  const visit = (node: ts.Node, classes: readonly string[]): void => {
    let inside = classes;
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(file);
      const [title] = node.arguments;
      if (/^describe\b/.test(callee) && title && ts.isStringLiteralLike(title)) {
        inside = classesOf(node, file);
      } else if (callee === "test" && title && ts.isStringLiteralLike(title)) {
        found.push({ title: title.text, names: namesIn(title.text, classes) });
      }
    }
    ts.forEachChild(node, (child) => {
      visit(child, inside);
    });
  };
  visit(file, []);
  return found;
}

function namesIn(title: string, classes: readonly string[]): string[] {
  return [...title.matchAll(/(?:(\w+)\.)?\b(test(?:_\w+|With\w+))/g)].flatMap(
    ([mention, named, name = ""]) => {
      if (named !== undefined) return [`${named}.${name}`];
      const having = classes.filter((one) => contextlibTests[one]?.[name] !== undefined);
      return having.length > 0 ? having.map((one) => `${one}.${name}`) : [mention];
    },
  );
}

const here = import.meta.dirname;
const ours = readdirSync(here)
  .filter((name) => /^contextlib.*\.test\.ts$/.test(name) && !name.includes("coverage"))
  .flatMap((name) => {
    const text = readFileSync(join(here, name), "utf8");
    return titledTests(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  });

const all = Object.entries(contextlibTests).flatMap(([of, tests]) =>
  Object.entries(tests).map(([name, answer]) => ({ name: `${of}.${name}`, answer })),
);

test("all of CPython's tests are listed: 149, of which 134 have a meaning here", () => {
  expect(all).toHaveLength(149);
  expect(all.filter(({ answer }) => answer === "answered")).toHaveLength(134);
  const others = new Set(all.map(({ answer }) => answer));
  others.delete("answered");
  expect([...others].sort()).toEqual(Object.keys(reasons).sort());
});

test("each that has a meaning is named by one of our tests", () => {
  const named = new Set(ours.flatMap(({ names }) => names));
  const missing = all.filter(({ name, answer }) => answer === "answered" && !named.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("each of our tests names one that has a meaning, and none that CPython does not have", () => {
  const answered = new Set(
    all.filter(({ answer }) => answer === "answered").map(({ name }) => name),
  );
  for (const { title, names } of ours) {
    expect(names, title).not.toEqual([]);
    expect(names.filter((name) => !answered.has(name))).toEqual([]);
  }
  expect(ours.length).toBeGreaterThan(50);
});
