import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { type Hazard, hazards } from "../../resources/hazards.js";
import type { Origin } from "../../resources/catalogue.js";
import type { TypeSource } from "../../types/type-source.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { findLeaks, type Leak } from "../paths/leaks.js";
import { type ManagedValue, managedValuesIn } from "./managed-values.js";
import { keyOf, type Provenance } from "../code/provenance.js";
import { isUnsettled } from "./settling.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  memberName,
  unwrap,
  wrapped,
} from "../code/syntax.js";

/** A value whose release, at the end of a block, does harm. */
export interface HazardousDisposal {
  readonly managed: ManagedValue;
  readonly hazard: Hazard;
  /** What it does here: a release that is written out may do another harm than the symbol. */
  readonly harm: Hazard["harm"];
  /** The transaction that is open on some path when it is released. */
  readonly transaction: Leak | undefined;
}

/** Finds what `using`, stacks and `closing` release by a disposer that does harm there. */
export function findHazards(file: AnalysedFile): readonly HazardousDisposal[] {
  return analysisOf(file).once("hazardous disposals", () => search(file));
}

function search(file: AnalysedFile): readonly HazardousDisposal[] {
  const { provenance } = analysisOf(file);
  const found: HazardousDisposal[] = [];
  for (const managed of managedValuesIn(file.ast, provenance)) {
    if (managed.by.kind === "stack" && managed.by.method === "enterContext") continue;
    const hazard = hazardOf(managed.value, provenance, file.types);
    if (!hazard) continue;
    const harm = harmDone(managed, hazard, provenance);
    if (!harm) continue;
    const variable = managed.variable ?? variableOf(managed.value, provenance);
    const transaction =
      harm === "commits" || harm === "keepsTransaction"
        ? openTransaction(variable, managed, file)
        : undefined;
    const disposal = { managed, hazard, harm, transaction };
    if (isDone(disposal, variable, provenance)) found.push(disposal);
  }
  return found;
}

/** Which harm the release does, if its own code is reached at all. */
function harmDone(
  { by, closing, value }: ManagedValue,
  hazard: Hazard,
  provenance: Provenance,
): Hazard["harm"] | undefined {
  const adopted = by.kind === "stack" && by.method === "adopt" ? by.call.arguments[1] : undefined;
  const release = closing ? closing.arguments[1] : adopted;
  if (closing || adopted) {
    const called = release && isFunction(release) ? methodCalled(release, provenance) : undefined;
    if (called === undefined) return undefined;
    if (hazard.byMethods?.includes(called)) return hazard.harm;
    // A query runner's `release` gives its connection back as it is.
    return hazard.harm === "commits" && called === "release" ? "keepsTransaction" : undefined;
  }
  // What is found in a variable may have been given another disposer, in place.
  if (value.type === "Identifier" && mayBeWrapped(value, provenance)) return undefined;
  // What has both symbols is disposed by `await using` the better way.
  const [symbol] = hazard.symbols;
  const reached = by.async
    ? symbol === "async" || hazard.remedy.kind !== "await"
    : symbol === "sync";
  return reached ? hazard.harm : undefined;
}

/** The only thing that a release function does: `(held) => held.destroy()`. */
function methodCalled(release: FunctionNode, provenance: Provenance): string | undefined {
  const body = onlyExpression(release.body);
  const call = body && unwrap(body.type === "AwaitExpression" ? body.argument : body);
  if (call?.type !== "CallExpression" || call.callee.type !== "MemberExpression") return undefined;
  // `release(error)` may say more.
  if (call.arguments.length > 0) return undefined;
  const [definition] = provenance.variableOf(call.callee.object)?.defs ?? [];
  const isParameter = definition?.type === "Parameter" && definition.node === release;
  return isParameter ? memberName(call.callee) : undefined;
}

function onlyExpression(body: TSESTree.Node): TSESTree.Node | undefined {
  if (body.type !== "BlockStatement") return body;
  const [statement, another] = body.body;
  return another || statement?.type !== "ExpressionStatement" ? undefined : statement.expression;
}

/** Whether somebody else than a plain method call had the variable before it was managed. */
function mayBeWrapped(value: TSESTree.Identifier, provenance: Provenance): boolean {
  const variable = provenance.variableOf(value);
  if (!variable) return true;
  return variable.references.some(({ identifier }) => {
    const call = wrapped(identifier).parent;
    return (
      identifier !== value &&
      call?.type === "CallExpression" &&
      call.callee !== identifier &&
      provenance.originOf(call.callee)?.module.startsWith("unwind") === true
    );
  });
}

function variableOf(value: TSESTree.Expression, provenance: Provenance): Variable | undefined {
  return value.type === "Identifier" ? provenance.variableOf(value) : undefined;
}

