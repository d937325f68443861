import type { TSESTree } from "@typescript-eslint/types";

import { findAcquisitions } from "../../analysis/created/acquisitions.js";
import { destinationOf } from "../../analysis/held/destination.js";
import { heldBy } from "../../analysis/held/held-by.js";
import { Provenance } from "../../analysis/code/provenance.js";
import { contains, enclosingFunction, memberName } from "../../analysis/code/syntax.js";
import type { Rewrite } from "../edit.js";
import { stackForm } from "../forms/stack.js";
import { manage } from "../manage.js";
import { type Managed, managedIn } from "../managed.js";
import { innermost, type RefactoredFile, releasingNames } from "./file.js";

/**
 * "Manage with `await using`": the declaration at an offset gets what releases it at its block's
 * end. Undefined where it acquires nothing, or the rewrite would not be safe.
 *
 * @param offset In UTF-16 units, anywhere in the declaration's first line.
 */
export function manageWithUsing(file: RefactoredFile, offset: number): Rewrite | undefined {
  const managed = managedAt(file, offset);
  const own = managed && manage(managed).find(({ title }) => title.startsWith("Manage"));
  const rewrite = own ?? byType(file, offset);
  return rewrite && { ...rewrite, kind: "suggestion" };
}

/** "Collect into an `ExitStack`": a stack holds what is acquired at an offset. */
export function collectIntoStack(file: RefactoredFile, offset: number): Rewrite | undefined {
  const managed = managedAt(file, offset);
  const rewrite = managed && stackForm(managed, managed.mode === "native");
  return rewrite && { ...rewrite, kind: "suggestion" };
}

/** What the statement at an offset acquires, if a function holds it in a variable. */
function managedAt(file: RefactoredFile, offset: number): Managed | undefined {
  const statement = innermost(file, offset, isStatement);
  if (!statement) return undefined;
  const provenance = new Provenance(file.scopes, file.types, file.catalogue);
  const found = findAcquisitions(file.ast, file.catalogue, provenance, file.types).inFunctions;
  const acquisition = found.find(
    ({ call, func }) => contains(statement, call) && enclosingFunction(statement) === func,
  );
  if (!acquisition) return undefined;
  const destination = destinationOf(acquisition.value, acquisition.resource, provenance);
  const context = { provenance, types: file.types };
  const ownership = heldBy(destination, acquisition, context)?.ownership;
  return ownership && managedIn(file, provenance, { acquisition, ownership });
}

/** A declaration of something that its type calls disposable, and that is assigned but once. */
function byType(file: RefactoredFile, offset: number): Rewrite | undefined {
  const statement = innermost(file, offset, isStatement);
  if (statement?.type !== "VariableDeclaration" || statement.kind !== "const") return undefined;
  const [declarator, another] = statement.declarations;
  const func = enclosingFunction(statement);
  if (another || declarator?.id.type !== "Identifier" || !declarator.init || !func)
    return undefined;
  if (file.rewrite === "try-finally" || statement.parent.type !== "BlockStatement")
    return undefined;
  const provenance = new Provenance(file.scopes, file.types, file.catalogue);
  const [variable] = provenance.declaredBy(declarator);
  if (
    !variable?.references.every(
      ({ identifier, init }) => init === true || isPlainUse(identifier, func),
    )
  ) {
    return undefined;
  }
  const symbols = file.types.disposeSymbolsOf(declarator.init);
  const keyword =
    symbols?.async && func.async ? "await using" : symbols?.sync ? "using" : undefined;
  if (keyword === undefined || !(file.rewrite !== "auto" || file.project.usingSyntax))
    return undefined;
  const [start] = statement.range;
  return {
    kind: "suggestion",
    title: `Manage \`${declarator.id.name}\` with \`${keyword}\``,
    edits: [{ range: [start, start + statement.kind.length], text: keyword }],
  };
}

/** `x.member`, in the function itself, of which no name says that it releases. */
function isPlainUse(identifier: TSESTree.Node, func: TSESTree.Node): boolean {
  const { parent } = identifier;
  return (
    parent?.type === "MemberExpression" &&
    parent.object === identifier &&
    !parent.computed &&
    !releasingNames.includes(memberName(parent) ?? "") &&
    enclosingFunction(identifier) === func
  );
}

function isStatement(node: TSESTree.Node): node is TSESTree.Statement {
  return node.type === "VariableDeclaration" || node.type === "ExpressionStatement";
}
