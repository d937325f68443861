import type { TSESTree } from "@typescript-eslint/types";

import type { Release, Resource } from "../../resources/catalogue.js";
import type { Hazard } from "../../resources/hazards.js";
import { neutralMethods, reviving, stoppingName } from "../../resources/known-functions.js";
import type { Acquisition } from "../created/acquisitions.js";
import { isFeasible } from "../paths/conditions.js";
import type { Condition, ControlFlowGraph, Edge, Point } from "../flow/control-flow-graph.js";
import { destinationOf } from "../held/destination.js";
import { Facts } from "../paths/facts.js";
import { pointsAround } from "../paths/fates.js";
import { type AnalysedFile, analysisOf, type FileAnalysis } from "../file-analysis.js";
import { hazardOf } from "./hazards.js";
import { isHeldBy } from "../held/holders.js";
import { localFunction } from "../code/local-functions.js";
import { managedValuesIn } from "./managed-values.js";
import { type Ownership, ownershipOf, type Use } from "../uses/ownership.js";
import { isLoopBody, isOnePath } from "../flow/same-path.js";
import { endsProcess } from "../flow/throw-points.js";
import {
  calleeName,
  contains,
  isDisposeAccess,
  isFunction,
  lastName,
  memberName,
  unwrap,
  walk,
  wrapped,
} from "../code/syntax.js";

/** A use, or another release, of what is released already on some path. */
export interface AfterRelease {
  readonly kind: "usedAfterRelease" | "releasedAgain" | "releasedByBlock";
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
  readonly release: TSESTree.Node;
  /** The later use; of what a block releases at its end, the declaration that says so. */
  readonly later: TSESTree.Node;
  /** The edges from the release to the use. */
  readonly steps: readonly { readonly from: Point; readonly edge: Edge }[];
}

/** Finds uses and releases that come after a release. */
export function findAfterRelease(file: AnalysedFile): readonly AfterRelease[] {
  return analysisOf(file).once("uses after release", () => [...search(file)]);
}

function* search(file: AnalysedFile): Generator<AfterRelease> {
  const analysis = analysisOf(file);
  for (const acquisition of analysis.acquisitions.inFunctions) {
    const { resource, func } = acquisition;
    // What only evidence says to be a resource may do anything after its release.
    if (resource.acquire.length === 0 || resource.madeInside) continue;
    const held = ownershipIn(acquisition, file);
    if (!held) continue;
    const { ownership, by } = held;
    const graph = ownership.uses.some(isPlainRelease) ? analysis.graphOf(func) : undefined;
    if (!graph) continue;
    const told = new Set<TSESTree.Node>();
    for (const use of ownership.uses) {
      if (!isPlainRelease(use)) continue;
      if (by && !resource.idempotentRelease) {
        yield {
          kind: "releasedByBlock",
          acquisition,
          ownership,
          release: use.at,
          later: by,
          steps: [],
        };
      }
      const found = new Search(use, acquisition, ownership, graph, analysis).find();
      if (!found || told.has(found.later)) continue;
      told.add(found.later);
      yield { ...found, acquisition, ownership, release: use.at };
    }
  }
}

/** What has the resource, and the declaration at whose block's end it is released, if one is. */
function ownershipIn(
  acquisition: Acquisition,
  file: AnalysedFile,
): { ownership: Ownership; by: TSESTree.Node | undefined } | undefined {
  const { provenance } = analysisOf(file);
  const { value, resource, func, call } = acquisition;
  const context = { provenance, types: file.types };
  const destination = destinationOf(value, resource, provenance);
  if (destination.derived || destination.part) return undefined;
  if (destination.kind === "variable") {
    const { variable } = destination;
    const [definition, another] = variable.defs;
    // Of a variable of an outer function nobody knows who assigns to it meanwhile.
    if (!definition || another || !contains(func, definition.name)) return undefined;
    const ownership = ownershipOf({ kind: "variable", variable }, resource, func, context);
    return { ownership, by: undefined };
  }
  const managed = analysisOf(file)
    .once("managed values", () => managedValuesIn(file.ast, provenance))
    .find((each) => each.value === call);
  if (managed?.by.kind !== "using" || !managed.variable) return undefined;
  const { variable, closing } = managed;
  const ownership = ownershipOf({ kind: "variable", variable }, resource, func, context);
  // What `closing` is given may do another thing than the release.
  const own = closing
    ? isReleaseOf(closing.arguments[1], resource)
    : resource.dispose !== undefined || isReleasedBy(hazardOf(call, provenance, file.types));
  return { ownership, by: own ? managed.by.declarator : undefined };
}

