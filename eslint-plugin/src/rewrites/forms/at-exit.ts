import type { TSESTree } from "@typescript-eslint/types";

import type { AcquiredValue } from "../../analysis/acquisitions.js";
import type { Provenance } from "../../analysis/provenance.js";
import { inOrder, type Rewrite } from "../edit.js";
import { bestReleaseFunction } from "../release-function.js";
import { lineStart, nextLine, styleOf } from "../source-style.js";
import { indentUnit } from "../insert.js";

/** What stands in a file of what a module keeps, and nothing removes. */
export interface LeftBehind {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly provenance: Provenance;
  readonly acquisition: AcquiredValue;
}

/** `process.once("exit", …)` behind a module's declaration of what outlives the process. */
export function releaseAtExit(file: LeftBehind): Rewrite | undefined {
  const { text, ast, acquisition } = file;
  const declarator = acquisition.value.parent;
  if (declarator.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") {
    return undefined;
  }
  const declaration = declarator.parent;
  const release = bestReleaseFunction(file);
  // When the process ends, nothing waits for a promise any more.
  if (!release || release.async || declaration.parent.type !== "Program") return undefined;
  if (declaration.declarations.length > 1 || ast.sourceType !== "module") return undefined;
  const { semicolon, lineEnd, quote } = styleOf(text, ast);
  const after = nextLine(text, declaration.range[1]);
  const alone =
    text.slice(declaration.range[1], after).trim() === "" &&
    lineStart(text, declaration.range[0]) === declaration.range[0];
  if (!alone) return undefined;
  const name = declarator.id.name;
  const further = release.furtherArguments === undefined ? "" : `, ${release.furtherArguments}`;
  const lines = [
    `process.once(${quote}exit${quote}, () => {`,
    `${indentUnit(text)}${release.name}(${name}${further})${semicolon}`,
    `})${semicolon}`,
  ];
  const missingBreak = text.slice(0, after).endsWith("\n") ? "" : lineEnd;
  const edits = inOrder([
    { range: [after, after], text: missingBreak + lines.map((line) => line + lineEnd).join("") },
    ...release.edits,
  ]);
  return edits && { kind: "suggestion", title: `Remove \`${name}\` when the process ends`, edits };
}
