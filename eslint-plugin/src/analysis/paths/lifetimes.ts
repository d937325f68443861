import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { chainsOf } from "../flow/chains.js";
import type { Edge, Point } from "../flow/control-flow-graph.js";
import { losesNothing, takes } from "./exceptions.js";
import { endAt, type Fates, fatesOf, isOwnedBefore, pointsAround } from "./fates.js";
import { flagTestedBy, type FlagValues, initialValues, keyOfValues, valuesAfter } from "./flags.js";
import type { LifetimeQuestion, Throws } from "./lifetime-question.js";
import { passableEdges } from "./passable.js";
import { endsProcess } from "../flow/throw-points.js";

/** A path from an acquisition to where its resource is lost, as the edges taken. */
export interface Escape {
  /** The edges in order, each with the point that it leaves. */
  readonly steps: readonly { readonly from: Point; readonly edge: Edge }[];
  readonly end:
    | "returned"
    | "threw"
    /** The variable is assigned anew, or the acquiring code runs again. */
    | "overwritten";
  /** The last node that was evaluated. */
  readonly last: TSESTree.Node;
}

/** The shortest path on which a resource that was acquired is neither released nor handed over. */
export function findEscape(question: LifetimeQuestion, throws: Throws): Escape | undefined {
  const { ownership, graph } = question;
  if (isOwnedBefore(question)) return undefined;
  const fates = fatesOf(ownership, graph);
  const starts = question.starts.flatMap((node) => pointsAround(node, graph));
  const allows = passableEdges(question);

  // Whether there may be a path is found out sooner than the shortest one. The exceptions that are
  // taken for this resource alone are left out of it, so that what was found out serves all.
  if (!question.construction) {
    const search = {
      starts,
      stops: fates,
      furtherStops: [...starts, graph.returned, graph.threw],
      endAt: (point: Point) => endAt(point, question, fates, starts),
      allows,
      throws,
      takes: (point: Point) => takes(question, point, throws),
    };
    if (!chainsOf(graph).reaches(search)) return undefined;
  }

  // Which flags a path contradicts is found out by that path: most contradict none.
  const flags = new Set<Variable>();
  for (;;) {
    const escape = shortestEscape(question, throws, { fates, starts, allows, flags });
    const contradicted = escape && contradictedFlag(escape, starts, question);
    if (!contradicted || flags.has(contradicted)) return escape;
    flags.add(contradicted);
  }
}

/** A place on a path, with what the flags are worth there. */
interface Moment {
  readonly point: Point;
  readonly values: FlagValues;
}

interface Step {
  readonly from: Moment;
  readonly edge: Edge;
}

function shortestEscape(
  question: LifetimeQuestion,
  throws: Throws,
  search: {
    readonly fates: Fates;
    readonly starts: readonly Point[];
    readonly allows: (edge: Edge) => boolean;
    readonly flags: ReadonlySet<Variable>;
  },
): Escape | undefined {
  const { acquisition, graph, provenance } = question;
  const { resource, func, value } = acquisition;
  const { fates, starts, allows, flags } = search;
  const seen = new Map<string, Set<Point>>();
  const taken = new Map<Moment, Step>();
  const pending: Moment[] = [];
  const follow = (from: Moment, edge: Edge): void => {
    const tests = flags.size > 0 ? edge.condition : undefined;
    const tested = tests && flagTestedBy(tests, func, provenance);
    const known = tested && from.values.get(tested.flag);
    if (known !== undefined && known !== tested?.value) return;
    const values = valuesAfter(edge.to.node, from.values, flags, func, provenance);
    const key = keyOfValues(values, flags);
    const there = seen.get(key) ?? new Set<Point>();
    seen.set(key, there);
    if (there.has(edge.to)) return;
    const moment = { point: edge.to, values };
    there.add(edge.to);
    taken.set(moment, { from, edge });
    pending.push(moment);
  };
  const leave = (moment: Moment, started: boolean): void => {
    const { point } = moment;
    for (const edge of point.edges) {
      if (edge.kind === "throw") {
        // Until the acquiring expression is through, nothing is held.
        if (started || !takes(question, point, throws) || losesNothing(point, question)) continue;
      }
      if (allows(edge)) follow(moment, edge);
    }
  };
  for (const start of starts) {
    leave({ point: start, values: initialValues(flags, start.node, func) }, true);
  }
  // The list grows while it is read: breadth first, so that the first path found is a shortest.
  for (const moment of pending) {
    const { point } = moment;
    if (point === graph.returned || point === graph.threw) {
      if (point === graph.returned && question.losing === "threw") continue;
      if (point === graph.threw && question.failsWithProcess) continue;
      return escapeTo(moment, point === graph.threw ? "threw" : "returned", taken, starts);
    }
    if (starts.includes(point)) {
      // Acquired again by the same code: the first is lost, unless it is taken for another start.
      if (resource.dormantUntil) continue;
      return escapeTo(moment, "overwritten", taken, starts);
    }
    const effect = fates.at(point, value);
    if (effect === "release" || effect === "handOver") continue;
    if (effect === "overwrite") return escapeTo(moment, "overwritten", taken, starts);
    if (endsProcess(point.node)) continue;
    leave(moment, false);
  }
  return undefined;
}

/** A flag whose value, as a path itself sets it, forbids one of the path's edges. */
function contradictedFlag(
  { steps }: Escape,
  starts: readonly Point[],
  { acquisition: { func }, provenance }: LifetimeQuestion,
): Variable | undefined {
  const tests = steps.flatMap(({ edge }) => {
    const tested = edge.condition && flagTestedBy(edge.condition, func, provenance);
    return tested ? [{ ...tested, edge }] : [];
  });
  const [start] = starts;
  if (tests.length === 0 || !start) return undefined;
  const flags = new Set(tests.map(({ flag }) => flag));
  let values = initialValues(flags, start.node, func);
  for (const { edge } of steps) {
    const test = tests.find((each) => each.edge === edge);
    const known = test && values.get(test.flag);
    if (test && known !== undefined && known !== test.value) return test.flag;
    values = valuesAfter(edge.to.node, values, flags, func, provenance);
  }
  return undefined;
}

function escapeTo(
  end: Moment,
  kind: Escape["end"],
  taken: ReadonlyMap<Moment, Step>,
  starts: readonly Point[],
): Escape {
  const steps: { from: Point; edge: Edge }[] = [];
  for (let at = end; ;) {
    const step = taken.get(at);
    if (!step) break;
    steps.unshift({ from: step.from.point, edge: step.edge });
    at = step.from;
    if (starts.includes(at.point)) break;
  }
  const evaluated = steps.findLast(({ from }) => from.kind === "node");
  return {
    steps,
    end: kind,
    last: kind === "overwritten" ? end.point.node : (evaluated?.from.node ?? end.point.node),
  };
}