/** Whether a disposer that does harm besides does release. */
function isReleasedBy(hazard: Hazard | undefined): boolean {
  return hazard?.harm === "commits" || hazard?.harm === "keepsTransaction";
}

/** `(held) => held.release()` */
function isReleaseOf(release: TSESTree.Node | undefined, resource: Resource): boolean {
  if (!release || !isFunction(release)) return false;
  const body = unwrap(release.body);
  return (
    body.type === "CallExpression" &&
    resource.release.some(({ kind, ...rest }) => {
      const { name } = rest as { name?: string };
      return kind === "method" && name === lastName(body.callee);
    })
  );
}

/** A release that is over, or has begun, when the next statement runs. */
function isPlainRelease({ effect, at, reference, inClosure }: Use): boolean {
  if (effect !== "release" || inClosure || isFunction(reference)) return false;
  if (at.type !== "CallExpression") return false;
  // With a callback, all that is done in it comes before the release is over.
  return !at.arguments.some((argument) => isFunction(argument));
}

class Search {
  readonly #release: Use;
  readonly #acquisition: Acquisition;
  readonly #ownership: Ownership;
  readonly #graph: ControlFlowGraph;
  readonly #analysis: FileAnalysis;
  readonly #facts: Facts;

  constructor(
    release: Use,
    acquisition: Acquisition,
    ownership: Ownership,
    graph: ControlFlowGraph,
    analysis: FileAnalysis,
  ) {
    this.#release = release;
    this.#acquisition = acquisition;
    this.#ownership = ownership;
    this.#graph = graph;
    this.#analysis = analysis;
    this.#facts = new Facts(release.at, acquisition.func, analysis.provenance);
  }

