import type { TSESTree } from "@typescript-eslint/types";

import { keepingOptionName, signalName } from "../../resources/known-functions.js";
import { isFeasible, optionalTakers } from "./conditions.js";
import type { Condition, Edge } from "../flow/control-flow-graph.js";
import { findsEnd } from "./exhaustion.js";
import { keptIn } from "../code/kept.js";
import type { LifetimeQuestion } from "./lifetime-question.js";
import type { Ownership } from "../uses/ownership.js";
import { lastName } from "../code/syntax.js";
import { guardsOf } from "../created/transactions.js";

const none: ReadonlyMap<TSESTree.Node, boolean> = new Map();

// A giver's uses are those of all that it gives.
const guardsKnown = new WeakMap<Ownership, ReadonlyMap<TSESTree.Node, boolean>>();
const takersKnown = new WeakMap<Ownership["uses"], ReadonlySet<TSESTree.Node>>();

/** Says of edges whether they can be taken while a resource is open. */
export function passableEdges(question: LifetimeQuestion): (edge: Edge) => boolean {
  const { acquisition, ownership, provenance, facts } = question;
  const guards =
    ownership.holders[0]?.kind === "giver"
      ? keptIn(guardsKnown, ownership, () => guardsOfGiver(question) ?? none)
      : guardsOfOption(question);
  const takers = keptIn(takersKnown, ownership.uses, () =>
    optionalTakers(ownership.uses, provenance),
  );
  return ({ condition }) =>
    !condition ||
    (isFeasible(condition, ownership.holders, provenance) &&
      !contradicts(condition, guards) &&
      !(condition.outcome === "nullish" && takers.has(condition.test)) &&
      facts.allows(condition) &&
      !findsEnd(condition, acquisition.resource, provenance));
}

function contradicts(
  { test, outcome }: Condition,
  guards: ReadonlyMap<TSESTree.Node, boolean> | undefined,
): boolean {
  const holds = guards?.get(test);
  return holds !== undefined && outcome === (holds ? "falsy" : "truthy");
}

/** What is known of tests of the object that gave the resource, where nothing else holds that. */
function guardsOfGiver({
  acquisition,
  ownership,
  provenance,
}: LifetimeQuestion): ReadonlyMap<TSESTree.Node, boolean> | undefined {
  const [holder] = ownership.holders;
  if (holder?.kind !== "giver") return undefined;
  const releases = ownership.uses.filter(({ effect }) => effect === "release");
  return guardsOf(
    releases.map(({ at }) => at),
    holder.path,
    acquisition.func,
    provenance,
  );
}

/**
 * The tests by which a caller has a resource kept: `if (!options.keep) await rm(folder)`, or, for a
 * watcher that stops by a signal, `if (signal)`. Whoever asks for that, or gives no signal, knows of it.
 */
function guardsOfOption({
  acquisition: { resource, func },
  ownership: { uses },
}: LifetimeQuestion): ReadonlyMap<TSESTree.Node, boolean> | undefined {
  const { madeInside, oftenKept } = resource;
  if (!madeInside && !oftenKept) return undefined;
  const option = madeInside ? keepingOptionName : signalName;
  const guards = new Map<TSESTree.Node, boolean>();
  for (const { effect, at } of uses) {
    if (effect !== "release" && (madeInside || effect !== "handOver")) continue;
    for (let node = at; node.parent && node !== func; node = node.parent) {
      const { parent } = node;
      if (parent.type !== "IfStatement" || parent.test === node) continue;
      const { test: whole } = parent;
      const negated = whole.type === "UnaryExpression" && whole.operator === "!";
      const test = negated ? whole.argument : whole;
      if (!option.test(lastName(test) ?? "")) continue;
      guards.set(test, (parent.consequent === node) !== negated);
    }
  }
  return guards;
}
