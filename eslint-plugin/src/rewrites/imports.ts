import type { TSESTree } from "@typescript-eslint/types";

import { type AnalysedFile, analysisOf } from "../analysis/file-analysis.js";
import type { Edit } from "./edit.js";
import { isTaken, type Managed } from "./managed.js";
import { type SourceStyle, nextLine } from "./source-style.js";

/**
 * The edits that bring names of a module into a file: into an import that is there already, else
 * as a new import or `require` after the others. Names that are imported already need no edit.
 */
export function importEdits(
  names: readonly string[],
  module: string,
  ast: TSESTree.Program,
  text: string,
  style: SourceStyle,
): Edit[] {
  const imports = ast.body.filter((statement) => statement.type === "ImportDeclaration");
  const existing = imports.find(
    (statement) =>
      sameModule(statement.source.value, module) &&
      statement.importKind !== "type" &&
      statement.specifiers.some(({ type }) => type === "ImportSpecifier"),
  );
  if (existing) return intoImport(existing, names);
  const { quote, semicolon, lineEnd } = style;
  const list = `{ ${names.join(", ")} }`;
  const required = ast.sourceType === "script" || (imports.length === 0 && usesRequire(ast));
  const line = required
    ? `const ${list} = require(${quote}${module}${quote})${semicolon}${lineEnd}`
    : `import ${list} from ${quote}${module}${quote}${semicolon}${lineEnd}`;
  const after = (required ? requires(ast) : imports).at(-1) ?? lastDirective(ast);
  const offset = after ? nextLine(text, after.range[1]) : afterShebang(text);
  const missingBreak = offset > 0 && !text.slice(0, offset).endsWith("\n") ? lineEnd : "";
  return [{ range: [offset, offset], text: missingBreak + line }];
}

function intoImport(statement: TSESTree.ImportDeclaration, names: readonly string[]): Edit[] {
  const specifiers = statement.specifiers.filter(({ type }) => type === "ImportSpecifier");
  const known = new Set(specifiers.map(specifierOf));
  const missing = names.filter((name) => !known.has(name));
  const last = specifiers.at(-1);
  if (missing.length === 0 || !last) return [];
  return [{ range: [last.range[1], last.range[1]], text: `, ${missing.join(", ")}` }];
}

/** Brings a name of the runtime into a file, in place of another one that nothing else there uses. */
export function importInstead(
  name: string,
  former: TSESTree.Node,
  file: AnalysedFile & { readonly text: string },
  style: SourceStyle,
): Edit[] {
  const { ast, text } = file;
  const added = importEdits([name], "unwind", ast, text, style);
  const { provenance } = analysisOf(file);
  const variable = former.type === "Identifier" ? provenance.variableOf(former) : undefined;
  const specifier = variable?.defs[0]?.node;
  if (specifier?.type !== "ImportSpecifier" || variable?.references.length !== 1) return added;
  const { specifiers } = specifier.parent as TSESTree.ImportDeclaration;
  const [into] = added;
  const isSame = into && contains(specifier.parent, into);
  if (isSame) return [{ range: specifier.range, text: name }];
  const index = specifiers.indexOf(specifier);
  const previous = specifiers[index - 1];
  const next = specifiers[index + 1];
  const [start, end] = specifier.range;
  if (next?.type === "ImportSpecifier")
    return [...added, { range: [start, next.range[0]], text: "" }];
  if (previous?.type !== "ImportSpecifier") return added;
  return [...added, { range: [previous.range[1], end], text: "" }];
}

function contains({ range }: TSESTree.Node, { range: [start, end] }: Edit): boolean {
  return range[0] <= start && end <= range[1];
}

function specifierOf(specifier: TSESTree.ImportClause): string {
  const { local } = specifier;
  if (specifier.type !== "ImportSpecifier") return local.name;
  const { imported } = specifier;
  const name = imported.type === "Identifier" ? imported.name : imported.value;
  return name === local.name ? name : `${name} as ${local.name}`;
}

/** How a name comes into a file in which it may mean something else: `server as managedServer`. */
export interface ImportedName {
  readonly local: string;
  /** As `importEdits` takes it. */
  readonly specifier: string;
}

/** Undefined where the other name is taken as well, or where a script cannot rename it so. */
export function importedName(
  name: string,
  module: string,
  file: Pick<Managed, "ast" | "text">,
): ImportedName | undefined {
  if (!isTaken(name, file, module)) return { local: name, specifier: name };
  const local = `managed${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  if (isTaken(local, file, module) || file.ast.sourceType === "script") return undefined;
  return { local, specifier: `${name} as ${local}` };
}

function sameModule(one: string, other: string): boolean {
  return one.replace(/^node:/, "") === other.replace(/^node:/, "");
}

function requires(ast: TSESTree.Program): TSESTree.ProgramStatement[] {
  return ast.body.filter(
    (statement) =>
      statement.type === "VariableDeclaration" &&
      statement.declarations.some(
        ({ init }) =>
          init?.type === "CallExpression" &&
          init.callee.type === "Identifier" &&
          init.callee.name === "require",
      ),
  );
}

function usesRequire(ast: TSESTree.Program): boolean {
  const exported = ast.body.some(({ type }) => type.startsWith("Export"));
  return !exported && requires(ast).length > 0;
}

/** `"use strict"` stays the first statement. */
function lastDirective(ast: TSESTree.Program): TSESTree.ProgramStatement | undefined {
  return ast.body.findLast(
    (statement) => statement.type === "ExpressionStatement" && statement.directive !== undefined,
  );
}

function afterShebang(text: string): number {
  return text.startsWith("#!") ? nextLine(text, 0) : 0;
}
