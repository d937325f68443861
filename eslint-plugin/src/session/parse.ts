import path from "node:path";

import { analyze, type ScopeManager } from "@typescript-eslint/scope-manager";
import type { Lib, TSESTree } from "@typescript-eslint/types";
import {
  parseAndGenerateServices,
  type ParserServices,
} from "@typescript-eslint/typescript-estree";
import { visitorKeys } from "@typescript-eslint/visitor-keys";
import type { CompilerOptions, Program } from "typescript";

import type { Place } from "../checks/finding.js";
import type { Problem } from "./report.js";
import { typescript } from "./typescript.js";

export interface Parsed {
  readonly ast: TSESTree.Program;
  readonly scopes: ScopeManager;
  readonly services: ParserServices;
}

/** A text that does not parse. */
export class SyntaxProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Parses a file as typescript-eslint's parser does for ESLint, but without tokens: no check asks for
 * them, and to make them takes as long as half of the tree.
 *
 * @param program Holds the file with the same text; absent for parsing without types.
 * @throws {@link SyntaxProblem} When the text does not parse.
 */
export function parse(filePath: string, text: string, program?: Program): Parsed {
  const sourceType = /\.c[jt]s$/i.test(filePath) ? "script" : "module";
  let result: ReturnType<typeof parseAndGenerateServices>;
  let scopes: ScopeManager;
  try {
    result = parseAndGenerateServices(text, {
      filePath,
      tsconfigRootDir: path.dirname(filePath),
      sourceType,
      jsx: true,
      comment: true,
      loc: true,
      range: true,
      tokens: false,
      // In continuous integration the parser would take a second look at a file for an automated
      // fix, and leave the program aside.
      disallowAutomaticSingleRunInference: true,
      loggerFn: false,
      ...(program && { programs: [program] }),
    });
    result.ast.sourceType = sourceType;
    scopes = analyze(result.ast, {
      globalReturn: sourceType === "script",
      sourceType,
      ...(program && scopeOptions(program.getCompilerOptions())),
    });
  } catch (error) {
    if (isSyntaxError(error)) throw new SyntaxProblem(describe(error, text));
    if (isStackOverflow(error)) throw new SyntaxProblem(nestedTooDeeply);
    throw error;
  }
  setParents(result.ast, visitorKeys);
  return { ast: result.ast, scopes, services: result.services };
}

/** What a program's options say about names that are declared nowhere in a file. */
function scopeOptions({ lib, target, jsxFactory, jsxFragmentFactory }: CompilerOptions) {
  return {
    lib: lib ? lib.flatMap((name) => libraryName(name)) : [defaultLibrary(target)],
    ...(jsxFactory !== undefined && { jsxPragma: beforeDot(jsxFactory) }),
    ...(jsxFragmentFactory !== undefined && { jsxFragmentName: beforeDot(jsxFragmentFactory) }),
  };
}

function beforeDot(name: string): string {
  return name.split(".", 1)[0]?.trim() ?? name;
}

/** `lib.es2020.d.ts`, as options have it, without what surrounds the name. */
function libraryName(file: string): Lib[] {
  const name = /^lib\.(.+)\.d\.ts$/.exec(file.toLowerCase())?.[1];
  return name === undefined ? [] : [name as Lib];
}

/** The library that TypeScript takes where none is named. */
function defaultLibrary(target: CompilerOptions["target"]): Lib {
  const { ScriptTarget } = typescript;
  const newest = (ScriptTarget as { readonly LatestStandard?: number }).LatestStandard;
  // Before TypeScript 6, which tells the newest standard, the default was ES5.
  const effective = target ?? newest;
  // `Latest` and the like stand for others, which come first.
  const named = Object.entries(ScriptTarget).find(([, value]) => value === effective);
  const name = named?.[0].toLowerCase() ?? "";
  if (name === "es2015") return "es6";
  return /^es(?:\d{4}|next)$/.test(name) ? (`${name}.full` as Lib) : "lib";
}

/** The parser calls itself for what is nested, a sum of thousands of terms for example. */
const nestedTooDeeply: Problem = {
  kind: "too-large",
  message: "not analysed: nested too deeply to be parsed (generated?); check its source instead",
};

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith("Maximum call stack size");
}

interface ParserError extends Error {
  readonly location: Record<"start" | "end", { line: number; column: number; offset: number }>;
}

function isSyntaxError(error: unknown): error is ParserError {
  return error instanceof Error && "location" in error && "index" in error;
}

function describe({ message, location: { start, end } }: ParserError, text: string): Problem {
  const to = end.offset > start.offset ? end : { ...start, offset: start.offset };
  const place: Place = {
    range: [Math.min(start.offset, text.length), Math.min(to.offset, text.length)],
    loc: {
      start: { line: start.line, column: start.column },
      end: { line: to.line, column: to.column },
    },
  };
  const cause = message.replace(/\s+/g, " ").replace(/\.$/, "");
  return {
    kind: "syntax",
    message: `does not parse at ${start.line}:${start.column + 1}: ${cause}; correct it there`,
    place,
  };
}

/** ESLint gives every node its parent before it runs a rule; the parser does not. */
function setParents(
  program: TSESTree.Program,
  visitorKeys: Readonly<Record<string, readonly string[] | undefined>>,
): void {
  const pending: TSESTree.Node[] = [program];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const children = node as unknown as Record<string, unknown>;
    for (const key of visitorKeys[node.type] ?? []) {
      const child = children[key];
      for (const each of Array.isArray(child) ? (child as unknown[]) : [child]) {
        if (!isNode(each)) continue;
        (each as { parent?: TSESTree.Node }).parent = node;
        pending.push(each);
      }
    }
  }
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === "object" && value !== null && "type" in value;
}
