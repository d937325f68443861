import type { TSESTree } from "@typescript-eslint/types";

import type { Construction } from "../../analysis/held/construction.js";
import type { Escape } from "../../analysis/paths/lifetimes.js";
import { classBodyAround, contains, unwrap } from "../../analysis/code/syntax.js";
import { inOrder, type Rewrite } from "../edit.js";
import { freshName } from "../fresh-name.js";
import { statementAround } from "../hand-over.js";
import type { Managed } from "../managed.js";
import { releaseText } from "../release-text.js";
import { styleOf } from "../source-style.js";
import { stretchOf, wrapInTry } from "../tail.js";

/** An object that holds a resource while it is not known to anybody yet. */
interface Unfinished {
  readonly construction: Construction;
  /** The path on which it is never known to anybody. */
  readonly escape: Escape;
}

/**
 * `try { … } catch (error) { this.db?.close(); throw error; }` around what a constructor does from
 * its helper on that acquires, or a factory behind the method that does, until others have the
 * object: what it holds is lost when that fails.
 */
export function releaseUnfinishedForm(
  managed: Managed,
  { construction, escape }: Unfinished,
): Rewrite | undefined {
  const { acquisition, ownership, text, ast, provenance } = managed;
  const { constructor: func, call, escapes } = construction;
  const [holder] = ownership.holders;
  const step = call && statementAround(call);
  if (holder?.kind !== "field" || !call || step?.parent.type !== "BlockStatement") return undefined;
  const isConstructor =
    func.parent.type === "MethodDefinition" && func.parent.kind === "constructor";
  const object = isConstructor ? "this" : receiverOf(call);
  if (object === undefined || func.generator) return undefined;
  if (!isConstructor && !mayName(holder.name, acquisition.func, func)) return undefined;
  // What fails in the method itself, the object of a factory could not tell of.
  if (!isConstructor && !contains(func, escape.last)) return undefined;
  const known = escapes.map(({ at }) => at.range[0]).filter((at) => at > step.range[0]);
  if (known.length < escapes.length) return undefined;

  const { body } = step.parent;
  const from = body.indexOf(step) + (isConstructor ? 0 : 1);
  const next = body.findIndex(
    (each, index) => index >= from && known.some((at) => at >= each.range[0] && at < each.range[1]),
  );
  const [first, ...others] = body.slice(from, next === -1 ? undefined : next);
  const tail = first && stretchOf(first, others.at(-1) ?? first, text, provenance);
  const release = releaseText(managed, false);
  const name = freshName(["error", "failure", "reason"], step, ast);
  if (!tail || !release || name === undefined || (release.async && !func.async)) return undefined;
  const path = `${object}.${holder.name}`;
  const code = release.call(path);
  // A function that is given nothing would fail itself.
  if (!code.startsWith(`${path}?.`)) return undefined;
  const lines = [release.async ? `await ${code}` : code, `throw ${name}`];
  const edits = inOrder([
    ...wrapInTry(tail, { head: `catch (${name})`, lines }, text, styleOf(text, ast)),
    ...release.edits,
  ]);
  const when = isConstructor ? "the constructor" : "what follows";
  return edits && { kind: "suggestion", title: `Release \`${path}\` if ${when} fails`, edits };
}

/** `store`, of `await store.open()`. */
function receiverOf(call: TSESTree.Expression): string | undefined {
  const inner = call.type === "AwaitExpression" ? unwrap(call.argument) : call;
  if (inner.type !== "CallExpression" || inner.callee.type !== "MemberExpression") return undefined;
  const object = unwrap(inner.callee.object);
  return object.type === "Identifier" ? object.name : undefined;
}

/** Whether a factory may read a field: the class's own code may, others only a public one. */
function mayName(field: string, method: TSESTree.Node, factory: TSESTree.Node): boolean {
  const body = classBodyAround(method);
  if (!body || classBodyAround(factory) === body) return body !== undefined;
  const isPublic = body.body.some(
    (element) =>
      element.type === "PropertyDefinition" &&
      element.key.type === "Identifier" &&
      element.key.name === field &&
      (element.accessibility === undefined || element.accessibility === "public"),
  );
  return isPublic;
}
