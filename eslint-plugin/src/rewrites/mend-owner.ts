import type { TSESTree } from "@typescript-eslint/types";

import { memberAround } from "../analysis/code/class-fields.js";
import { type Ending, isDisposeKey } from "../analysis/owners/endings.js";
import {
  type FieldKnowledge,
  knownFields,
  type OwnerFault,
} from "../analysis/owners/owner-release.js";
import type { OwnedField } from "../analysis/owners/owned-fields.js";
import { contains, walk } from "../analysis/code/syntax.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { insertBefore } from "./insert.js";
import { appendToClass, appendToMethod } from "./into-method.js";
import { mayWriteUsing } from "./mode.js";
import { ownedRelease } from "./owned-release.js";
import type { RefactoredFile } from "./refactorings/file.js";
import { styleOf } from "./source-style.js";

/** A file of which a rewrite also needs to know whether it is TypeScript. */
interface OwnerFile extends RefactoredFile {
  readonly filePath: string;
}

/** The rewrite that makes a class release what it holds, where there is a place for it. */
export function mendOwner(fault: OwnerFault, file: OwnerFile): Rewrite | undefined {
  switch (fault.kind) {
    case "notReleased":
      return releaseIn(fault.ending, fault.field, file);
    case "noRelease":
      return addRelease(fault.field, file);
    case "superNotCalled":
      return callSuper(fault, file);
    case "overwritten":
      return releaseEarlier(fault, file);
  }
}

function suggestion(title: string, edits: readonly Edit[] | undefined): Rewrite | undefined {
  const ordered = edits && inOrder(edits);
  return ordered && { kind: "suggestion", title, edits: ordered };
}

/** Releases it in the method that ends the object: before what was acquired earlier. */
function releaseIn({ method, name }: Ending, field: OwnedField, file: OwnerFile) {
  const release = ownedRelease(file, field, method.value.async);
  if (!release) return undefined;
  const earlier = statementReleasingEarlier(method, field, knownFields(file));
  const { text, ast } = file;
  const put = earlier
    ? insertBefore(earlier, release.statement, text, styleOf(text, ast))
    : appendToMethod(file, method, release.statement);
  return suggestion(
    `Release \`this.${field.name}\` in \`${name}()\``,
    put && [...release.edits, ...put],
  );
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
function addRelease(field: OwnedField, file: OwnerFile): Rewrite | undefined {
  const release = ownedRelease(file, field, true);
  if (!release) return undefined;
  const isAsync = release.statement.includes("await ");
  const symbol = isAsync ? "asyncDispose" : "dispose";
  const name = mayWriteUsing(file) && usesSymbols(file.ast) ? `[Symbol.${symbol}]` : "close";
  const typed = /\.[cm]?tsx?$/i.test(file.filePath);
  const result = typed ? (isAsync ? ": Promise<void>" : ": void") : "";
  const head = `${isAsync ? "async " : ""}${name}()${result}`;
  const added = appendToClass(file, field.owner, head, release.statement);
  return suggestion(
    `Add \`${name}()\`, which releases \`this.${field.name}\``,
    added && [...release.edits, ...added],
  );
}

function usesSymbols(ast: TSESTree.Program): boolean {
  let found = false;
  walk(ast, (node) => {
    if (node.type === "ClassBody") found ||= node.body.some(isDisposeKey);
    return !found;
  });
  return found;
}

/** What a class has is released after what its subclass has, because it was there before. */
function callSuper(
  { ending: { method, name }, base }: Extract<OwnerFault, { kind: "superNotCalled" }>,
  file: OwnerFile,
): Rewrite | undefined {
  const awaits = base.value.async;
  if (awaits && !method.value.async) return undefined;
  const access = name.startsWith("[") ? name : `.${name}`;
  const code = `${awaits ? "await " : ""}super${access}()`;
  return suggestion(`Call \`super${access}()\``, appendToMethod(file, method, code));
}

function releaseEarlier(
  { field, store }: Extract<OwnerFault, { kind: "overwritten" }>,
  file: OwnerFile,
): Rewrite | undefined {
  const statement = store.at.parent;
  const member = memberAround(store.at);
  if (statement.type !== "ExpressionStatement" || member?.type !== "MethodDefinition") return;
  const release = ownedRelease(file, field, member.value.async);
  const { text, ast } = file;
  const put = release && insertBefore(statement, release.statement, text, styleOf(text, ast));
  return suggestion(
    `Release the earlier \`this.${field.name}\` before another is acquired`,
    put && [...release.edits, ...put],
  );
}
