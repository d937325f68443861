import type { TSESTree } from "@typescript-eslint/types";

import { analysisOf } from "../analysis/file-analysis.js";
import { callsIn, isRelease } from "../analysis/code/guarded.js";
import { lastName, type FunctionNode, isFunction, unwrap, walk } from "../analysis/code/syntax.js";
import { settlingName } from "../resources/known-functions.js";
import type { Catalogue } from "../resources/catalogue.js";
import type { TypeSource } from "../types/type-source.js";
import type { Rewrite } from "./edit.js";
import { inOrder } from "./edit.js";
import { statementAround } from "./hand-over.js";
import { indented } from "./indent.js";
import { indentUnit } from "./insert.js";
import { indentationAt, lineStart, nextLine, styleOf } from "./source-style.js";
import { tailOf } from "./tail.js";
import type { ScopeManager } from "@typescript-eslint/scope-manager";

interface SourceFile {
  readonly ast: TSESTree.Program;
  readonly text: string;
  readonly scopes: ScopeManager;
  readonly types: TypeSource;
  readonly catalogue: Catalogue;
}

/** Statements that make last what was done, and so must not be run after a failure. */
const committing = /^\s*(COMMIT|END)\b/i;

/**
 * Puts a `yield` into `try`, and what stands behind it into `finally`. A fix where all of that only
 * releases; else a person has to say that it is meant for a failure, too.
 */
export function tryAroundYield(
  at: TSESTree.YieldExpression,
  func: FunctionNode,
  file: SourceFile,
): Rewrite | undefined {
  const { text, ast } = file;
  const statement = statementAround(at);
  // Elsewhere, what stands behind it is more than the rest of one block.
  if (statement?.type !== "ExpressionStatement" || statement.parent !== func.body) return undefined;
  if (unwrap(statement.expression) !== at) return undefined;
  const tail = tailOf(statement, text, analysisOf(file).provenance);
  if (!tail || tail.statements.some((each) => leavesOrDecides(each))) return undefined;
  // A comment behind the `yield` stays with it; one on its way out would come to stand elsewhere.
  const { indentation, start, end, list } = tail;
  const style = styleOf(text, ast);
  const unit = indentUnit(text);
  const { lineEnd } = style;
  const first = lineStart(text, statement.range[0]);
  const close = `${indentation}} finally {${lineEnd}`;
  const edits = inOrder([
    { range: [first, first], text: `${indentation}try {${lineEnd}` },
    ...indented(text, { start: first, end: withoutBreak(text, start), within: list }, unit),
    { range: [start, start], text: close },
    ...indented(text, { start, end: withoutBreak(text, end), within: list }, unit),
    { range: [end, end], text: `${indentation}}${lineEnd}` },
  ]);
  if (!edits || indentationAt(text, statement.range[0]) !== indentation) return undefined;
  if (nextLine(text, statement.range[1]) !== start) return undefined;
  const releases = tail.statements.every((each) => onlyReleases(each));
  return {
    kind: releases ? "fix" : "suggestion",
    title: releases
      ? "Release in a `finally` around the `yield`"
      : "Move what follows the `yield` into a `finally`, so that it runs after a failure, too",
    edits,
  };
}

function withoutBreak(text: string, end: number): number {
  return text.slice(0, end).endsWith("\n") ? end - 1 : end;
}

/** Whether a statement leaves a `finally`, which loses the failure, or makes last what was done. */
function leavesOrDecides(statement: TSESTree.Statement): boolean {
  let refused = false;
  walk(statement, (node) => {
    if (isFunction(node)) return false;
    refused ||= node.type === "ReturnStatement" || node.type === "YieldExpression";
    if (node.type === "VariableDeclaration" && node.kind.endsWith("using")) refused = true;
    if (node.type === "CallExpression") {
      const [first] = node.arguments;
      refused ||= first?.type === "Literal" && committing.test(String(first.value));
      refused ||= settlingName.test(lastName(node.callee) ?? "");
    }
    return !refused;
  });
  return refused;
}

/** `x.close();`, `await x.close();`: nothing else happens, and nobody asks for the answer. */
function onlyReleases(statement: TSESTree.Statement): boolean {
  if (statement.type !== "ExpressionStatement") return false;
  const value = unwrap(statement.expression);
  const call = value.type === "AwaitExpression" ? unwrap(value.argument) : value;
  return (
    call.type === "CallExpression" &&
    isRelease(call) &&
    callsIn(call).every((each) => each === call || isRelease(each))
  );
}
