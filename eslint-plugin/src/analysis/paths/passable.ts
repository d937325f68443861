import type { TSESTree } from "@typescript-eslint/types";

import { keepingOptionName, signalName } from "../../resources/known-functions.js";
import { isFeasible, optionalTakers } from "./conditions.js";
import type { Condition, Edge } from "../flow/control-flow-graph.js";
import { findsEnd } from "./exhaustion.js";
import { keptIn } from "../code/kept.js";
import type { LifetimeQuestion } from "./lifetime-question.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { enclosingFunction, type FunctionNode, lastName } from "../code/syntax.js";
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
      : new Map([...guardsOfOption(question), ...guardsOfOthers(question)]);
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
}: LifetimeQuestion): ReadonlyMap<TSESTree.Node, boolean> {
  const { madeInside, oftenKept } = resource;
  if (!madeInside && !oftenKept) return none;
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

/**
 * The flags by which what runs beside a function has a resource kept: `finally { if (!timedOut) await
 * client.end(); }`, where only a callback sets the flag. Whoever writes so means it.
 */
function guardsOfOthers({
  acquisition: { func },
  ownership: { uses },
  provenance,
}: LifetimeQuestion): ReadonlyMap<TSESTree.Node, boolean> {
  const guards = new Map<TSESTree.Node, boolean>();
  for (const { effect, at } of uses) {
    const branch = effect === "release" ? branchAround(at) : undefined;
    if (branch?.parent.type !== "BlockStatement") continue;
    const { parent: attempt } = branch.parent;
    if (attempt.type !== "TryStatement" || attempt.finalizer !== branch.parent) continue;
    const { test: whole } = branch;
    const negated = whole.type === "UnaryExpression" && whole.operator === "!";
    const test = negated ? whole.argument : whole;
    if (isSetBesides(test, func, provenance)) guards.set(test, !negated);
  }
  return guards;
}

/** The `if` without `else` of which a statement is all. */
function branchAround(at: TSESTree.Node): TSESTree.IfStatement | undefined {
  let node: TSESTree.Node = at;
  while (node.parent && /^(Await|Chain)Expression$|^ExpressionStatement$/.test(node.parent.type)) {
    node = node.parent;
  }
  if (node.parent?.type === "BlockStatement" && node.parent.body.length === 1) node = node.parent;
  const { parent } = node;
  return parent?.type === "IfStatement" && parent.consequent === node && !parent.alternate
    ? parent
    : undefined;
}

/** Whether a name is a flag of the function that only its inner functions set. */
function isSetBesides(test: TSESTree.Node, func: FunctionNode, provenance: Provenance): boolean {
  const variable = provenance.variableOf(test);
  const [definition] = variable?.defs ?? [];
  if (!variable || definition?.type !== "Variable") return false;
  if (enclosingFunction(definition.name) !== func) return false;
  const writes = variable.references.filter(({ init, writeExpr }) => !init && writeExpr);
  return (
    writes.length > 0 && writes.every(({ identifier }) => enclosingFunction(identifier) !== func)
  );
}
