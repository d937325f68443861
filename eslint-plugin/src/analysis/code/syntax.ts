import type { TSESTree } from "@typescript-eslint/types";
import { visitorKeys } from "@typescript-eslint/visitor-keys";

/** A function whose body runs when it is called. */
export type FunctionNode =
  TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

/** Code that runs from its beginning on: a function when it is called, a module when it is loaded. */
export type RunningCode = FunctionNode | TSESTree.Program;

const functionTypes = new Set<string>([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** Whether a node is a function with a body of its own. */
export function isFunction(node: TSESTree.Node): node is FunctionNode {
  return functionTypes.has(node.type);
}

/** The nodes directly below one, in the order of the source. Unknown node types have none. */
export function* childrenOf(node: TSESTree.Node): Generator<TSESTree.Node> {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = fields[key];
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(child)) yield child;
    }
  }
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Every node of a tree, parents first, without descending where `enter` answers `false`. */
export function walk(
  root: TSESTree.Node,
  enter: (node: TSESTree.Node) => boolean | undefined,
): void {
  // An explicit stack: generated code nests deeper than the engine's call stack allows.
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (enter(node) === false) continue;
    // Every node of a file comes by here: no generator, and no list of children.
    const fields = node as unknown as Readonly<Record<string, unknown>>;
    const keys = visitorKeys[node.type] ?? [];
    for (let index = keys.length - 1; index >= 0; index -= 1) {
      const value = fields[keys[index] ?? ""];
      if (isNode(value)) pending.push(value);
      else if (Array.isArray(value)) {
        for (let at = value.length - 1; at >= 0; at -= 1) {
          const child: unknown = value[at];
          if (isNode(child)) pending.push(child);
        }
      }
    }
  }
}

/**
 * Looks for a node around another one. What was found is kept for each block and `if` on the way,
 * so that deep nesting is climbed once and not again for each node in it.
 */
function lookingAround<Found extends TSESTree.Node>(
  isFound: (node: TSESTree.Node) => node is Found,
  isOutside: (node: TSESTree.Node) => boolean,
): (node: TSESTree.Node) => Found | undefined {
  const known = new WeakMap<TSESTree.Node, Found | "none">();
  return (node) => {
    const passed: TSESTree.Node[] = [];
    let found: Found | "none" = "none";
    for (let at = node.parent; at; at = at.parent) {
      const nests = at.type === "BlockStatement" || at.type === "IfStatement";
      const answer = nests ? known.get(at) : isFound(at) ? at : undefined;
      if (answer) {
        found = answer;
        break;
      }
      if (nests) passed.push(at);
      else if (isOutside(at)) break;
    }
    for (const block of passed) known.set(block, found);
    return found === "none" ? undefined : found;
  };
}

/** The innermost function around a node, or undefined at a module's top level or in a class body. */
export const enclosingFunction = lookingAround(
  isFunction,
  // Field initialisers and static blocks run in functions of their own, which we do not analyse.
  ({ type }) => type === "PropertyDefinition" || type === "StaticBlock",
);

/** The innermost `catch` clause of the same function around a node. */
export const enclosingHandler = lookingAround((node) => node.type === "CatchClause", isFunction);

/** Whether code holds a `throw` of its own, not one of a function in it. */
export function throws(code: TSESTree.Node): boolean {
  let found = false;
  walk(code, (node) => {
    if (found || isFunction(node)) return false;
    found = node.type === "ThrowStatement";
    return undefined;
  });
  return found;
}

/** Whether `inner` is `outer` or lies within it. */
export function contains(outer: TSESTree.Node, inner: TSESTree.Node): boolean {
  return outer.range[0] <= inner.range[0] && inner.range[1] <= outer.range[1];
}

/** The expression below parentheses, type assertions and optional-chain wrappers. */
export function unwrap(node: TSESTree.Node): TSESTree.Node {
  for (let at = node; ;) {
    switch (at.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "ChainExpression":
        at = at.expression;
        break;
      default:
        return at;
    }
  }
}

/** The outermost expression that is `node` under type assertions and optional-chain wrappers. */
export function wrapped(node: TSESTree.Node): TSESTree.Node {
  let at = node;
  while (
    at.parent &&
    at.parent !== at &&
    unwrap(at.parent) !== at.parent &&
    unwrap(at.parent) === unwrap(at)
  ) {
    at = at.parent;
  }
  return at;
}

/** The name of a member access: `a.b`, `a["b"]`, `a.#b`; undefined where it is computed. */
export function memberName(node: TSESTree.MemberExpression): string | undefined {
  if (node.computed) {
    return node.property.type === "Literal" ? String(node.property.value) : undefined;
  }
  const { property } = node;
  return property.type === "PrivateIdentifier" ? `#${property.name}` : property.name;
}

/** Whether a member access names a well-known dispose symbol: `a[Symbol.asyncDispose]`. */
export function isDisposeAccess(node: TSESTree.MemberExpression): boolean {
  const { property } = node;
  return (
    node.computed &&
    property.type === "MemberExpression" &&
    property.object.type === "Identifier" &&
    property.object.name === "Symbol" &&
    ["dispose", "asyncDispose"].includes(memberName(property) ?? "")
  );
}

/** A callee as the source names it, for example `console.log`; `""` where it has no plain name. */
export function calleeName(callee: TSESTree.Node): string {
  const node = unwrap(callee);
  if (node.type === "Identifier") return node.name;
  if (node.type === "ThisExpression") return "this";
  if (node.type !== "MemberExpression") return "";
  const owner = calleeName(node.object);
  const member = memberName(node) ?? "";
  return owner === "" ? member : `${owner}.${member}`;
}

/** The object whose method a callee's name names: `logger` of `this.logger.info`; `""` without one. */
export function objectOf(name: string): string {
  return /([^.]*)\.[^.]*$/.exec(name)?.[1] ?? "";
}

/**
 * The whole of a path of names, for example `this.pool.lock`: two equal paths name the same object
 * as long as nobody assigns to a part. Undefined where something else is among them.
 */
export function pathName(expression: TSESTree.Node): string | undefined {
  const node = unwrap(expression);
  if (node.type === "Identifier") return node.name;
  if (node.type === "ThisExpression") return "this";
  if (node.type !== "MemberExpression") return undefined;
  const owner = pathName(node.object);
  const member = memberName(node);
  return owner === undefined || member === undefined ? undefined : `${owner}.${member}`;
}

/** The last part of a callee's name: `open` of `open`, `fs.open` and `this.#files().open`. */
export function lastName(callee: TSESTree.Node): string | undefined {
  const node = unwrap(callee);
  if (node.type === "MemberExpression") return memberName(node);
  return node.type === "Identifier" ? node.name : undefined;
}

/** The body of the innermost class around a node. */
export function classBodyAround(node: TSESTree.Node): TSESTree.ClassBody | undefined {
  for (let at = node.parent; at; at = at.parent) if (at.type === "ClassBody") return at;
  return undefined;
}

/** A text that the source writes out, with `?` for what a template puts into it. */
export function writtenText(node: TSESTree.Node | undefined): string | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  if (node?.type !== "TemplateLiteral") return undefined;
  return node.quasis.map(({ value }) => value.raw).join("?");
}

/** `null` or `undefined`, as the source writes them. */
export function isNullish(node: TSESTree.Node): boolean {
  return (
    (node.type === "Literal" && node.value === null) ||
    (node.type === "Identifier" && node.name === "undefined")
  );
}
