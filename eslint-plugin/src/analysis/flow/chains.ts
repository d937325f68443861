import type { ControlFlowGraph, Edge, Point } from "./control-flow-graph.js";
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
  /** The points at which a path ends, and whether that is what is looked for. */
  readonly ends: ReadonlyMap<Point, boolean>;
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

  /** Whether a path comes to an end that is looked for. */
  reaches(search: Search): boolean {
    const stops = new Map<Chain, number[]>();
    for (const point of search.ends.keys()) {
      const at = this.#positions.get(point);
      const others = at && stops.get(at.chain);
      if (others) others.push(at.index);
      else if (at) stops.set(at.chain, [at.index]);
    }
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
      const stop = Math.min(...(stops.get(chain) ?? []).filter((each) => each >= index));
      for (const target of targetsOfThrows(chain, index, stop, search)) follow(target);
      const end = chain.points[stop];
      if (!end) leave(chain);
      else if (search.ends.get(end)) return true;
    }
    return false;
  }
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
