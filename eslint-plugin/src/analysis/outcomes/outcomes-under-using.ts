import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { ControlFlowGraph } from "../flow/control-flow-graph.js";
import { analysisOf, type AnalysedFile } from "../file-analysis.js";
import { isNothing } from "../code/handlers.js";
import { runtimeName } from "./managers.js";
import { isAwareClass, outcomeAwareness } from "./outcome-aware.js";
import {
  contains,
  enclosingFunction,
  type FunctionNode,
  isFunction,
  memberName,
  unwrap,
  walk,
} from "../code/syntax.js";

/** A manager under `using` that is not told that the work succeeded. */
export interface UntoldOutcome {
  /** The variable that has `complete()`. */
  readonly name: string;
  readonly declaration: TSESTree.VariableDeclaration;
  /** What enters the manager. */
  readonly entered: TSESTree.Node;
  /** The function, or the module, whose block releases it. */
  readonly func: FunctionNode | undefined;
  /** What happens because of that: the end of a sentence. */
  readonly otherwise: string;
  /** The `return` that misses `complete()`, where other ways out have it. */
  readonly missed: TSESTree.ReturnStatement | undefined;
}

/** The managers of a file that no path, or not a path that did its work, tells of success. */
export function findUntoldOutcomes(file: AnalysedFile): UntoldOutcome[] {
  const found: UntoldOutcome[] = [];
  walk(file.ast, (node) => {
    const untold = isUsing(node) ? untoldBy(node, file) : undefined;
    if (untold) found.push(untold);
    return undefined;
  });
  return found;
}

function isUsing(node: TSESTree.Node): node is TSESTree.VariableDeclaration {
  return node.type === "VariableDeclaration" && node.kind.endsWith("using");
}

interface Aware {
  readonly entered: TSESTree.Node;
  readonly otherwise: string;
}

function untoldBy(
  declaration: TSESTree.VariableDeclaration,
  file: AnalysedFile,
): UntoldOutcome | undefined {
  const analysis = analysisOf(file);
  const [declarator, another] = declaration.declarations;
  const [variable] = analysis.provenance.declaredBy(declaration);
  // In the head of a loop there is no block in which to tell of success.
  const isStatement =
    declaration.parent.type === "BlockStatement" || declaration.parent.type === "Program";
  if (!declarator.init || another || !variable || !isStatement) return undefined;
  const aware = awareOf(declarator.init, variable, file);
  if (!aware || isGivenAway(variable)) return undefined;
  const func = enclosingFunction(declaration);
  const graph = func && analysis.graphOf(func);
  if (func && !graph) return undefined;
  const completions = usesOf(variable).filter((use) => methodOn(use) === "complete");
  const about = { name: variable.name, declaration, func, ...aware };
  if (completions.length === 0) {
    return !graph || endsNormally(declaration, graph) ? { ...about, missed: undefined } : undefined;
  }
  const missed = graph && missedReturn(declaration, variable, completions, graph);
  return missed ? { ...about, missed } : undefined;
}

/** What the variable holds that wants to be told, if anything. */
function awareOf(
  init: TSESTree.Expression,
  variable: Variable,
  file: AnalysedFile,
): Aware | undefined {
  const { provenance } = analysisOf(file);
  const value = unwrap(init);
  const made = value.type === "AwaitExpression" ? unwrap(value.argument) : value;
  if (made.type === "CallExpression") {
    const name = runtimeName(made.callee, provenance);
    const [manager] = made.arguments;
    if (manager && (name === "enter" || name === "enterAsync")) {
      const aware = outcomeAwareness(manager, file);
      return aware && { entered: made, otherwise: aware.otherwise };
    }
    return undefined;
  }
  if (made.type !== "NewExpression") return undefined;
  const name = runtimeName(made.callee, provenance);
  if (name === "ExitStack" || name === "AsyncExitStack") return awareInStack(variable, file);
  if (!isAwareClass(made.callee, provenance)) return undefined;
  // What was not entered has nothing to release.
  const entering = usesOf(variable).find((use) => /^enter(Async)?$/.test(methodOn(use) ?? ""));
  return entering && { entered: made, otherwise: "it is released as failed" };
}

