import { join } from "node:path";
import { createContext, runInContext } from "node:vm";

import { buildSync } from "esbuild";
import ts from "typescript";

/*
 * Counts what code does with the characters of strings, as V8 does it: `a + b` copies nothing, but
 * makes a rope of two strings, unless the result is very short; whatever looks at the characters of a
 * rope first copies all of it into a flat string; a method that gives a string copies that; `join`
 * copies all pieces. The code runs in a context of its own, whose strings and arrays count, with each
 * `+` in it replaced by a function that does.
 */

/** The module and what its strings have cost. */
export interface Counted {
  readonly streams: typeof import("../../src/streams/index.js");
  /** How many characters were copied or searched by now. */
  copied(): number;
  /** Makes a function `(chunk, chunks)` whose strings are counted, too. */
  compile(body: string): (chunk: string, chunks: number) => unknown;
}

const entry = join(import.meta.dirname, "../../src/streams/index.ts");
const counting = `
  let copied = 0;
  // By their text, for strings have no identity. A text in here has not been made flat yet.
  const ropes = new Set();
  const flat = (text) => {
    if (ropes.delete(text)) copied += text.length;
    return text;
  };
  globalThis.__add = (a, b) => {
    const sum = a + b;
    if (typeof sum !== "string") return sum;
    // V8 makes ropes of 13 characters and more.
    if (sum.length < 13) copied += sum.length;
    else if (a !== "" && b !== "") ropes.add(sum);
    return sum;
  };
  const wrap = (prototype, name, before) => {
    const original = prototype[name];
    Object.defineProperty(prototype, name, {
      value: function (...args) {
        before(this);
        const result = Reflect.apply(original, this, args);
        if (typeof result === "string") copied += result.length;
        // What was searched, from where to where it was found.
        if (name === "indexOf" || name === "includes") {
          const end = typeof result === "number" && result !== -1 ? result + String(args[0]).length : this.length;
          copied += Math.max(end - (args[1] ?? 0), 0);
        }
        return result;
      },
      writable: true, configurable: true,
    });
  };
  const cheap = ["constructor", "toString", "valueOf", "concat"];
  for (const name of Object.getOwnPropertyNames(String.prototype)) {
    if (name !== "length" && !cheap.includes(name)) wrap(String.prototype, name, (self) => flat(String(self)));
  }
  Object.defineProperty(String.prototype, "concat", {
    value(...others) { return others.reduce((sum, one) => __add(sum, String(one)), String(this)); },
  });
  wrap(Array.prototype, "join", () => {});
  globalThis.__copied = () => copied;
`;

/** The sources as one script, and each `+` and `+=` in it a call. */
let script: string | undefined;

/** Loads the module afresh, with nothing counted. */
export function load(): Counted {
  script ??= countable(
    buildSync({
      entryPoints: [entry],
      bundle: true,
      format: "iife",
      globalName: "streams",
      target: "es2022",
      write: false,
    }).outputFiles[0]?.text ?? "",
  );
  const context = createContext({ TextDecoder, performance });
  runInContext(counting, context);
  runInContext(`${script}; globalThis.streams = streams;`, context);
  const { streams, __copied: copied } = context as unknown as {
    streams: Counted["streams"];
    __copied: () => number;
  };
  return {
    streams,
    copied,
    compile: (body) =>
      runInContext(countable(`(function (chunk, chunks) { ${body} })`), context) as (
        chunk: string,
        chunks: number,
      ) => unknown,
  };
}

function countable(code: string): string {
  const source = ts.createSourceFile("code.js", code, ts.ScriptTarget.ES2022, true);
  const { factory } = ts;
  const add = (left: ts.Expression, right: ts.Expression): ts.Expression =>
    factory.createCallExpression(factory.createIdentifier("__add"), undefined, [left, right]);
  const result = ts.transform(source, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node => {
        const visited = ts.visitEachChild(node, visit, context);
        if (!ts.isBinaryExpression(visited)) return visited;
        const { left, operatorToken, right } = visited;
        if (operatorToken.kind === ts.SyntaxKind.PlusToken) return add(left, right);
        if (operatorToken.kind !== ts.SyntaxKind.PlusEqualsToken) return visited;
        // The targets here are names and fields of `this`: naming them twice does nothing twice.
        return factory.createAssignment(left, add(left, right));
      };
      return ts.visitEachChild(root, visit, context);
    },
  ]);
  return ts.createPrinter().printFile(result.transformed[0] as ts.SourceFile);
}
