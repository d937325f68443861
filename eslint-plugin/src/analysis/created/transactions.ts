import type { TSESTree } from "@typescript-eslint/types";

import type { Release, Resource } from "../../resources/catalogue.js";
import {
  connectionEnders,
  settlingName,
  transactionPairs,
  transactionStatements,
} from "../../resources/known-functions.js";
import { keptFor, keptIn } from "../code/kept.js";
import type { Provenance } from "../code/provenance.js";
import {
  enclosingFunction,
  type FunctionNode,
  isFunction,
  lastName,
  pathName,
  walk,
  wrapped,
  writtenText,
} from "../code/syntax.js";

/**
 * The transaction that a statement such as `await connection.beginTransaction()` or
 * `await client.query("BEGIN")` opens, if the same function ends it by the same connection. One that
 * is only committed may well be rolled back by whoever gave the connection.
 */
export function transactionByUse(
  call: TSESTree.CallExpression,
  name: string,
  provenance: Provenance,
): Resource | undefined {
  const statement = writtenText(call.arguments[0]);
  const ends = transactionPairs.get(name);
  const bySql = statement !== undefined && transactionStatements.begin.test(statement);
  if ((!ends && !bySql) || call.arguments.some(isFunction)) return undefined;
  const { callee } = call;
  const giver = callee.type === "MemberExpression" ? callee.object : undefined;
  const path = giver && pathName(giver);
  const func = enclosingFunction(call);
  // What begins a transaction of its own knows best when that is over.
  if (!giver || path === undefined || path === "this" || !func || isPooled(giver, provenance))
    return undefined;
  const awaited = wrapped(call).parent?.type === "AwaitExpression";
  const whole = awaited ? wrapped(call).parent : wrapped(call);
  if (whole?.parent?.type !== "ExpressionStatement") return undefined;

  const found = endsIn(func, path, bySql ? [name] : (ends ?? []), bySql);
  // A function that rolls back only what fails begins it for others.
  if (found.elsewhere || (found.commits === 0 && !found.rollsBackAnyway)) return undefined;
  if (found.rollbacks === 0 && !isOwn(giver, func, provenance)) return undefined;
  const key = `${String(awaited)} ${String(bySql)} ${name}`;
  return keptIn(transactions, key, () => transaction(name, awaited, bySql));
}

/** The same one for the same words: what is found out about a connection then serves all its own. */
const transactions = new Map<string, Resource>();

function transaction(name: string, awaited: boolean, bySql: boolean): Resource {
  const releases = bySql
    ? [asGiver(name, transactionStatements.end)]
    : (transactionPairs.get(name) ?? []).map((each) => asGiver(each));
  const [first = asGiver("rollback"), ...others] = releases;
  return {
    noun: "transaction",
    acquire: [],
    async: awaited,
    release: [first, ...others, ...connectionEnders.map((each) => asGiver(each))],
    idempotentRelease: false,
    value: "object",
  };
}

function asGiver(name: string, statement?: RegExp): Release {
  const commits = /commit/i.test(name);
  return {
    kind: "giver",
    name,
    async: true,
    ...(statement && { statement }),
    ...(commits && { commits }),
  };
}

/** How a function ends the transaction of a connection, and whether others are asked to. */
interface Endings {
  readonly commits: number;
  readonly rollbacks: number;
  readonly rollsBackAnyway: boolean;
  readonly elsewhere: boolean;
}

const endingsIn = keptFor((_func: FunctionNode) => new Map<string, Endings>());

/** Counted once for each connection of a function, which may begin many transactions. */
function endsIn(
  func: FunctionNode,
  path: string,
  names: readonly string[],
  bySql: boolean,
): Endings {
  const key = `${path} ${names.join()} ${String(bySql)}`;
  return keptIn(endingsIn(func), key, () => countEnds(func, path, names, bySql));
}