/** The first manager that a stack enters and that wants to be told. */
function awareInStack(variable: Variable, file: AnalysedFile): Aware | undefined {
  for (const use of usesOf(variable)) {
    const call = callOn(use);
    const [manager] = call?.arguments ?? [];
    if (!call || !manager || methodOn(use) !== "enterContext") continue;
    const aware = outcomeAwareness(manager, file);
    if (aware) return { entered: call, otherwise: aware.otherwise };
  }
  return undefined;
}

function usesOf(variable: Variable): TSESTree.Node[] {
  return variable.references.filter(({ init }) => !init).map(({ identifier }) => identifier);
}

/** The method of a variable's object that a use names, called or not. */
function methodOn(use: TSESTree.Node): string | undefined {
  const { parent } = use;
  return parent?.type === "MemberExpression" && parent.object === use
    ? memberName(parent)
    : undefined;
}

function callOn(use: TSESTree.Node): TSESTree.CallExpression | undefined {
  const member = use.parent;
  const call = member?.parent;
  return call?.type === "CallExpression" && call.callee === member ? call : undefined;
}

/** Whether somebody else comes to have what is declared, who may tell of success. */
function isGivenAway(variable: Variable): boolean {
  return usesOf(variable).some((use) => {
    const method = methodOn(use);
    return method === undefined || method === "move" || method === "exit" || method === "exitAsync";
  });
}

/** Whether the block of a declaration can be left other than by an exception. */
function endsNormally(declaration: TSESTree.VariableDeclaration, graph: ControlFlowGraph): boolean {
  const seen = new Set(startsOf(declaration, graph));
  const pending = [...seen];
  for (let point = pending.pop(); point; point = pending.pop()) {
    for (const { to, kind } of point.edges) {
      if (kind !== "normal" || seen.has(to)) continue;
      if (to === graph.returned || !contains(declaration.parent, to.node)) return true;
      seen.add(to);
      pending.push(to);
    }
  }
  return false;
}

function startsOf(declaration: TSESTree.VariableDeclaration, graph: ControlFlowGraph) {
  return declaration.declarations.flatMap((declarator) => [...graph.pointsOf(declarator)]);
}

/**
 * A `return` with a result that no path comes to by way of `complete()`, although work was done by the
 * manager's value in the same branch. A `return` of nothing, or before any work, may mean to give up.
 */
function missedReturn(
  declaration: TSESTree.VariableDeclaration,
  variable: Variable,
  completions: readonly TSESTree.Node[],
  graph: ControlFlowGraph,
): TSESTree.ReturnStatement | undefined {
  // What calls it back tells of success at a time that the graph does not know.
  const func = enclosingFunction(declaration);
  if (completions.some((each) => enclosingFunction(each) !== func)) return undefined;
  const told = new Set(
    completions.flatMap((each) => {
      const call = callOn(each);
      return call ? [...graph.pointsOf(call)] : [];
    }),
  );
  const seen = new Set(startsOf(declaration, graph));
  const pending = [...seen];
  for (let point = pending.pop(); point; point = pending.pop()) {
    for (const { to, kind } of point.edges) {
      if (kind !== "normal" || seen.has(to) || told.has(to)) continue;
      if (
        to.node.type === "ReturnStatement" &&
        contains(declaration.parent, to.node) &&
        isResultOfWork(to.node, variable)
      ) {
        return to.node;
      }
      seen.add(to);
      pending.push(to);
    }
  }
  return undefined;
}

function isResultOfWork(leaving: TSESTree.ReturnStatement, variable: Variable): boolean {
  const { argument, parent } = leaving;
  if (!argument || isNothing(argument)) return false;
  if (argument.type === "Literal" && !argument.value) return false;
  if (parent.type !== "BlockStatement" || parent.parent.type !== "IfStatement") return false;
  return usesOf(variable).some(
    (use) => contains(parent, use) && methodOn(use) === "value" && isWaitedFor(use, parent),
  );
}

/** Whether a call by the value is waited for, or its result is not asked for: it does something. */
function isWaitedFor(use: TSESTree.Node, within: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = use; at && at !== within; at = at.parent) {
    if (isFunction(at)) return false;
    if (at.type === "ExpressionStatement") return true;
  }
  return false;
}