/** Whether the function steps into the trap. */
function isDone(
  { managed, hazard, harm, transaction }: HazardousDisposal,
  variable: Variable | undefined,
  provenance: Provenance,
): boolean {
  const during = (activity: Parameters<typeof isUnsettled>[1], otherwise: boolean): boolean =>
    variable ? isUnsettled(variable, activity, managed.value, provenance) : otherwise;
  switch (harm) {
    case "commits":
    case "keepsTransaction":
      return transaction !== undefined;
    case "throws":
      return true;
    case "losesData":
      return during("writing", false);
    case "hangs":
      return during("serving", true);
    case "notAwaited":
      return hazard.remedy.kind === "await" || during("running", true);
  }
}

/** The transaction of a connection that stays open on some path. */
function openTransaction(
  variable: Variable | undefined,
  { value }: ManagedValue,
  file: AnalysedFile,
): Leak | undefined {
  if (!variable) return undefined;
  const func = enclosingFunction(value);
  return findLeaks(file, { paths: "all" }).leaks.find(({ acquisition, ownership }) => {
    const [holder] = ownership?.holders ?? [];
    if (holder?.kind !== "giver" || acquisition.func !== func) return false;
    const { callee } = acquisition.call;
    return (
      callee.type === "MemberExpression" &&
      provenanceOf(file).variableOf(unwrap(callee.object)) === variable
    );
  });
}

function provenanceOf(file: AnalysedFile): Provenance {
  return analysisOf(file).provenance;
}

interface Index {
  readonly byCall: ReadonlyMap<string, Hazard>;
  readonly byType: ReadonlyMap<string, Hazard>;
  readonly names: ReadonlySet<string>;
}

const index: Index = {
  byCall: indexBy(({ acquire }) => acquire),
  byType: indexBy(({ types }) => types),
  names: new Set(hazards.flatMap(({ acquire }) => acquire.map(({ name }) => lastPart(name)))),
};

function indexBy(originsOf: (hazard: Hazard) => readonly Origin[]): ReadonlyMap<string, Hazard> {
  return new Map(
    hazards.flatMap((hazard) => originsOf(hazard).map((each) => [keyOf(each), hazard] as const)),
  );
}

function lastPart(name: string): string {
  return /[^.#]*$/.exec(name)?.[0] ?? "";
}

/** The hazard that a value is, by the call that made it, by its name's type, or by types. */
export function hazardOf(
  value: TSESTree.Expression,
  provenance: Provenance,
  types: TypeSource,
): Hazard | undefined {
  const made = constantOf(value, provenance);
  const byName = byTypeOf(provenance.originOf(value));
  if (byName) return byName;
  if (made.type !== "CallExpression" && made.type !== "NewExpression") return undefined;
  const { callee } = made;
  const name = lastName(callee) ?? "";
  const origin = index.names.has(name)
    ? provenance.typedOriginOf(callee)
    : provenance.originOf(callee);
  const known = origin && index.byCall.get(keyOf(origin));
  if (known) return known;
  const chained = hazards.find(({ distinctiveCalls }) => isChain(made, distinctiveCalls));
  if (chained && (origin === undefined || origin.module === "" || index.names.has(name))) {
    return chained;
  }
  // `createServer(…).listen(0)`
  if (callee.type === "MemberExpression") {
    const inner = hazardOf(callee.object, provenance, types);
    if (inner?.fluent?.includes(name)) return inner;
  }
  const shape = types.resultOf(made, []);
  return shape && byTypeOf({ module: shape.module ?? "./", name: `${shape.typeName}#` });
}

function byTypeOf(origin: Origin | undefined): Hazard | undefined {
  if (!origin?.name.endsWith("#")) return undefined;
  return index.byType.get(keyOf({ ...origin, name: origin.name.slice(0, -1) }));
}

/** What a constant was made by, where a value names one. */
function constantOf(value: TSESTree.Expression, provenance: Provenance): TSESTree.Node {
  const node = unwrap(value);
  if (node.type !== "Identifier") return node;
  const definition = provenance.variableOf(node)?.defs[0]?.node;
  if (definition?.type !== "VariableDeclarator" || definition.parent.kind !== "const") return node;
  const init = definition.init && unwrap(definition.init);
  if (!init || definition.id.type !== "Identifier") return node;
  return init.type === "AwaitExpression" ? unwrap(init.argument) : init;
}

/** `db.startTransaction().execute()` */
function isChain(call: TSESTree.Node, names: readonly string[] | undefined): boolean {
  if (!names) return false;
  let at = call;
  for (const name of [...names].reverse()) {
    if (at.type !== "CallExpression" || at.callee.type !== "MemberExpression") return false;
    if (memberName(at.callee) !== name) return false;
    at = unwrap(at.callee.object);
  }
  return true;
}