function countEnds(
  func: FunctionNode,
  path: string,
  names: readonly string[],
  bySql: boolean,
): Endings {
  const found = { commits: 0, rollbacks: 0, rollsBackAnyway: false };
  const { byOwner, settling } = callsIn(func);
  let own = 0;
  for (const { node, name, text: statement } of byOwner.get(path) ?? []) {
    const text = bySql ? statement : name;
    if (!names.includes(name)) continue;
    if (settles(name, statement, bySql)) own += 1;
    if (bySql && !transactionStatements.end.test(text)) continue;
    if (/^\s*(commit|end)/i.test(text)) found.commits += 1;
    else {
      found.rollbacks += 1;
      found.rollsBackAnyway ||= !isInCatch(node);
    }
  }
  // `await this.rollback()`, `await undo(connection)`: who knows what that ends?
  return { ...found, elsewhere: settling[bySql ? "bySql" : "byName"] > own };
}

function settles(name: string, statement: string, bySql: boolean): boolean {
  return settlingName.test(name) || (bySql && transactionStatements.end.test(statement));
}

/** A call, with the last part of its name, and the statement that it is given. */
interface NamedCall {
  readonly node: TSESTree.CallExpression;
  readonly name: string;
  readonly text: string;
}

interface Calls {
  /** By the path of the object whose method is called. */
  readonly byOwner: ReadonlyMap<string, readonly NamedCall[]>;
  /** How many of all may settle a transaction, by their names, or by their statements as well. */
  readonly settling: { readonly byName: number; readonly bySql: number };
}

const callsIn = keptFor((func: FunctionNode): Calls => {
  const byOwner = new Map<string, NamedCall[]>();
  const settling = { byName: 0, bySql: 0 };
  walk(func.body, (node) => {
    if (node.type !== "CallExpression") return undefined;
    const call = {
      node,
      name: lastName(node.callee) ?? "",
      text: writtenText(node.arguments[0]) ?? "",
    };
    if (settles(call.name, call.text, false)) settling.byName += 1;
    if (settles(call.name, call.text, true)) settling.bySql += 1;
    const { callee } = node;
    const owner = callee.type === "MemberExpression" ? pathName(callee.object) : undefined;
    if (owner === undefined) return undefined;
    const others = byOwner.get(owner);
    if (others) others.push(call);
    else byOwner.set(owner, [call]);
    return undefined;
  });
  return { byOwner, settling };
});

function isInCatch(node: TSESTree.Node): boolean {
  for (let at = node.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === "CatchClause") return true;
  }
  return false;
}

/** Whether a path begins with a variable in which the function itself put something new. */
function isOwn(giver: TSESTree.Node, func: FunctionNode, provenance: Provenance): boolean {
  const [definition] = provenance.variableOf(giver)?.defs ?? [];
  if (definition?.type !== "Variable" || enclosingFunction(definition.name) !== func) return false;
  const { init } = definition.node;
  const made = init?.type === "AwaitExpression" ? init.argument : init;
  return made?.type === "CallExpression" || made?.type === "NewExpression";
}

/** `await stack.enterContext(pooled(pool))`: what is open in it when it goes back goes with it. */
function isPooled(giver: TSESTree.Node, provenance: Provenance): boolean {
  const definition = provenance.variableOf(giver)?.defs[0]?.node;
  if (definition?.type !== "VariableDeclarator" || !definition.init) return false;
  let pooled = false;
  walk(definition.init, (node) => {
    if (node.type !== "CallExpression") return undefined;
    const origin = provenance.originOf(node.callee);
    pooled ||= origin?.module === "unwind/sql" && origin.name === "pooled";
    return undefined;
  });
  return pooled;
}

/** Whether a call commits what it ends, rolls it back, or is no call that says either. */
export function endOf(call: TSESTree.CallExpression): boolean | undefined {
  const [statement] = call.arguments;
  const name = lastName(call.callee) ?? "";
  const text = statement ? (writtenText(statement) ?? "") : name;
  const ends = statement ? transactionStatements.end.test(text) : !connectionEnders.includes(name);
  if (!ends) return undefined;
  if (/^\s*(commit|end\b)/i.test(text)) return true;
  return /^\s*(rollback|abort)/i.test(text) ? false : undefined;
}

