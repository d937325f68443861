import type { TSESTree } from "@typescript-eslint/types";

import { outcomeAwareBases, outcomeAwareManagers } from "../../resources/known-managers.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { generatorManagersOf, worksBehind, yieldsOf } from "./generator-yields.js";
import { callsIn } from "../code/guarded.js";
import { isTelling } from "../code/handlers.js";
import { exitsOf, runtimeName } from "./managers.js";
import type { Provenance } from "../code/provenance.js";
import { calleeName, contains, type FunctionNode, unwrap } from "../code/syntax.js";

/** How a manager ends when nobody says that the work succeeded: the end of a sentence. */
export interface OutcomeAware {
  readonly otherwise: string;
}

const asFailed: OutcomeAware = { otherwise: "it is exited as failed" };

/** Whether the manager that an expression gives ends otherwise after a failure; undefined if not. */
export function outcomeAwareness(
  expression: TSESTree.Node,
  file: AnalysedFile,
): OutcomeAware | undefined {
  const { provenance } = analysisOf(file);
  const manager = definitionOf(expression, provenance);
  if (manager.type === "CallExpression") {
    const known = knownManager(manager, provenance);
    if (known !== "unknown") return known;
    const made = madeByGenerator(manager, file, provenance);
    if (made !== "unknown") return made;
    return file.types.takesOutcome(expression) === true ? asFailed : undefined;
  }
  if (manager.type === "ObjectExpression") return looksAtFailure(manager, provenance);
  if (manager.type === "NewExpression") {
    const body = classOf(manager.callee, provenance);
    if (body) return looksAtFailure(body, provenance);
  }
  return file.types.takesOutcome(expression) === true ? asFailed : undefined;
}

/** What a constant stands for, as far as it is written where it is declared. */
function definitionOf(expression: TSESTree.Node, provenance: Provenance): TSESTree.Node {
  const node = unwrap(expression);
  if (node.type !== "Identifier") return node;
  const [definition, another] = provenance.variableOf(node)?.defs ?? [];
  if (another || definition?.node.type !== "VariableDeclarator") return node;
  const { init, parent, id } = definition.node;
  return init && parent.kind === "const" && id.type === "Identifier" ? unwrap(init) : node;
}

function knownManager(
  call: TSESTree.CallExpression,
  provenance: Provenance,
): OutcomeAware | undefined | "unknown" {
  const known = outcomeAwareManagers.find(
    ({ module, name }) => runtimeName(call.callee, provenance, module) === name,
  );
  if (!known) {
    const origin = provenance.originOf(unwrap(call.callee));
    // What else the runtime gives releases, whatever the outcome.
    return /^unwind(\/|$)/.test(origin?.module ?? "") ? undefined : "unknown";
  }
  const [, ...options] = call.arguments;
  const harmless = options.some((option) => {
    const given = definitionOf(option, provenance);
    // What somebody else wrote may say anything.
    if (given.type !== "ObjectExpression") return true;
    return given.properties.some(
      (property) =>
        property.type !== "Property" ||
        (property.key.type === "Identifier" && known.unless.includes(property.key.name)),
    );
  });
  return harmless ? undefined : known;
}

/** A manager of a generator that stands in the file, by what the generator does when it fails. */
function madeByGenerator(
  { callee }: TSESTree.CallExpression,
  file: AnalysedFile,
  provenance: Provenance,
): OutcomeAware | undefined | "unknown" {
  const factory = definitionOf(callee, provenance);
  const manager = generatorManagersOf(file).find(({ call }) => call === factory);
  if (!manager) return isMaker(factory, provenance) ? undefined : "unknown";
  return decides(manager.func, file) ? asFailed : undefined;
}

function isMaker(node: TSESTree.Node, provenance: Provenance): boolean {
  if (node.type !== "CallExpression") return false;
  return /^(async)?contextManager$/i.test(runtimeName(node.callee, provenance) ?? "");
}

/** Whether a generator does something on success, or on failure, that it does not do otherwise. */
function decides(func: FunctionNode, file: AnalysedFile): boolean {
  const graph = analysisOf(file).graphOf(func);
  if (!graph) return false;
  return yieldsOf(func).some((at) => {
    const attempts = attemptsAround(at, func);
    // What is skipped by mistake, another rule tells of.
    if (attempts.length === 0) return false;
    const isAlwaysRun = (node: TSESTree.Node): boolean =>
      attempts.some(({ finalizer }) => finalizer && contains(finalizer, node));
    return (
      attempts.some(({ handler }) => handler && callsIn(handler.body).some(isWorkCall)) ||
      worksBehind(at, graph).some((work) => !isAlwaysRun(work))
    );
  });
}

function isWorkCall(call: TSESTree.CallExpression | TSESTree.NewExpression): boolean {
  return call.type === "CallExpression" && !isTelling(call);
}

/** The `try` statements within whose blocks a node stands. */
function attemptsAround(at: TSESTree.Node, func: FunctionNode): TSESTree.TryStatement[] {
  const attempts: TSESTree.TryStatement[] = [];
  for (let inner = at; inner !== func && inner.parent; inner = inner.parent) {
    const { parent } = inner;
    if (parent.type === "TryStatement" && parent.block === inner) attempts.push(parent);
  }
  return attempts;
}

function looksAtFailure(
  definition: TSESTree.Node,
  provenance: Provenance,
): OutcomeAware | undefined {
  if (offersDispose(definition)) return undefined;
  const aware = exitsOf(definition, provenance).some(({ func }) =>
    asksForFailure(func, provenance),
  );
  return aware ? asFailed : undefined;
}

/** Whether a class that is told the outcome by `complete()` asks for it where it releases. */
export function isAwareClass(callee: TSESTree.Node, provenance: Provenance): boolean {
  const body = classOf(callee, provenance);
  const base = body?.parent.superClass;
  if (!body || !base || !outcomeAwareBases.has(runtimeName(base, provenance) ?? "")) return false;
  return exitsOf(body, provenance).some(
    ({ name, func }) => name === "release" && asksForFailure(func, provenance),
  );
}

function classOf(callee: TSESTree.Node, provenance: Provenance): TSESTree.ClassBody | undefined {
  const node = unwrap(callee);
  const [definition, another] =
    node.type === "Identifier" ? (provenance.variableOf(node)?.defs ?? []) : [];
  if (another || !definition) return undefined;
  const declared = definition.node;
  return declared.type === "ClassDeclaration" ? declared.body : undefined;
}

function asksForFailure(func: FunctionNode, provenance: Provenance): boolean {
  const [parameter] = func.params;
  if (!parameter) return false;
  if (parameter.type !== "Identifier") return true;
  const variable = provenance.declaredBy(func).find(({ name }) => name === parameter.name);
  return (variable?.references.length ?? 0) > 0;
}

/** Whether what is written in the file may have a dispose method, by itself or by what it extends. */
function offersDispose(definition: TSESTree.Node): boolean {
  if (definition.type === "ClassBody") {
    return definition.parent.superClass !== null || definition.body.some(isDispose);
  }
  if (definition.type !== "ObjectExpression") return true;
  return definition.properties.some(
    (property) => property.type === "SpreadElement" || isDispose(property),
  );
}

function isDispose(member: TSESTree.Node): boolean {
  const { computed, key } = member as { computed?: boolean; key?: TSESTree.Node };
  return computed === true && key !== undefined && /dispose$/i.test(calleeName(key));
}
