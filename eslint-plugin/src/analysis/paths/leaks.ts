import type { TSESTree } from "@typescript-eslint/types";

import type { AcquiredValue, Acquisition } from "../created/acquisitions.js";
import type { Construction } from "../held/construction.js";
import type { ControlFlowGraph } from "../flow/control-flow-graph.js";
import { type Destination, destinationOf } from "../held/destination.js";
import { startsOf } from "./dormant.js";
import { liesInOwnedDirectory } from "../held/enclosing-directory.js";
import { Facts } from "./facts.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { heldBy } from "../held/held-by.js";
import { keptIn } from "../code/kept.js";
import { isLeftOnPurpose } from "./intended.js";
import type { LifetimeQuestion } from "./lifetime-question.js";
import { type Escape, findEscape } from "./lifetimes.js";
import type { Ownership } from "../uses/ownership.js";
import { locksNothing } from "../held/locked-streams.js";
import { failsPartially, isReturnedToAll } from "../held/partial-failure.js";
import { endsOfGiver, releasesOfParts } from "../held/parts.js";
import { failsWithProcess } from "./process-end.js";
import { isHeldBy } from "../held/holders.js";
import { goesWithGiver } from "../held/with-giver.js";
import { leftBehind } from "../held/module-directories.js";
import type { Provenance } from "../code/provenance.js";
import { type FunctionNode, isDisposeAccess, memberName, unwrap } from "../code/syntax.js";

export type LeakKind =
  | "neverReleased"
  | "discarded"
  | "leaksOnThrow"
  | "leaksOnEarlyExit"
  | "leaksOnPartialFailure"
  | "leftBehind"
  | "overwritten";

/** An acquisition that on some path is neither released nor handed over. */
export interface Leak {
  readonly kind: LeakKind;
  readonly acquisition: AcquiredValue & Partial<Acquisition>;
  /** Absent where nothing holds the resource. */
  readonly ownership?: Ownership;
  /** Absent where nothing holds the resource. */
  readonly escape?: Escape;
  /** Whether a transaction on the connection leaks as well, of which the connection's leak tells. */
  readonly withTransaction?: boolean;
  /** The constructor or factory under way, where its object holds the resource. */
  readonly construction?: Construction;
}

export interface LeakOptions {
  /** `normal` leaves out the paths that an exception takes. */
  readonly paths: "all" | "normal";
}

/** What an analysis of a file knows: the leaks, all that it looked at, and where names are from. */
export interface LeakReport {
  readonly leaks: readonly Leak[];
  /** What the functions of the file acquire, leaking or not. */
  readonly acquisitions: readonly Acquisition[];
  readonly provenance: Provenance;
}

/** Finds the acquisitions of a file that leak on some path through the function around them. */
export function findLeaks(file: AnalysedFile, options: LeakOptions): LeakReport {
  return analysisOf(file).once(`leaks on ${options.paths} paths`, () => search(file, options));
}

function search(file: AnalysedFile, options: LeakOptions): LeakReport {
  const analysis = analysisOf(file);
  const { provenance, throwPoints, acquisitions: found } = analysis;
  const graphOf = analysis.graphOf.bind(analysis);
  const leaks: Leak[] = [];
  const context = { provenance, types: file.types };
  for (const acquisition of found.ofModule) {
    const ownership = leftBehind(acquisition, file.ast, context);
    if (ownership) leaks.push({ kind: "leftBehind", acquisition, ownership });
  }
  for (const acquisition of found.inFunctions) {
    if (liesInOwnedDirectory(acquisition, provenance)) continue;
    if (goesWithGiver(acquisition, provenance) || locksNothing(acquisition, provenance)) continue;
    const { resource, func, value } = acquisition;
    const destination = destinationOf(value, resource, provenance);
    if (failsPartially(destination, acquisition, provenance)) {
      leaks.push({ kind: "leaksOnPartialFailure", acquisition });
      continue;
    }
    const held = heldBy(destination, acquisition, context);
    if (!held) {
      if (isLost(destination, acquisition)) leaks.push({ kind: "discarded", acquisition });
      continue;
    }
    const graph = graphOf(func);
    if (!graph || isLeftOnPurpose(acquisition, held.ownership, graph)) continue;
    const facts = new Facts(value, func, provenance);
    const starts = startsOf(acquisition, held.ownership, provenance);
    const question = {
      ...held,
      ownership: withParts(held.ownership, acquisition, starts, provenance),
      acquisition,
      graph,
      provenance,
      throwPoints,
      facts,
      starts,
      failsWithProcess: !resource.outlivesProcess && failsWithProcess(func, provenance),
    };
    const leak = leakOf(question, options) ?? leakOf(afterHelper(question, graphOf), options);
    if (leak) leaks.push(leak);
    else if (isReturnedToAll(held.ownership, acquisition, provenance)) {
      leaks.push({ kind: "leaksOnPartialFailure", acquisition });
    }
  }
  const byVariable = leaksByVariable(leaks);
  const told = new Set(leaks.filter((leak) => connectionOf(leak, byVariable)));
  const connections = new Set([...told].map((leak) => connectionOf(leak, byVariable)));
  return {
    leaks: leaks.flatMap((leak) => {
      if (told.has(leak)) return [];
      return connections.has(leak) ? [{ ...leak, withTransaction: true }] : [leak];
    }),
    acquisitions: found.inFunctions,
    provenance,
  };
}

function withParts(
  ownership: Ownership,
  acquisition: Acquisition,
  starts: readonly TSESTree.Node[],
  provenance: Provenance,
): Ownership {
  const wakes = acquisition.resource.dormantUntil ? starts : [];
  const parts = [
    ...releasesOfParts(acquisition, wakes, provenance),
    ...endsOfGiver(acquisition, provenance),
  ];
  return parts.length === 0 ? ownership : { ...ownership, uses: [...ownership.uses, ...parts] };
}

