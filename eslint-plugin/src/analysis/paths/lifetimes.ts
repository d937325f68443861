import type { TSESTree } from "@typescript-eslint/types";

import { chainsOf } from "../flow/chains.js";
import type { Edge, Point } from "../flow/control-flow-graph.js";
import { losesNothing, takes } from "./exceptions.js";
import { effectsByPoint, endsOf, isOwnedBefore, pointsAround } from "./fates.js";
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
  const { acquisition, ownership, graph } = question;
  const { resource } = acquisition;
  if (isOwnedBefore(question)) return undefined;
  const effects = effectsByPoint(acquisition, ownership, graph);
  const starts = question.starts.flatMap((node) => pointsAround(node, graph));
  const allows = passableEdges(question);

  // Whether there may be a path is found out sooner than the shortest one. The exceptions that are
  // taken for this resource alone are left out of it, so that what was found out serves all.
  if (!question.construction) {
    const ends = endsOf(question, effects, starts);
    const mayTake = (point: Point): boolean => takes(question, point, throws);
    const search = { starts, ends, allows, throws, takes: mayTake };
    if (!chainsOf(graph).reaches(search)) return undefined;
  }

  const taken = new Map<Point, { from: Point; edge: Edge }>();
  const pending: Point[] = [];
  const follow = (from: Point, edge: Edge): void => {
    if (taken.has(edge.to)) return;
    taken.set(edge.to, { from, edge });
    pending.push(edge.to);
  };
  const leave = (point: Point, started: boolean): void => {
    for (const edge of point.edges) {
      if (edge.kind === "throw") {
        // Until the acquiring expression is through, nothing is held.
        if (started || !takes(question, point, throws) || losesNothing(point, question)) continue;
      }
      if (allows(edge)) follow(point, edge);
    }
  };
  for (const start of starts) leave(start, true);
  // The list grows while it is read: breadth first, so that the first path found is a shortest.
  for (const point of pending) {
    if (point === graph.returned || point === graph.threw) {
      if (point === graph.returned && question.losing === "threw") continue;
      if (point === graph.threw && question.failsWithProcess) continue;
      return escapeTo(point, point === graph.threw ? "threw" : "returned", taken, starts);
    }
    if (starts.includes(point)) {
      // Acquired again by the same code: the first is lost, unless it is taken for another start.
      if (resource.dormantUntil) continue;
      return escapeTo(point, "overwritten", taken, starts);
    }
    const effect = effects.get(point);
    if (effect === "release" || effect === "handOver") continue;
    if (effect === "overwrite") return escapeTo(point, "overwritten", taken, starts);
    if (endsProcess(point.node)) continue;
    leave(point, false);
  }
  return undefined;
}

function escapeTo(
  end: Point,
  kind: Escape["end"],
  taken: ReadonlyMap<Point, { from: Point; edge: Edge }>,
  starts: readonly Point[],
): Escape {
  const steps: { from: Point; edge: Edge }[] = [];
  for (let at = end; ;) {
    const step = taken.get(at);
    if (!step) break;
    steps.unshift(step);
    at = step.from;
    if (starts.includes(at)) break;
  }
  const evaluated = steps.findLast(({ from }) => from.kind === "node");
  return {
    steps,
    end: kind,
    last: kind === "overwritten" ? end.node : (evaluated?.from.node ?? end.node),
  };
}
