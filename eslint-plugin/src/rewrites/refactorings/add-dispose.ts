import type { TSESTree } from "@typescript-eslint/types";

import { isDisposeKey } from "../../analysis/owners/endings.js";
import type { Rewrite } from "../edit.js";
import { appendToClass } from "../into-method.js";
import { innermost, type RefactoredFile, releasingNames } from "./file.js";

/** A method by which an object is released, and which needs to be told nothing. */
export interface ReleasingMethod {
  readonly name: string;
  readonly method: TSESTree.MethodDefinition;
  readonly async: boolean;
}

/**
 * "Add `[Symbol.asyncDispose]` to this class": a method by the symbol that calls the one by which
 * the class at an offset is released already. Undefined where there is no such method, or the
 * class has a symbol.
 *
 * @param typed Whether the file is TypeScript, so that the method says what it returns.
 */
export function addDisposeMethod(
  file: RefactoredFile,
  offset: number,
  typed: boolean,
): Rewrite | undefined {
  const owner = innermost(file, offset, isClass);
  const releasing = owner && releasingMethodOf(owner.body, releasingNames);
  if (!releasing || owner.body.body.some(isDisposeKey)) return undefined;
  return disposeBy(releasing, owner.body, file, typed);
}

/** The first of the methods by these names that a class has, and that needs to be told nothing. */
export function releasingMethodOf(
  { body }: TSESTree.ClassBody,
  names: readonly string[],
): ReleasingMethod | undefined {
  for (const name of names) {
    const method = body.find((element) => isPlainMethod(element, name));
    if (method?.type !== "MethodDefinition") continue;
    return { name, method, async: method.value.async || returnsPromise(method.value) };
  }
  return undefined;
}

/** Adds a method by a dispose symbol that calls another one. */
export function disposeBy(
  { name, async: isAsync }: ReleasingMethod,
  body: TSESTree.ClassBody,
  file: Pick<RefactoredFile, "text" | "ast">,
  typed: boolean,
): Rewrite | undefined {
  const symbol = isAsync ? "asyncDispose" : "dispose";
  const result = typed ? (isAsync ? ": Promise<void>" : ": void") : "";
  const head = `${isAsync ? "async " : ""}[Symbol.${symbol}]()${result}`;
  const edits = appendToClass(file, body, head, `${isAsync ? "await " : ""}this.${name}()`);
  return edits && { kind: "suggestion", title: `Add \`[Symbol.${symbol}]\` to this class`, edits };
}

/** Adds `close()`, which calls a method by a dispose symbol. */
export function methodFor(
  { key, value }: TSESTree.MethodDefinition,
  body: TSESTree.ClassBody,
  file: Pick<RefactoredFile, "text" | "ast">,
  typed: boolean,
): Rewrite | undefined {
  const waits = file.text.slice(...key.range).endsWith("asyncDispose");
  // A parameter of the constructor may be a field of that name, and what needs an argument is given none.
  if (value.params.length > 0 || declaresParameterProperties(body)) return undefined;
  const result = typed ? (waits ? ": Promise<void>" : ": void") : "";
  const call = `${waits ? "await " : ""}this[${file.text.slice(...key.range)}]()`;
  const edits = appendToClass(file, body, `${waits ? "async " : ""}close()${result}`, call);
  return edits && { kind: "suggestion", title: "Add `close()` to this class", edits };
}

function declaresParameterProperties({ body }: TSESTree.ClassBody): boolean {
  return body.some(
    (element) =>
      element.type === "MethodDefinition" &&
      element.value.params.some(
        (parameter) =>
          parameter.type === "TSParameterProperty" &&
          parameter.parameter.type === "Identifier" &&
          parameter.parameter.name === "close",
      ),
  );
}

function isPlainMethod(element: TSESTree.ClassElement, name: string): boolean {
  return (
    element.type === "MethodDefinition" &&
    element.kind === "method" &&
    !element.static &&
    !element.computed &&
    element.key.type === "Identifier" &&
    element.key.name === name &&
    element.value.type === "FunctionExpression" &&
    element.value.params.every(
      (parameter) =>
        parameter.type === "AssignmentPattern" ||
        parameter.type === "RestElement" ||
        (parameter.type === "Identifier" && parameter.optional),
    )
  );
}

function returnsPromise({ returnType }: TSESTree.MethodDefinition["value"]): boolean {
  const annotation = returnType?.typeAnnotation;
  return (
    annotation?.type === "TSTypeReference" &&
    annotation.typeName.type === "Identifier" &&
    /^Promise(Like)?$/.test(annotation.typeName.name)
  );
}

function isClass(
  node: TSESTree.Node,
): node is TSESTree.ClassDeclaration | TSESTree.ClassExpression {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}
