import path from "node:path";

import { parseForESLint, type ParserServices } from "@typescript-eslint/parser";
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import type { Program } from "typescript";

import type { Place } from "../checks/finding.js";
import type { Problem } from "./report.js";

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
 * Parses a file as ESLint would with typescript-eslint's parser.
 *
 * @param program Holds the file with the same text; absent for parsing without types.
 * @throws {@link SyntaxProblem} When the text does not parse.
 */
export function parse(filePath: string, text: string, program?: Program): Parsed {
  const commonJs = /\.c[jt]s$/i.test(filePath);
  let result: ReturnType<typeof parseForESLint>;
  try {
    result = parseForESLint(text, {
      filePath,
      tsconfigRootDir: path.dirname(filePath),
      sourceType: commonJs ? "script" : "module",
      ecmaFeatures: { jsx: true, globalReturn: commonJs },
      // In continuous integration the parser would take a second look at a file for an automated
      // fix, and leave the program aside.
      disallowAutomaticSingleRunInference: true,
      loggerFn: false,
      ...(program && { programs: [program] }),
    });
  } catch (error) {
    if (isSyntaxError(error)) throw new SyntaxProblem(describe(error, text));
    if (isStackOverflow(error)) throw new SyntaxProblem(nestedTooDeeply);
    throw error;
  }
  setParents(result.ast, result.visitorKeys);
  return { ast: result.ast, scopes: result.scopeManager, services: result.services };
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
        Object.assign(each, { parent: node });
        pending.push(each);
      }
    }
  }
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === "object" && value !== null && "type" in value;
}