/**
 * Whether a temporary directory is there for a file in it, whose path alone is given to others: they
 * cannot remove the directory either, so that it is left behind where nothing fails, too.
 */
function isOutput({ acquisition, ownership, provenance }: LifetimeQuestion): boolean {
  const { resource } = acquisition;
  if (!resource.madeInside) return false;
  const takers = ownership.uses.filter(
    ({ effect }) => effect !== "borrow" && effect !== "overwrite",
  );
  if (takers.length === 0) return false;
  return takers.every(({ effect, reference }) => {
    if (effect === "release" || isHeldBy(reference, ownership.holders, provenance)) return false;
    const definition = provenance.variableOf(reference)?.defs[0]?.node;
    if (definition?.type !== "VariableDeclarator" || !definition.init) return false;
    return /^(Call|Template|Binary)/.test(unwrap(definition.init).type);
  });
}

type LeaksByVariable = ReadonlyMap<FunctionNode | undefined, ReadonlyMap<string, Leak>>;

/** The first leak of each variable of a function, by its name. */
function leaksByVariable(leaks: readonly Leak[]): LeaksByVariable {
  const found = new Map<FunctionNode | undefined, Map<string, Leak>>();
  for (const leak of leaks) {
    const name = leak.ownership?.variable?.name;
    if (name === undefined) continue;
    keptIn(
      keptIn(found, leak.acquisition.func, () => new Map<string, Leak>()),
      name,
      () => leak,
    );
  }
  return found;
}

/** The connection of a transaction that stays open, where that leaks itself: it is told once. */
function connectionOf({ acquisition, ownership }: Leak, leaks: LeaksByVariable): Leak | undefined {
  const [holder] = ownership?.holders ?? [];
  return holder?.kind === "giver" ? leaks.get(acquisition.func)?.get(holder.path) : undefined;
}

/** The rest of a constructor whose helper has acquired: what fails there loses the resource, too. */
function afterHelper(
  question: LifetimeQuestion,
  graphOf: (func: FunctionNode) => ControlFlowGraph | undefined,
): LifetimeQuestion | undefined {
  const { construction, ownership } = question;
  const graph = construction?.call && graphOf(construction.constructor);
  if (!construction?.call || !graph) return undefined;
  return {
    ...question,
    graph,
    ownership: { ...ownership, uses: construction.escapes },
    starts: [construction.call],
  };
}

/** Whether nobody keeps the resource, so that nobody can release it. */
function isLost(destination: Destination, { resource }: Acquisition): boolean {
  // What is not in use yet, or lives on by design, may well have nobody who holds it.
  const { dormantUntil, oftenKept, releasedWithGiver, exhaustedBy } = resource;
  if (dormantUntil || oftenKept || releasedWithGiver) return false;
  // `stream.getReader();`: who takes nothing of a lock on a stream wants it to stay locked.
  if (exhaustedBy && destination.kind === "discarded") return false;
  // A lock may be released by the object that gave it, elsewhere.
  if (resource.release.some(({ kind }) => kind === "giver")) return false;
  if (destination.kind === "discarded") return !destination.part;
  if (destination.kind !== "receiver" || resource.value === "plain") return false;
  const { member } = destination;
  const { parent } = member;
  if (parent.type !== "CallExpression" || parent.callee !== member) return false;
  const name = memberName(member);
  if (name === undefined || isDisposeAccess(member)) return false;
  const released = resource.release.some(
    (release) => release.kind === "method" && release.name === name,
  );
  const awaited = member.object.type === "AwaitExpression";
  // Without `await` the receiver is the promise, whose `then` passes the resource on.
  return (!resource.async || awaited) && !released && !resource.handingOver?.includes(name);
}

function destinationNode({ acquisition, provenance }: LifetimeQuestion): TSESTree.Node {
  const { value, resource } = acquisition;
  const destination = destinationOf(value, resource, provenance);
  return destination.kind === "variable" ? destination.node : destination.at;
}

function leakOf(question: LifetimeQuestion | undefined, { paths }: LeakOptions): Leak | undefined {
  if (!question) return undefined;
  const { acquisition, ownership } = question;
  const normal = findEscape(question, "none");
  const releases = ownership.uses.some(({ effect }) => effect === "release");
  // What goes with its giver is the function's own business only where it releases it itself.
  const { oftenKept, releasedWithGiver } = acquisition.resource;
  if ((oftenKept || releasedWithGiver) && !releases) return undefined;
  const freed = ownership.uses.some(({ effect }) => effect === "release" || effect === "handOver");
  // A variable declared in a loop is a new one each time round: nothing overwrites it.
  const assigned = destinationNode(question).type === "AssignmentExpression";
  if (normal) {
    const overwritten = normal.end === "overwritten" && assigned;
    const kind = !freed ? "neverReleased" : overwritten ? "overwritten" : "leaksOnEarlyExit";
    return { kind, acquisition, ownership, escape: normal };
  }
  if (paths === "normal") return undefined;
  // Both find the same leaks; the first tells of the failure that a reader believes in.
  const thrown = findEscape(question, "expected") ?? findEscape(question, "all");
  if (!thrown || isOutput(question)) return undefined;
  const overwritten = thrown.end === "overwritten" && assigned;
  // What an object holds is released with it, unless it never comes to be.
  const never = !freed && question.losing === "all" && !acquisition.resource.exhaustedBy;
  const kind = never ? "neverReleased" : overwritten ? "overwritten" : "leaksOnThrow";
  const { construction } = question;
  return { kind, acquisition, ownership, escape: thrown, ...(construction && { construction }) };
}
