import type { TSESTree } from "@typescript-eslint/types";

import { pathNaming } from "../../resources/known-functions.js";
import type { Condition } from "../flow/control-flow-graph.js";
import { keptFor } from "../code/kept.js";
import type { Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  pathName,
  unwrap,
  walk,
} from "../code/syntax.js";

type Value = "truthy" | "falsy" | "nullish";

/**
 * What is known of conditions wherever a resource is held, because it was acquired under them:
 * `const client = given ?? (await pool.connect())` with `if (!given) client.release()`.
 */
export class Facts {
  /** Learnt when it is asked for first: most paths come to a release without any condition. */
  #known: Map<string, Value> | undefined;
  readonly #provenance: Provenance;
  readonly #func: FunctionNode;
  readonly #acquired: TSESTree.Node;

  constructor(acquired: TSESTree.Node, func: FunctionNode, provenance: Provenance) {
    this.#provenance = provenance;
    this.#func = func;
    this.#acquired = acquired;
  }

  get #values(): Map<string, Value> {
    if (this.#known) return this.#known;
    this.#known = new Map();
    this.#learnFromReceiver();
    for (let node = this.#acquired; node.parent && node !== this.#func; node = node.parent) {
      this.#learnFromBranch(node, node.parent);
      if (node.parent.type === "BlockStatement") this.#learnFromAssignments(node.parent);
    }
    return this.#known;
  }

  /** Whether an edge can be taken, as far as the facts tell. */
  allows({ test, outcome }: Condition): boolean {
    if (this.#values.size === 0) return true;
    const value = this.#valueOf(test, 0);
    if (value === undefined) return true;
    if (outcome === "truthy") return value === "truthy";
    if (outcome === "falsy") return value !== "truthy";
    return outcome === "present" ? value !== "nullish" : value !== "truthy";
  }

  /** `process.stdin.getWriter()`: of nothing no method could have been called. */
  #learnFromReceiver(): void {
    const acquired = unwrap(this.#acquired);
    const call = acquired.type === "AwaitExpression" ? unwrap(acquired.argument) : acquired;
    if (call.type !== "CallExpression" || call.callee.type !== "MemberExpression") return;
    if (!call.callee.optional) this.#learn(call.callee.object, "truthy");
  }

  #learnFromBranch(node: TSESTree.Node, parent: TSESTree.Node): void {
    if (parent.type === "LogicalExpression" && parent.right === node) {
      if (parent.operator === "??") this.#learn(parent.left, "nullish");
      else this.#learn(parent.left, parent.operator === "&&" ? "truthy" : "falsy");
    } else if (parent.type === "ConditionalExpression" || parent.type === "IfStatement") {
      if (parent.consequent === node) this.#learn(parent.test, "truthy");
      if (parent.alternate === node) this.#learn(parent.test, "falsy");
    }
  }

