import type { TSESTree } from "@typescript-eslint/types";

import type { TypeSource } from "../../types/type-source.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { isAsking, isCommit, isDispensable, isLastingWrite, isLettingGo } from "../code/guarded.js";
import { type Answer, answerOfClause, answerOfFunction } from "../code/handlers.js";
import { claimBehind } from "./claims.js";
import { leavesTrace, nothingFollows, recovers } from "./outcomes.js";
import type { Provenance } from "../code/provenance.js";
import { isCleaningUp, isExplained, nameAround } from "../code/reasons.js";
import { handlerOf, type RejectionHandler, settledIn } from "./rejections.js";
import { enclosingFunction, isFunction, lastName, unwrap, walk, wrapped } from "../code/syntax.js";

/** Which errors count that are made nothing of. */
export interface SwallowOptions {
  /**
   * `claims`: those that cost what was to be stored although the code says that it succeeded.
   * `losses`: those that cost something of which nobody learns: what was to be stored, a release that
   * failed. `all`: those of all code.
   */
  readonly report: "claims" | "losses" | "all";
  /** Whether code that only asks may take its failure for an answer, whatever failed. */
  readonly allowProbing: boolean;
  /** Whether clean-up and probing need a comment with the reason, as all other code does. */
  readonly requireReason: boolean;
}

/** Code that makes nothing of any error of other code. */
export interface Swallow {
  /**
   * `claim`: what a call was to store, and something says that it did. `loss`: what a call was to
   * store. `disposal`: what fails while `using` releases. `silence`: any
   * error, which is ignored. `fallback`: any error, which becomes a constant. `rejections`: those of
   * `Promise.allSettled`.
   */
  readonly kind: "claim" | "loss" | "disposal" | "silence" | "fallback" | "rejections";
  readonly place: TSESTree.Node;
  /** The clause or function that the error comes to; undefined for `Promise.allSettled`. */
  readonly handler: TSESTree.CatchClause | RejectionHandler | undefined;
  /** What fails. */
  readonly guarded: TSESTree.Node;
  /** The call or declaration of which the message speaks. */
  readonly subject: TSESTree.Node | undefined;
  /** What says that it succeeded. */
  readonly claim?: TSESTree.Node;
}

type SourceFile = AnalysedFile & { readonly text: string };

/** The places of a file where errors of any kind are swallowed. */
export function findSwallowed(file: SourceFile, options: SwallowOptions): Swallow[] {
  const found: Swallow[] = [];
  const { provenance } = analysisOf(file);
  walk(file.ast, (node) => {
    const swallow =
      node.type === "TryStatement"
        ? inTry(node, file, provenance, options)
        : node.type === "CallExpression"
          ? (inRejection(node, file, provenance, options) ??
            inSettled(node, file, provenance, options))
          : undefined;
    if (swallow) found.push(swallow);
    return undefined;
  });
  return found;
}

function inTry(
  attempt: TSESTree.TryStatement,
  file: SourceFile,
  provenance: Provenance,
  options: SwallowOptions,
): Swallow | undefined {
  const { ast, text } = file;
  const { handler, block } = attempt;
  if (!handler || yieldsOnly(block)) return undefined;
  const answer = answerOfClause(handler, provenance);
  if (answer.kind === "handling" || isExplained(handler, attempt, ast, text)) return undefined;
  const about = { place: handler, handler, guarded: block };
  const said = saidOf(answer, attempt);
  if (said === "silence" && !isExcused(block, attempt, provenance, options)) {
    const lost = lostIn(attempt, file, provenance);
    if (lost) return lossOf(lost, attempt, about, options);
    const declared = usingIn(block);
    if (declared && options.report !== "claims" && !leavesTrace(block, declared)) {
      return { ...about, kind: "disposal", subject: declared };
    }
  }
  if (options.report !== "all" || isExcused(block, attempt, provenance, options)) {
    return undefined;
  }
  return { ...about, ...broadly(answer) };
}

/** What was to be stored is lost: always told where something says that it is not. */
function lossOf(
  subject: TSESTree.CallExpression,
  statement: TSESTree.Node,
  about: Omit<Swallow, "kind" | "subject">,
  { report }: SwallowOptions,
): Swallow | undefined {
  const claim = claimBehind(statement);
  if (claim) return { ...about, kind: "claim", subject, claim };
  return report !== "claims" || isCommit(subject) ? { ...about, kind: "loss", subject } : undefined;
}

function statementOf(node: TSESTree.Node): TSESTree.Node {
  let at = node;
  while (at.parent && !at.type.endsWith("Statement")) at = at.parent;
  return at;
}

function broadly(answer: Answer): Pick<Swallow, "kind" | "subject"> {
  return answer.kind === "fallback"
    ? { kind: "fallback", subject: answer.value }
    : { kind: "silence", subject: undefined };
}

