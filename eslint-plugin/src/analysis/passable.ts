import type { TSESTree } from "@typescript-eslint/types";

import { isFeasible, optionalTakers } from "./conditions.js";
import type { Condition, Edge } from "./control-flow-graph.js";
import { findsEnd } from "./exhaustion.js";
import type { LifetimeQuestion } from "./lifetime-question.js";
import { guardsOf } from "./transactions.js";

/** Says of edges whether they can be taken while a resource is open. */
export function passableEdges(question: LifetimeQuestion): (edge: Edge) => boolean {
  const { acquisition, ownership, provenance, facts } = question;
  const guards = guardsOfGiver(question);
  const takers = optionalTakers(ownership.uses, provenance);
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
