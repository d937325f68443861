import type { TSESTree } from "@typescript-eslint/types";

import type { FunctionNode } from "../analysis/code/syntax.js";
import type { Place } from "./finding.js";

/** A clause's head, for its body may be long. */
export function headOfClause(clause: TSESTree.CatchClause): Place {
  const { param, loc, range } = clause;
  const [start] = range;
  const { line, column } = loc.start;
  return {
    range: [start, param?.range[1] ?? start + "catch".length],
    loc: {
      start: loc.start,
      end: param?.loc.end ?? { line, column: column + "catch".length },
    },
  };
}

/** A function's first word and its name, for its body may be long. */
export function headOfFunction(func: FunctionNode, text: string): Place {
  const [start] = func.range;
  const { loc } = func;
  const length = /^[\w \t]*\*?/.exec(text.slice(start))?.[0].trimEnd().length ?? 1;
  const end = func.id ?? { range: [0, start + length] as const };
  return {
    range: [start, end.range[1]],
    loc: {
      start: loc.start,
      end: func.id?.loc.end ?? { line: loc.start.line, column: loc.start.column + length },
    },
  };
}