/** What a `catch` says to who comes after it: nothing where it answers as the body does. */
function saidOf(answer: Answer, attempt: TSESTree.TryStatement): "silence" | "something" {
  if (answer.kind === "fallback") {
    const isTrue = (node: TSESTree.Node | null | undefined): boolean =>
      node?.type === "Literal" && node.value === true;
    return isTrue(answer.value) && returnedIn(attempt.block).some((each) => isTrue(each))
      ? "silence"
      : "something";
  }
  const leaves = attempt.handler?.body.body.some(({ type }) => type !== "EmptyStatement");
  if (!leaves) return "silence";
  return nothingFollows(attempt) ? "silence" : "something";
}

/** The last thing in a body that was to be stored, if nothing in the body tells whether it was. */
function lostIn(
  attempt: TSESTree.TryStatement,
  { text, types }: SourceFile,
  provenance: Provenance,
): TSESTree.CallExpression | undefined {
  let last: TSESTree.CallExpression | undefined;
  walk(attempt.block, (node) => {
    if (isFunction(node)) return false;
    if (
      isLastingWrite(node, text, provenance) &&
      isCaughtHere(node, types) &&
      (!last || node.range[0] > last.range[0])
    ) {
      last = node;
    }
    return undefined;
  });
  if (!last || isDispensable(nameAround(attempt))) return undefined;
  return leavesTrace(attempt.block, last) || recovers(attempt) ? undefined : last;
}

/** Whether a `catch` around a call sees it fail: not where its promise is left to itself. */
function isCaughtHere(call: TSESTree.CallExpression, types: TypeSource): boolean {
  const { parent } = wrapped(call);
  const isLeft =
    parent?.type === "ExpressionStatement" ||
    (parent?.type === "UnaryExpression" && parent.operator === "void");
  if (!isLeft || lastName(call.callee)?.endsWith("Sync") === true) return true;
  const promised = types.isPromise(call);
  // Without types: who is free to wait and does not, is given a promise, or nothing at all.
  return promised === undefined ? enclosingFunction(call)?.async !== true : !promised;
}

function returnedIn(block: TSESTree.BlockStatement): (TSESTree.Expression | null)[] {
  const returned: (TSESTree.Expression | null)[] = [];
  walk(block, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "ReturnStatement") returned.push(node.argument);
    return undefined;
  });
  return returned;
}

/** Whether code need not care that it fails: it lets go of something, or asks. */
function isExcused(
  guarded: TSESTree.Node,
  at: TSESTree.Node,
  provenance: Provenance,
  { allowProbing, requireReason }: SwallowOptions,
): boolean {
  if (requireReason) return false;
  if (isLettingGo(guarded, provenance) || isCleaningUp(at)) return true;
  return allowProbing && isAsking(guarded, provenance);
}

/** `try { yield x; } catch {}`: what the body of a manager threw goes on, unless it `suppresses`. */
function yieldsOnly({ body: [only, another] }: TSESTree.BlockStatement): boolean {
  return (
    another === undefined &&
    only?.type === "ExpressionStatement" &&
    only.expression.type === "YieldExpression"
  );
}

function usingIn({ body }: TSESTree.BlockStatement): TSESTree.VariableDeclaration | undefined {
  return body.find(
    (statement): statement is TSESTree.VariableDeclaration =>
      statement.type === "VariableDeclaration" && statement.kind.endsWith("using"),
  );
}

function inRejection(
  call: TSESTree.CallExpression,
  { ast, text }: SourceFile,
  provenance: Provenance,
  options: SwallowOptions,
): Swallow | undefined {
  const handler = handlerOf(call);
  if (!handler) return undefined;
  const { guarded, roots, tells, used } = handler;
  // A promise that somebody else has is somebody else's to look after.
  if (roots.length === 0) return undefined;
  const answer = answerOfFunction(handler.func, provenance);
  if (answer.kind === "handling" || isExplained(handler.func, call, ast, text)) return undefined;
  if (isExcused(guarded, call, provenance, options)) return undefined;
  const about = { place: handler.func, handler, guarded };
  if (answer.kind === "silence" && !tells && !used && !isDispensable(nameAround(call))) {
    const lost = roots.find((root) => isLastingWrite(root, text, provenance));
    if (lost) return lossOf(lost, statementOf(call), about, options);
  }
  if (options.report !== "all") return undefined;
  return { ...about, ...broadly(answer) };
}

function inSettled(
  call: TSESTree.CallExpression,
  { ast, text }: SourceFile,
  provenance: Provenance,
  options: SwallowOptions,
): Swallow | undefined {
  const settled = settledIn(call);
  if (!settled || isExplained(call, call, ast, text)) return undefined;
  const { promises } = settled;
  if (promises.some((each) => handlerOf(each) !== undefined)) return undefined;
  if (promises.every((each) => isExcused(each, call, provenance, options))) return undefined;
  const about = { place: call, handler: undefined, guarded: call, kind: "rejections" } as const;
  const lost = promises.find((each) => isLastingWrite(unwrap(each), text, provenance));
  if (lost && !isDispensable(nameAround(call))) {
    const claimed = claimBehind(statementOf(call)) !== undefined;
    return claimed || options.report !== "claims" ? { ...about, subject: lost } : undefined;
  }
  return options.report === "all" ? { ...about, subject: promises[0] } : undefined;
}
