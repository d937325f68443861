import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { type AnalysedFile, analysisOf } from "../analysis/file-analysis.js";
import { runtimeName } from "../analysis/outcomes/managers.js";
import type { Provenance } from "../analysis/code/provenance.js";
import {
  contains,
  enclosingFunction,
  isFunction,
  memberName,
  unwrap,
  walk,
} from "../analysis/code/syntax.js";
import { leavesBlock } from "./block-exits.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { importInstead } from "./imports.js";
import { indented } from "./indent.js";
import { indentUnit } from "./insert.js";
import { isTaken } from "./managed.js";
import { isQuiet } from "./quiet.js";
import { styleOf } from "./source-style.js";
import { type Tail, tailOf } from "./tail.js";

type SourceFile = AnalysedFile & { readonly text: string };

/**
 * `await withAsyncContext(manager, async (value) => { … })` in place of `using` and all that follows
 * it: what returns has succeeded, and what throws has failed. Undefined where code would come to mean
 * something else in a function of its own.
 */
export function inContext(
  declaration: TSESTree.VariableDeclaration,
  file: SourceFile,
): Rewrite | undefined {
  const { ast, text } = file;
  const { provenance } = analysisOf(file);
  const entered = enteredBy(declaration, provenance);
  const tail = entered && tailOf(declaration, text, provenance);
  const func = enclosingFunction(declaration);
  if (!tail || !func || func.generator || !isMovable(tail, entered, file)) return undefined;
  const returns = returnsIn(tail);
  // What returns from the callback returns from the function only where nothing follows.
  if (returns.length > 0 && declaration.parent !== func.body) return undefined;
  if (!func.async && returns.some(({ argument }) => argument && !isQuiet(argument))) {
    return undefined;
  }
  const context = func.async ? "withAsyncContext" : "withContext";
  if (isTaken(context, file)) return undefined;
  const { manager, variable, entering } = entered;
  const values = variable.references.filter(({ init }) => !init);
  const style = styleOf(text, ast);
  const { semicolon, lineEnd } = style;
  const { start, end, indentation, list } = tail;
  const parameter = values.length > 0 ? variable.name : "";
  const leading = returns.length > 0 ? "return " : "";
  const call = func.async ? `await ${context}` : context;
  const head = `${leading}${call}(${text.slice(...manager.range)}, ${func.async ? "async " : ""}(${parameter}) => {`;
  const unit = indentUnit(text);
  const imported = importInstead(context, entering, file, style);
  const lastLine = text.slice(0, end).endsWith("\n") ? end - 1 : end;
  const missingBreak = text.slice(0, end).endsWith("\n") ? "" : lineEnd;
  const edits = inOrder([
    ...imported,
    { range: declaration.range, text: head },
    ...indented(text, { start, end: lastLine, within: list }, unit),
    ...values.map(({ identifier }): Edit => {
      const member = identifier.parent;
      return { range: [identifier.range[1], member.range[1]], text: "" };
    }),
    { range: [end, end], text: `${missingBreak}${indentation}})${semicolon}${lineEnd}` },
  ]);
  return (
    edits && {
      kind: "suggestion",
      title: `Do what follows in a callback of \`${context}\`, which succeeds when it returns`,
      edits,
    }
  );
}

interface Entered {
  readonly manager: TSESTree.CallExpressionArgument;
  readonly variable: Variable;
  /** The name by which it is entered now. */
  readonly entering: TSESTree.Node;
}

/** `using x = enter(manager)`, of which nothing but `x.value` is used. */
function enteredBy(
  { declarations: [declarator, another] }: TSESTree.VariableDeclaration,
  provenance: Provenance,
): Entered | undefined {
  const [variable] = provenance.declaredBy(declarator);
  if (another || !declarator.init || !variable || declarator.id.type !== "Identifier") return;
  if (declarator.id.typeAnnotation) return undefined;
  const value = unwrap(declarator.init);
  const call = value.type === "AwaitExpression" ? unwrap(value.argument) : value;
  if (call.type !== "CallExpression" || call.typeArguments) return undefined;
  const [manager, further] = call.arguments;
  const name = runtimeName(call.callee, provenance);
  if (!manager || further || manager.type === "SpreadElement") return undefined;
  if (name !== "enter" && name !== "enterAsync") return undefined;
  const onlyValue = variable.references.every(({ identifier, init }) => {
    const { parent } = identifier as TSESTree.Node;
    return (
      init === true ||
      (parent?.type === "MemberExpression" &&
        parent.object === identifier &&
        !parent.optional &&
        memberName(parent) === "value" &&
        !isWritten(parent))
    );
  });
  return onlyValue ? { manager, variable, entering: call.callee } : undefined;
}

function isWritten(node: TSESTree.MemberExpression): boolean {
  const { parent } = node;
  return (
    (parent.type === "AssignmentExpression" && parent.left === node) ||
    parent.type === "UpdateExpression" ||
    (parent.type === "UnaryExpression" && parent.operator === "delete")
  );
}

/** Whether code means the same in a function of its own: no jumps, and no variable that changes. */
function isMovable(tail: Tail, { manager, variable }: Entered, file: SourceFile): boolean {
  const { provenance } = analysisOf(file);
  const [first] = tail.statements;
  if (!first) return false;
  const declaration = variable.defs[0]?.node.parent;
  // A comment within what is replaced would be lost.
  const before = declaration && file.text.slice(declaration.range[0], manager.range[0]);
  const after = declaration && file.text.slice(manager.range[1], declaration.range[1]);
  if (before === undefined || after === undefined || /\/[/*]/.test(before + after)) return false;
  let movable = true;
  for (const statement of tail.statements) {
    walk(statement, (node) => {
      if (!movable) return false;
      if (node.type === "Identifier") movable = isSteady(node, tail, provenance);
      if (isFunction(node) && node.type !== "ArrowFunctionExpression") return undefined;
      if (node.type === "YieldExpression" || node.type === "Super") movable = false;
      if (node.type === "VariableDeclaration" && node.kind === "var") movable = false;
      if (node.type === "BreakStatement" || node.type === "ContinueStatement") {
        if (node.label !== null || leavesBlock(node, tail.list)) movable = false;
      }
      return movable;
    });
  }
  return movable;
}

/** A variable that is assigned once keeps in a function the type to which conditions have led. */
function isSteady(name: TSESTree.Identifier, tail: Tail, provenance: Provenance): boolean {
  if (name.name === "arguments") return false;
  const variable = provenance.variableOf(name);
  if (!variable || variable.defs.length === 0) return true;
  const isInside = variable.identifiers.some(
    ({ range }) => range[0] >= tail.start && range[1] <= tail.end,
  );
  return (
    isInside || variable.references.every((reference) => !reference.isWrite() || reference.init)
  );
}

function returnsIn({ statements, list }: Tail): TSESTree.ReturnStatement[] {
  const returns: TSESTree.ReturnStatement[] = [];
  walk(list, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "ReturnStatement" && statements.some((each) => contains(each, node))) {
      returns.push(node);
    }
    return undefined;
  });
  return returns;
}
