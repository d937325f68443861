import type { TSESTree } from "@typescript-eslint/types";

import type { AcquiredValue } from "../../analysis/created/acquisitions.js";
import type { Provenance } from "../../analysis/code/provenance.js";
import { inOrder, type Rewrite } from "../edit.js";
import { freshName } from "../fresh-name.js";
import { statementAround } from "../hand-over.js";
import { indentUnit } from "../insert.js";
import { bestReleaseFunction, type ReleaseCall, syncReleaseFunction } from "../release-function.js";
import { indentationAt, lineStart, nextLine, styleOf } from "../source-style.js";

/** What stands in a file of what a module keeps, and nothing removes. */
export interface LeftBehind {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly provenance: Provenance;
  readonly acquisition: AcquiredValue;
}

/** `process.once("exit", …)` behind a module's declaration of what outlives the process. */
export function releaseAtExit(file: LeftBehind): Rewrite | undefined {
  const { ast, acquisition } = file;
  const declarator = acquisition.value.parent;
  if (declarator.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") {
    return undefined;
  }
  const declaration = declarator.parent;
  const release = bestReleaseFunction(file);
  // When the process ends, nothing waits for a promise any more.
  if (!release || release.async || declaration.parent.type !== "Program") return undefined;
  if (declaration.declarations.length > 1 || ast.sourceType !== "module") return undefined;
  return atExit(file, declaration, declarator.id.name, release);
}

/**
 * The same behind the statement of a function that makes a directory for an object which is kept,
 * and whose class has no way to remove it: `folder = await mkdtemp(…)`.
 */
export function removeKeptAtExit(file: LeftBehind): Rewrite | undefined {
  const { ast, acquisition } = file;
  const { parent } = acquisition.value;
  const name = targetOf(parent);
  const statement = statementAround(acquisition.value);
  if (!acquisition.resource.madeInside || name?.type !== "Identifier" || !statement) return;
  const inList = statement.parent.type === "BlockStatement";
  if (!inList || ast.sourceType !== "module") return undefined;
  if (statement.type === "VariableDeclaration" && statement.declarations.length > 1) return;
  if (statement.type === "ExpressionStatement" && statement.expression !== parent) return undefined;
  const release = syncReleaseFunction(file);
  const isConst = statement.type === "VariableDeclaration" && statement.kind === "const";
  if (!release || isConst) return release && atExit(file, statement, name.name, release);
  // A variable may have another's path later, and a closure would not know that this one is there.
  const own = `own${name.name.charAt(0).toUpperCase()}${name.name.slice(1)}`;
  const copy = freshName([own, `${own}Path`], statement, ast);
  if (copy === undefined) return undefined;
  return atExit(file, statement, copy, release, `const ${copy} = ${name.name}`);
}

function targetOf(node: TSESTree.Node): TSESTree.Node | undefined {
  if (node.type === "VariableDeclarator") return node.id;
  return node.type === "AssignmentExpression" && node.operator === "=" ? node.left : undefined;
}

function atExit(
  { text, ast }: LeftBehind,
  statement: TSESTree.Statement,
  name: string,
  release: ReleaseCall,
  before?: string,
): Rewrite | undefined {
  const { semicolon, lineEnd, quote } = styleOf(text, ast);
  const after = nextLine(text, statement.range[1]);
  const indentation = indentationAt(text, statement.range[0]);
  const alone =
    text.slice(statement.range[1], after).trim() === "" &&
    lineStart(text, statement.range[0]) + indentation.length === statement.range[0];
  if (!alone) return undefined;
  const what = before?.replace(/^.* /, "") ?? name;
  const further = release.furtherArguments === undefined ? "" : `, ${release.furtherArguments}`;
  const lines = [
    ...(before === undefined ? [] : [before + semicolon]),
    `process.once(${quote}exit${quote}, () => {`,
    `${indentUnit(text)}${release.name}(${name}${further})${semicolon}`,
    `})${semicolon}`,
  ].map((line) => indentation + line + lineEnd);
  const missingBreak = text.slice(0, after).endsWith("\n") ? "" : lineEnd;
  const edits = inOrder([
    { range: [after, after], text: missingBreak + lines.join("") },
    ...release.edits,
  ]);
  return edits && { kind: "suggestion", title: `Remove \`${what}\` when the process ends`, edits };
}