  find(): Pick<AfterRelease, "kind" | "later" | "steps"> | undefined {
    const later = this.#laterUses();
    if (later.size === 0) return undefined;
    const ends = this.#ends();
    const starts = pointsAround(this.#release.at, this.#graph);
    const taken = new Map<Point, { from: Point; edge: Edge }>();
    const pending: Point[] = [];
    const follow = (from: Point): void => {
      for (const edge of from.edges) {
        if (taken.has(edge.to) || starts.includes(edge.to) || !this.#takes(from, edge)) continue;
        taken.set(edge.to, { from, edge });
        pending.push(edge.to);
      }
    };
    for (const start of starts) follow(start);
    // The list grows while it is read: the first use found is a nearest one.
    for (const point of pending) {
      const use = later.get(point);
      if (use) {
        const steps = stepsTo(point, taken);
        return this.#isBelievable(steps, use.at)
          ? { kind: use.kind, later: use.at, steps }
          : undefined;
      }
      if (ends.has(point) || this.#stops(point.node)) continue;
      follow(point);
    }
    return undefined;
  }

  #takes(from: Point, edge: Edge): boolean {
    if (edge.kind === "stop") return false;
    if (edge.kind === "throw") {
      // What fails in the release itself may have released nothing.
      if (contains(from.node, this.#release.at) || contains(this.#release.at, from.node))
        return false;
      if (from.node.type === "ThrowStatement") return true;
      const { throwPoints } = this.#analysis;
      return throwPoints.isExpectedToThrow(from.node) && throwPoints.mayThrow(from.node);
    }
    return !edge.condition || this.#allows(edge.condition);
  }

  #allows(condition: Condition): boolean {
    const { provenance } = this.#analysis;
    const { holders } = this.#ownership;
    if (!this.#facts.allows(condition)) return false;
    if (isHeldBy(condition.test, holders, provenance)) {
      return isFeasible(condition, holders, provenance);
    }
    // Whoever asks the resource knows whether it is released.
    return !this.#names(condition.test);
  }

  #names(code: TSESTree.Node): boolean {
    const { provenance } = this.#analysis;
    let names = false;
    walk(code, (node) => {
      names ||= isHeldBy(node, this.#ownership.holders, provenance);
      return undefined;
    });
    return names;
  }

  /** Points from which on it is another one, or another's. */
  #ends(): Set<Point> {
    const ends = new Set<Point>(pointsAround(this.#acquisition.value, this.#graph));
    for (const { effect, at, reference, inClosure } of this.#ownership.uses) {
      if (inClosure) continue;
      const revives = at.type === "CallExpression" && isRevival(at, reference, this.#acquisition);
      if (effect !== "overwrite" && effect !== "handOver" && !revives) continue;
      for (const point of pointsAround(at, this.#graph)) ends.add(point);
    }
    return ends;
  }

  #laterUses(): Map<Point, { kind: AfterRelease["kind"]; at: TSESTree.Node }> {
    const later = new Map<Point, { kind: AfterRelease["kind"]; at: TSESTree.Node }>();
    for (const use of this.#ownership.uses) {
      const kind = use.at === this.#release.at ? undefined : this.#kindOf(use);
      if (!kind) continue;
      for (const point of pointsAround(use.at, this.#graph)) later.set(point, { kind, at: use.at });
    }
    return later;
  }

  #kindOf(use: Use): AfterRelease["kind"] | undefined {
    const { resource } = this.#acquisition;
    if (use.inClosure || use.at.type !== "CallExpression" || isFunction(use.reference)) return;
    if (use.effect === "release") {
      const again = !resource.idempotentRelease && isSameRelease(use.at, this.#release.at);
      return again && isPlainRelease(use) ? "releasedAgain" : undefined;
    }
    if (use.effect !== "borrow") return undefined;
    return needsIt(use.at, use.reference, resource, this.#analysis)
      ? "usedAfterRelease"
      : undefined;
  }

  /** A call after which the function does not go on, as far as its name or its body tells. */
  #stops(node: TSESTree.Node): boolean {
    if (endsProcess(node)) return true;
    if (node.type !== "CallExpression") return false;
    if (stoppingName.test(lastName(node.callee) ?? "")) return true;
    const { body } = localFunction(unwrap(node.callee), this.#analysis.provenance) ?? {};
    const last = body?.type === "BlockStatement" ? body.body.at(-1) : undefined;
    if (last?.type === "ThrowStatement") return true;
    return last?.type === "ExpressionStatement" && endsProcess(last.expression);
  }

  /** Whether the conditions of a path can all hold, and a loop comes round with the released one. */
  #isBelievable(steps: AfterRelease["steps"], use: TSESTree.Node): boolean {
    if (!isOnePath(steps.flatMap(({ edge }) => (edge.condition ? [edge.condition] : [])))) {
      return false;
    }
    // What comes before the release in the source is reached by another round of a loop, for which
    // the code may have its reasons unless the release comes in every round.
    return use.range[0] > this.#release.at.range[0] || isLoopBody(this.#release.at);
  }
}

function stepsTo(
  end: Point,
  taken: ReadonlyMap<Point, { from: Point; edge: Edge }>,
): AfterRelease["steps"] {
  const steps: { from: Point; edge: Edge }[] = [];
  const passed = new Set<Point>();
  for (let at = end; ;) {
    const step = taken.get(at);
    if (!step || passed.has(at)) return steps;
    passed.add(at);
    steps.unshift(step);
    at = step.from;
  }
}

/** Whether two releases are the same method or function. */
function isSameRelease(one: TSESTree.Node, other: TSESTree.Node): boolean {
  return (
    one.type === "CallExpression" &&
    other.type === "CallExpression" &&
    calleeName(one.callee) === calleeName(other.callee)
  );
}

/** `client.connect()`, `server.listen()`: it is open again. */
function isRevival(
  { callee }: TSESTree.CallExpression,
  reference: TSESTree.Node,
  { resource }: Acquisition,
): boolean {
  if (callee.type !== "MemberExpression" || callee.object !== reference) return false;
  const name = memberName(callee) ?? "";
  return reviving.test(name) || (resource.dormantUntil?.includes(name) ?? false);
}

/** Whether a call fails, or does nothing, with what is released. */
function needsIt(
  call: TSESTree.CallExpression,
  reference: TSESTree.Node,
  resource: Resource,
  { provenance }: FileAnalysis,
): boolean {
  const callee = unwrap(call.callee);
  const node = wrapped(reference);
  if (resource.value === "plain") {
    // A descriptor that Node's own functions are given.
    const origin = provenance.originOf(callee);
    return (
      resource.release.some(isOfDescriptor) && origin?.module === "fs" && call.arguments[0] === node
    );
  }
  if (callee.type !== "MemberExpression" || callee.object !== node) return false;
  const name = memberName(callee);
  if (name === undefined || isDisposeAccess(callee)) return false;
  if (resource.failsAfterRelease) return resource.failsAfterRelease.includes(name);
  return !neutralMethods.test(name) && !resource.release.some((release) => isMethod(release, name));
}

function isOfDescriptor(release: Release): boolean {
  return release.kind === "function" && /^close(Sync)?$/.test(release.origin.name);
}

function isMethod(release: Release, name: string): boolean {
  return release.kind === "method" && release.name === name;
}
