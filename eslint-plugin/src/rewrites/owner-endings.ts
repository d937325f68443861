import type { TSESTree } from "@typescript-eslint/types";

import { contains, walk } from "../analysis/code/syntax.js";
import { isDisposeKey } from "../analysis/owners/endings.js";
import type { OwnedField } from "../analysis/owners/owned-fields.js";
import { type FieldKnowledge, knownFields } from "../analysis/owners/owner-release.js";
import type { Edit } from "./edit.js";
import { insertBefore } from "./insert.js";
import { appendToClass, appendToMethod } from "./into-method.js";
import { mayWriteUsing } from "./mode.js";
import type { RefactoredFile } from "./refactorings/file.js";
import { styleOf } from "./source-style.js";

/** A file of which a rewrite also needs to know whether it is TypeScript. */
export interface OwnerFile extends RefactoredFile {
  readonly filePath: string;
}

/** Puts the release of a field into a method: before that of what was acquired earlier. */
export function putInto(
  method: TSESTree.MethodDefinition,
  field: OwnedField,
  statement: string,
  file: OwnerFile,
): Edit[] | undefined {
  const { text, ast } = file;
  const earlier = statementReleasingEarlier(method, field, knownFields(file));
  return earlier
    ? insertBefore(earlier, statement, text, styleOf(text, ast))
    : appendToMethod(file, method, statement);
}

/** The first statement of a method that releases what the class has acquired before a field. */
function statementReleasingEarlier(
  { value }: TSESTree.MethodDefinition,
  field: OwnedField,
  known: readonly FieldKnowledge[],
): TSESTree.Statement | undefined {
  const [{ at: acquired }] = field.stores;
  const releases = known.flatMap(({ field: other, uses }) =>
    other.owner === field.owner && other.stores[0].at.range[0] < acquired.range[0]
      ? uses.flatMap(({ effect, at }) => (effect === "release" ? [at] : []))
      : [],
  );
  return value.body?.body.find((statement) => releases.some((at) => contains(statement, at)));
}

/** Adds `close()`, or the method by a symbol where the file's other classes have one. */
export function addEnding(
  owner: TSESTree.ClassBody,
  statement: string,
  waits: boolean,
  file: OwnerFile,
): { readonly name: string; readonly edits: readonly Edit[] } | undefined {
  const symbol = waits ? "asyncDispose" : "dispose";
  const name = mayWriteUsing(file) && usesSymbols(file.ast) ? `[Symbol.${symbol}]` : "close";
  const typed = /\.[cm]?tsx?$/i.test(file.filePath);
  const result = typed ? (waits ? ": Promise<void>" : ": void") : "";
  const head = `${waits ? "async " : ""}${name}()${result}`;
  const edits = appendToClass(file, owner, head, statement);
  return edits && { name, edits };
}

function usesSymbols(ast: TSESTree.Program): boolean {
  let found = false;
  walk(ast, (node) => {
    if (node.type === "ClassBody") found ||= node.body.some(isDisposeKey);
    return !found;
  });
  return found;
}