  #learn(test: TSESTree.Node, value: Value): void {
    const node = unwrap(test);
    if (node.type === "UnaryExpression" && node.operator === "!") {
      this.#learn(node.argument, value === "truthy" ? "falsy" : "truthy");
      return;
    }
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      const both = node.operator === "&&" ? value === "truthy" : value !== "truthy";
      // `if (!given || isOwner) x = acquire()`: whoever asks `isOwner` later asks whether it did.
      for (const side of [node.left, node.right]) {
        if (both || (node.operator === "||" && unwrap(side).type === "Identifier")) {
          this.#learn(side, value);
        }
      }
      return;
    }
    const key = keyOf(node);
    if (key && this.#isSettled(key.operand)) {
      this.#values.set(key.text, key.negated ? opposite(value) : value);
    }
  }

  #learnFromAssignments(block: TSESTree.BlockStatement): void {
    for (const assignment of assignmentsIn(block)) {
      this.#learnFromFlag(assignment);
      this.#learnFromDefault(assignment);
    }
  }

  /** `name = name ?? basename(file);` beside the acquisition: from then on there is a name. */
  #learnFromDefault({ left, operator, right }: TSESTree.AssignmentExpression): void {
    const variable = this.#provenance.variableOf(left);
    if (!variable || !["=", "??=", "||="].includes(operator)) return;
    const hasFallback = right.type === "LogicalExpression" && right.operator !== "&&";
    if (!isAlwaysTruthy(hasFallback ? right.right : right)) return;
    const isSettled = variable.references.every(
      ({ identifier, writeExpr }) =>
        !writeExpr ||
        identifier === left ||
        (identifier.range[0] < this.#acquired.range[0] &&
          enclosingFunction(identifier) === this.#func),
    );
    if (isSettled) this.#values.set(variable.name, "truthy");
  }

  /** `owned = true;` beside the acquisition, for a flag that is a literal boolean everywhere. */
  #learnFromFlag({ left, operator, right }: TSESTree.AssignmentExpression): void {
    const variable = operator === "=" ? this.#provenance.variableOf(left) : undefined;
    if (variable && right.type === "Literal" && typeof right.value === "boolean") {
      const elsewhere = variable.references.some(
        ({ identifier, init, writeExpr }) =>
          writeExpr && !init && identifier !== left && !isSameLiteral(writeExpr, right.value),
      );
      if (!elsewhere) this.#values.set(variable.name, right.value ? "truthy" : "falsy");
    }
  }

  /** Whether nothing assigns to what a path names, within the function. */
  #isSettled(operand: TSESTree.Node): boolean {
    const node = unwrap(operand);
    if (node.type === "Identifier") {
      const variable = this.#provenance.variableOf(node);
      return (
        variable?.references.every(({ init, writeExpr }) => (init ?? false) || !writeExpr) ?? false
      );
    }
    const path = pathName(node);
    let assigned = false;
    walk(this.#func, (each) => {
      assigned ||= each.type === "AssignmentExpression" && pathName(each.left) === path;
      return undefined;
    });
    return !assigned;
  }

  #valueOf(test: TSESTree.Node, depth: number): Value | undefined {
    const node = unwrap(test);
    if (node.type === "UnaryExpression" && node.operator === "!") {
      const value = this.#valueOf(node.argument, depth);
      return value && opposite(value);
    }
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      const left = this.#valueOf(node.left, depth);
      const right = this.#valueOf(node.right, depth);
      const isTrue = (value: Value | undefined): boolean => value === "truthy";
      const isFalse = (value: Value | undefined): boolean => value !== undefined && !isTrue(value);
      if (node.operator === "&&") {
        if (isFalse(left) || isFalse(right)) return "falsy";
        return isTrue(left) && isTrue(right) ? "truthy" : undefined;
      }
      if (isTrue(left) || isTrue(right)) return "truthy";
      return isFalse(left) && isFalse(right) ? "falsy" : undefined;
    }
    const key = keyOf(node);
    const known = key && this.#values.get(key.text);
    if (known) return key.negated ? opposite(known) : known;
    // `const isOwner = !given`: the name stands for what it was made from.
    if (node.type !== "Identifier" || depth > 3) return undefined;
    const definition = this.#provenance.variableOf(node)?.defs[0]?.node;
    const constant =
      definition?.type === "VariableDeclarator" && definition.parent.kind === "const";
    const { init } = constant ? definition : { init: null };
    return init && !isFunction(init) ? this.#valueOf(init, depth + 1) : undefined;
  }
}

/** Those that are statements of a block; looked for once, however much is acquired in it. */
const assignmentsIn = keptFor(({ body }: TSESTree.BlockStatement) =>
  body.flatMap((statement) => {
    const expression = statement.type === "ExpressionStatement" ? statement.expression : undefined;
    return expression?.type === "AssignmentExpression" ? [expression] : [];
  }),
);

function opposite(value: Value): Value {
  return value === "truthy" ? "falsy" : "truthy";
}

function isAlwaysTruthy(node: TSESTree.Node): boolean {
  switch (node.type) {
    case "ArrayExpression":
    case "NewExpression":
    case "ObjectExpression":
      return true;
    case "Literal":
      return Boolean(node.value);
    case "TemplateLiteral":
      return node.quasis.some(({ value }) => value.raw !== "");
    case "CallExpression":
      return pathNaming.has(lastName(node.callee) ?? "");
    default:
      return isFunction(node);
  }
}

function isSameLiteral(node: TSESTree.Node, value: boolean): boolean {
  return node.type === "Literal" && node.value === value;
}

/** What a test looks at, and a text that is equal for equal tests. */
function keyOf(
  test: TSESTree.Node,
): { text: string; negated: boolean; operand: TSESTree.Node } | undefined {
  const path = pathName(test);
  if (path !== undefined) return { text: path, negated: false, operand: test };
  if (test.type !== "BinaryExpression" || !/^[!=]==?$/.test(test.operator)) return undefined;
  const { left, right } = test;
  const owner = pathName(left);
  const other = right.type === "Literal" ? right.raw : pathName(right);
  if (owner === undefined || (other !== "undefined" && right.type !== "Literal")) return undefined;
  const nullish = other === "undefined" || other === "null";
  if (nullish) {
    // `x == null` of something that is an object otherwise: as good as a test of `x` itself.
    return { text: owner, negated: test.operator.startsWith("="), operand: left };
  }
  return {
    text: `${owner}==${other ?? ""}`,
    negated: test.operator.startsWith("!"),
    operand: left,
  };
}
