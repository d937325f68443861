import type { ControlFlowGraph, Edge, Point } from "./control-flow-graph.js";
import { firstWhere } from "../code/halving.js";
import { keptFor, keptIn } from "../code/kept.js";
import { endsProcess } from "./throw-points.js";

/** A run of points of which each has one way on, to the next, unless it throws. */
interface Chain {
  readonly points: readonly Point[];
  /** The edges by which the last point is left when it does not throw. */
  readonly onward: readonly Edge[];
  /** By the name of the exceptions that are taken. */
  readonly throwing: Map<string, Throwing>;
}

/** Which points of a chain throw, by index; the chain's length stands for none. */
interface Throwing {
  /** The first one from an index on. */
  readonly next: readonly number[];
  /** The first one after an index that throws to somewhere else. */
  readonly nextElsewhere: readonly number[];
}

const known = new WeakMap<ControlFlowGraph, Chains>();

/** The chains of a graph, made once. */
export function chainsOf(graph: ControlFlowGraph): Chains {
  let chains = known.get(graph);
  if (!chains) known.set(graph, (chains = new Chains(graph)));
  return chains;
}

/** What is asked of all paths at once. */
export interface Search {
  /** The points after which the paths begin. */
  readonly starts: readonly Point[];
  /** Points at which a path may end, the same object for each search that has the same ones. */
  readonly stops: { readonly points: Iterable<Point> };
  /** Those that only this search has. */
  readonly furtherStops: readonly Point[];
  /** Whether what a path comes to at such a point is looked for; undefined where it goes on. */
  endAt(point: Point): boolean | undefined;
  /** Whether an edge under a condition is taken. */
  allows(edge: Edge): boolean;
  /** A name for the exceptions that are taken: equal names, equal answers of `takes`. */
  readonly throws: string;
  /** Whether a point's exception is taken. */
  takes(point: Point): boolean;
}

/**
 * A control-flow graph whose runs of points are taken in one step: a question that is asked for
 * every resource of a function must not look at every point of it.
 */
class Chains {
  readonly #positions = new Map<Point, { readonly chain: Chain; readonly index: number }>();
  readonly #stopsOf = keptFor(({ points }: Search["stops"]) => this.#byChain(points));

  constructor(graph: ControlFlowGraph) {
    const heads = headsOf(graph);
    for (const head of heads) this.#add(head, heads);
  }

  #add(head: Point, heads: ReadonlySet<Point>): void {
    const points = [head];
    let onward = edgesOnward(head);
    for (let next = onlyWay(onward); next && !heads.has(next); next = onlyWay(onward)) {
      points.push(next);
      onward = edgesOnward(next);
    }
    const chain = { points, onward, throwing: new Map<string, Throwing>() };
    points.forEach((point, index) => this.#positions.set(point, { chain, index }));
  }

  /** The places of points in their chains, in order. */
  #byChain(points: Iterable<Point>): ReadonlyMap<Chain, readonly number[]> {
    const found = new Map<Chain, number[]>();
    for (const point of points) {
      const at = this.#positions.get(point);
      if (at) keptIn(found, at.chain, () => []).push(at.index);
    }
    for (const indexes of found.values()) indexes.sort((a, b) => a - b);
    return found;
  }

  /** Whether a path comes to an end that is looked for. */
  reaches(search: Search): boolean {
    const kinds = [this.#stopsOf(search.stops), this.#byChain(search.furtherStops)];
    const pending: Point[] = [];
    const seen = new Set<Point>();
    const follow = (point: Point): void => {
      if (seen.has(point)) return;
      seen.add(point);
      pending.push(point);
    };
    const leave = (chain: Chain): void => {
      for (const edge of chain.onward) if (search.allows(edge)) follow(edge.to);
    };
    for (const start of search.starts) {
      const at = this.#positions.get(start);
      // Control does not come here, and so has no chains: whoever looks must look at each point.
      if (!at) return true;
      const next = at.chain.points[at.index + 1];
      if (next) follow(next);
      else leave(at.chain);
    }
    for (let point = pending.pop(); point; point = pending.pop()) {
      const at = this.#positions.get(point);
      if (!at) continue;
      const { chain, index } = at;
      const stop = Math.min(...kinds.map((stops) => nextStop(chain, index, stops, search)));
      for (const target of targetsOfThrows(chain, index, stop, search)) follow(target);
      const end = chain.points[stop];
      if (!end) leave(chain);
      else if (search.endAt(end)) return true;
    }
    return false;
  }
}

/** The first of a chain's stops from an index on at which a path ends; infinite where there is none. */
function nextStop(
  chain: Chain,
  from: number,
  stops: ReadonlyMap<Chain, readonly number[]>,
  search: Search,
): number {
  const indexes = stops.get(chain) ?? [];
  let next = firstWhere(indexes, (index) => index >= from);
  for (let index = indexes[next]; index !== undefined; index = indexes[++next]) {
    const point = chain.points[index];
    if (point && search.endAt(point) !== undefined) return index;
  }
  return Infinity;
}

/** The points that do not merely follow another one, and those that several lead to. */
function headsOf({ entry }: ControlFlowGraph): ReadonlySet<Point> {
  const heads = new Set([entry]);
  const followers = new Set<Point>();
  const seen = new Set([entry]);
  const pending = [entry];
  for (let point = pending.pop(); point; point = pending.pop()) {
    const onward = edgesOnward(point);
    for (const { to } of onward) {
      if (!onlyWay(onward) || followers.has(to)) heads.add(to);
      else followers.add(to);
    }
    for (const edge of point.edges) {
      if (edge.kind === "throw") heads.add(edge.to);
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      pending.push(edge.to);
    }
  }
  return heads;
}

function edgesOnward(point: Point): readonly Edge[] {
  return endsProcess(point.node) ? [] : point.edges.filter(({ kind }) => kind !== "throw");
}

/** Where control goes next, whatever holds. */
function onlyWay([edge, another]: readonly Edge[]): Point | undefined {
  return another || edge?.condition ? undefined : edge?.to;
}

/** Where control lands that leaves a chain by an exception between two indexes. */
function targetsOfThrows(chain: Chain, first: number, stop: number, search: Search): Point[] {
  let throwing = chain.throwing.get(search.throws);
  if (!throwing) chain.throwing.set(search.throws, (throwing = throwingIn(chain, search)));
  const { next, nextElsewhere } = throwing;
  const targets: Point[] = [];
  for (let at = next[first]; at !== undefined && at < stop; at = nextElsewhere[at]) {
    for (const { kind, to } of chain.points[at]?.edges ?? [])
      if (kind === "throw") targets.push(to);
  }
  return targets;
}

function throwingIn({ points }: Chain, { takes }: Search): Throwing {
  const next = points.map(() => points.length);
  const nextElsewhere = [...next];
  const targetOf = (index: number): Point | undefined => {
    const [edge, another] = points[index]?.edges.filter(({ kind }) => kind === "throw") ?? [];
    return another ? undefined : edge?.to;
  };
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index];
    const following = next[index + 1] ?? points.length;
    const throws = point?.edges.some(({ kind }) => kind === "throw") && !endsProcess(point.node);
    next[index] = point && throws && takes(point) ? index : following;
    const target = targetOf(index);
    const same = target !== undefined && target === targetOf(following);
    nextElsewhere[index] = same ? (nextElsewhere[following] ?? points.length) : following;
  }
  return { next, nextElsewhere };
}
