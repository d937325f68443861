import type { TSESTree } from "@typescript-eslint/types";

import type { Escape } from "../analysis/paths/lifetimes.js";
import { firstWhere } from "../analysis/code/halving.js";
import { keptFor } from "../analysis/code/kept.js";
import type { Leak } from "../analysis/paths/leaks.js";
import type { Place, Step } from "./finding.js";

/** The stretch of the file that a node covers. */
export function placeOf({ range, loc }: TSESTree.Node): Place {
  return { range: [range[0], range[1]], loc };
}

/** The acquiring call by its name, without its arguments, which may go on for many lines. */
export function placeOfCall(call: TSESTree.CallExpression | TSESTree.NewExpression): Place {
  return {
    range: [call.range[0], call.callee.range[1]],
    loc: { start: call.loc.start, end: call.callee.loc.end },
  };
}

/** The steps of a leak, from the acquisition to where the function leaves. */
export function stepsOf({ acquisition, ownership, escape }: Leak): Step[] {
  const steps: Step[] = [{ message: "acquired here", place: placeOfCall(acquisition.call) }];
  if (!escape || !ownership) return steps;
  steps.push(...escape.steps.flatMap(conditionStep));
  steps.push(lastStep(escape, skippedRelease(ownership, escape), functionOf(acquisition)));
  return steps;
}

/** What a reader has to know of one edge of a path; nothing where control simply goes on. */
export function conditionStep({ from, edge }: Escape["steps"][number]): Step[] {
  if (edge.kind === "throw") {
    const message = from.node.type === "ThrowStatement" ? "thrown here" : "this may throw";
    return [{ message, place: placeOf(from.node) }];
  }
  if (edge.kind === "stop") {
    return [{ message: "the consumer may stop here", place: placeOf(from.node) }];
  }
  if (edge.condition && edge.condition.outcome !== "present") {
    const { test, outcome } = edge.condition;
    const message = {
      truthy: "this is true",
      falsy: "this is false",
      nullish: "this is null or undefined",
    }[outcome];
    return [{ message, place: placeOf(test) }];
  }
  if (from.kind === "node" && from.node.type === "CatchClause") {
    return [{ message: "caught here", place: placeOfStart(from.node, "catch".length) }];
  }
  return [];
}

function functionOf({ func, call }: Leak["acquisition"]): TSESTree.Node {
  return func ?? call;
}

/** Where the path leaves the function, or loses the resource, as a line of the source. */
export function lineOfExit(leak: Leak): number {
  const { kind, escape, acquisition } = leak;
  if (!escape) return acquisition.call.loc.start.line;
  const thrown = decisiveThrow(escape);
  if (thrown && (kind === "leaksOnThrow" || escape.end === "threw")) return thrown.loc.start.line;
  return exitPlace(escape, functionOf(acquisition)).loc.start.line;
}

/**
 * The node whose failure makes the difference: the last one, as earlier failures alone would have
 * come to the release; but not one that only throws again what was caught.
 */
function decisiveThrow(escape: Escape): TSESTree.Node | undefined {
  const throwing = escape.steps.flatMap(({ edge, from }) =>
    edge.kind === "throw" ? [from.node] : [],
  );
  return throwing.findLast(({ type }) => type !== "ThrowStatement") ?? throwing[0];
}

function lastStep(escape: Escape, skipped: TSESTree.Node | undefined, func: TSESTree.Node): Step {
  if (escape.end === "overwritten") {
    return { message: "overwritten here", place: placeOf(escape.last) };
  }
  if (escape.end === "threw" && skipped) {
    return { message: "leaves without release: this is skipped", place: placeOf(skipped) };
  }
  return { message: "leaves without release", place: exitPlace(escape, func) };
}

type Uses = NonNullable<Leak["ownership"]>["uses"];

/** The nodes that release a resource, in the order of the source. */
const releasesIn = keptFor((uses: Uses) =>
  uses
    .filter(({ effect }) => effect === "release")
    .map(({ at }) => at)
    .sort((a, b) => a.range[0] - b.range[0]),
);

/** The release that would have come next had the last node of the path not thrown. */
function skippedRelease(
  { uses }: NonNullable<Leak["ownership"]>,
  { last }: Escape,
): TSESTree.Node | undefined {
  const releases = releasesIn(uses);
  return releases[firstWhere(releases, ({ range }) => range[0] >= last.range[1])];
}

function exitPlace({ steps, last, end }: Escape, func: TSESTree.Node): Place {
  if (end === "threw" || end === "overwritten" || !("body" in func)) return placeOf(last);
  // A `finally` block may come after the statement that leaves.
  const leaving = steps.findLast(
    ({ from, edge }) => edge.kind === "stop" || from.node.type === "ReturnStatement",
  );
  if (leaving) return placeOf(leaving.from.node);
  // Control runs off the function's end: its closing brace, or the whole expression body.
  const { body } = func as TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;
  if (body.type !== "BlockStatement") return placeOf(body);
  const { range, loc } = body;
  return {
    range: [range[1] - 1, range[1]],
    loc: { start: { line: loc.end.line, column: loc.end.column - 1 }, end: loc.end },
  };
}

function placeOfStart({ range, loc }: TSESTree.Node, length: number): Place {
  return {
    range: [range[0], range[0] + length],
    loc: { start: loc.start, end: { line: loc.start.line, column: loc.start.column + length } },
  };
}
