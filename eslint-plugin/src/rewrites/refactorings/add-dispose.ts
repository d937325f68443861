import type { TSESTree } from "@typescript-eslint/types";

import { isDisposeAccess } from "../../analysis/syntax.js";
import type { Rewrite } from "../edit.js";
import { indentUnit } from "../insert.js";
import { indentationAt, lineStart, styleOf } from "../source-style.js";
import { innermost, type RefactoredFile, releasingNames } from "./file.js";

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
  if (!owner) return undefined;
  const { body, range } = owner.body;
  const method = releasingNames
    .map((name) => body.find((element) => isPlainMethod(element, name)))
    .find((each) => each !== undefined);
  if (method?.type !== "MethodDefinition" || body.some(hasDisposeKey)) return undefined;
  const name = method.key.type === "Identifier" ? method.key.name : "";
  const { text, ast } = file;
  const { lineEnd, semicolon } = styleOf(text, ast);
  const end = range[1] - 1;
  const line = lineStart(text, end);
  // On one line there is no place for another method.
  if (text.slice(line, end).trim() !== "" || body.length === 0) return undefined;
  const isAsync = method.value.async || returnsPromise(method.value);
  const symbol = isAsync ? "asyncDispose" : "dispose";
  const result = typed ? (isAsync ? ": Promise<void>" : ": void") : "";
  const indentation = indentationAt(text, body[0]?.range[0] ?? end);
  const lines = [
    "",
    `${indentation}${isAsync ? "async " : ""}[Symbol.${symbol}]()${result} {`,
    `${indentation}${indentUnit(text)}${isAsync ? "await " : ""}this.${name}()${semicolon}`,
    `${indentation}}`,
  ];
  return {
    kind: "suggestion",
    title: `Add \`[Symbol.${symbol}]\` to this class`,
    edits: [{ range: [line, line], text: lines.map((each) => each + lineEnd).join("") }],
  };
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

/** `[Symbol.dispose]() { … }`, whatever it does. */
function hasDisposeKey(element: TSESTree.ClassElement): boolean {
  if (!("key" in element) || !element.computed) return false;
  const { key } = element;
  return isDisposeAccess({ computed: true, property: key } as TSESTree.MemberExpression);
}

function isClass(
  node: TSESTree.Node,
): node is TSESTree.ClassDeclaration | TSESTree.ClassExpression {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}
