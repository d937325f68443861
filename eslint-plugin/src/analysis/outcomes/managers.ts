import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "../code/provenance.js";
import { type FunctionNode, isFunction, lastName, unwrap } from "../code/syntax.js";

/** The module of the runtime. */
const runtime = "unwind";

/** Names of the runtime for which types are asked where a module of the project passes them on. */
const asked = /^(async|Async)?([cC]ontextManager|ExitStack|enter|enterAsync|suppress|transaction)$/;

/** The name under which an expression is known to the runtime, for example `enter`. */
export function runtimeName(
  expression: TSESTree.Node,
  provenance: Provenance,
  module = runtime,
): string | undefined {
  const node = unwrap(expression);
  const origin = asked.test(lastName(node) ?? "")
    ? provenance.typedOriginOf(node)
    : provenance.originOf(node);
  return origin?.module === module ? origin.name : undefined;
}

/** A generator function of which the runtime makes managers. */
export interface GeneratorManager {
  readonly func: FunctionNode;
  readonly call: TSESTree.CallExpression;
  /** Whether a generator that finishes after a failure suppresses it; undefined where it may. */
  readonly suppresses: boolean | undefined;
}

/** The generator that `contextManager(…)` or `asyncContextManager(…)` takes, if it stands there. */
export function generatorManager(
  node: TSESTree.Node,
  provenance: Provenance,
  functionNamed: (name: TSESTree.Node) => FunctionNode | undefined,
): GeneratorManager | undefined {
  if (node.type !== "CallExpression") return undefined;
  const name = runtimeName(node.callee, provenance);
  if (name !== "contextManager" && name !== "asyncContextManager") return undefined;
  const [given, options] = node.arguments;
  const maker = given && unwrap(given);
  const func = maker && (isFunction(maker) ? maker : functionNamed(maker));
  if (!func?.generator) return undefined;
  return { func, call: node, suppresses: options ? suppressesBy(options) : false };
}

function suppressesBy(options: TSESTree.Node): boolean | undefined {
  if (options.type !== "ObjectExpression") return undefined;
  for (const property of options.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") return undefined;
    if (property.key.name !== "suppresses") continue;
    const value = unwrap(property.value);
    return value.type === "Literal" ? value.value === true : undefined;
  }
  return false;
}

/** The names of a manager's methods: how it is entered, and how it is exited. */
const ways = [
  ["enter", "exit"],
  ["enterAsync", "exitAsync"],
] as const;

/** A method by which a manager is exited. */
export interface ExitMethod {
  readonly name: string;
  readonly func: FunctionNode;
}

/** The exits of a manager that is written as an object or a class, and that of a class of the runtime. */
export function exitsOf(node: TSESTree.Node, provenance: Provenance): ExitMethod[] {
  const members = membersOf(node);
  if (!members) return [];
  const exits: ExitMethod[] = ways.flatMap(([enter, exit]) => {
    const func = members.get(exit);
    return members.has(enter) && func ? [{ name: exit, func }] : [];
  });
  const release = members.get("release");
  const base = node.type === "ClassBody" ? node.parent.superClass : undefined;
  const extended = base && runtimeName(base, provenance);
  if (release && /^Abstract(Async)?ContextManager$/.test(extended ?? "")) {
    exits.push({ name: "release", func: release });
  }
  return exits;
}

function membersOf(node: TSESTree.Node): Map<string, FunctionNode> | undefined {
  if (node.type !== "ClassBody" && node.type !== "ObjectExpression") return undefined;
  const members = new Map<string, FunctionNode>();
  for (const member of node.type === "ClassBody" ? node.body : node.properties) {
    if (
      member.type !== "MethodDefinition" &&
      member.type !== "PropertyDefinition" &&
      member.type !== "Property"
    ) {
      continue;
    }
    const { key, value } = member;
    if (member.computed || key.type !== "Identifier" || !value || !isFunction(value)) continue;
    members.set(key.name, value);
  }
  return members;
}

/** Whether a file has anything to do with the runtime. */
export function usesRuntime(ast: TSESTree.Program): boolean {
  return ast.body.some(
    (statement) =>
      statement.type === "ImportDeclaration" &&
      (statement.source.value === runtime || statement.source.value.startsWith(`${runtime}/`)),
  );
}