/** Whether a transaction is begun without saying anything of how. */
export function beginsPlainly({ arguments: given }: TSESTree.CallExpression): boolean {
  const [only, another] = given;
  if (another) return false;
  return !only || /^\s*(BEGIN|START\s+TRANSACTION)\s*;?\s*$/i.test(writtenText(only) ?? "");
}

/** Whether a call ends what a release by statement ends: `client.query("ROLLBACK")`. */
export function isStatement(call: TSESTree.CallExpression, statement: RegExp): boolean {
  return statement.test(writtenText(call.arguments[0]) ?? "");
}

/**
 * What has to hold where a release by its giver asks the giver first, or a flag of the function's:
 * `if (runner.isTransactionActive) await runner.rollback()`. While it is held, the answer is known.
 */
export function guardsOf(
  releases: readonly TSESTree.Node[],
  path: string,
  func: TSESTree.Node,
  provenance: Provenance,
): ReadonlyMap<TSESTree.Node, boolean> {
  const guards = new Map<TSESTree.Node, boolean>();
  const learn = (test: TSESTree.Node, holds: boolean): void => {
    if (test.type === "UnaryExpression" && test.operator === "!") learn(test.argument, !holds);
    else if (test.type === "LogicalExpression" && test.operator !== "??") {
      if ((test.operator === "&&") !== holds) return;
      learn(test.left, holds);
      learn(test.right, holds);
    } else if (asks(test, path) || isFlag(test, provenance) || counts(test, func)) {
      guards.set(test, holds);
    }
  };
  for (const release of releases) {
    for (let node = release; node.parent && node !== func; node = node.parent) {
      const { parent } = node;
      if (parent.type === "IfStatement" || parent.type === "ConditionalExpression") {
        if (parent.consequent === node) learn(parent.test, true);
        if (parent.alternate === node) learn(parent.test, false);
      } else if (parent.type === "LogicalExpression" && parent.right === node) {
        if (parent.operator !== "??") learn(parent.left, parent.operator === "&&");
      }
    }
  }
  return guards;
}

/** Whether a test asks an object, or what it is a part of, for its state. */
function asks(test: TSESTree.Node, path: string): boolean {
  let found = false;
  walk(test, (node) => {
    found ||= node.type === "MemberExpression" && pathName(node.object) === path;
    found ||= pathName(node) === path;
    return isFunction(node) ? false : undefined;
  });
  return found;
}

/** `--this.readers === 0`: the last of those who share what is held gives it back. */
function counts(test: TSESTree.Node, func: TSESTree.Node): boolean {
  if (test.type !== "BinaryExpression") return false;
  return [test.left, test.right].some((side) => {
    if (side.type === "UpdateExpression") return true;
    const path = pathName(side);
    return path !== undefined && isCounted(path, func);
  });
}

/** Whether a function counts something up or down. */
function isCounted(path: string, func: TSESTree.Node): boolean {
  let found = false;
  walk(func, (node) => {
    if (node.type === "UpdateExpression") found ||= pathName(node.argument) === path;
    else if (node.type === "AssignmentExpression" && /^[+-]=$/.test(node.operator)) {
      found ||= pathName(node.left) === path;
    }
    return found ? false : undefined;
  });
  return found;
}

/** `let committed = false`, or a comparison of it with `true` or `false`. */
function isFlag(test: TSESTree.Node, provenance: Provenance): boolean {
  if (test.type === "BinaryExpression") {
    return isBoolean(test.right) && isFlag(test.left, provenance);
  }
  const [definition] = provenance.variableOf(test)?.defs ?? [];
  return (
    definition?.type === "Variable" &&
    definition.parent.kind === "let" &&
    isBoolean(definition.node.init)
  );
}

function isBoolean(node: TSESTree.Node | null): boolean {
  return node?.type === "Literal" && typeof node.value === "boolean";
}
