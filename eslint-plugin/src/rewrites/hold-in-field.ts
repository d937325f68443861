import type { TSESTree } from "@typescript-eslint/types";

import { memberAround } from "../analysis/code/class-fields.js";
import { memberNamesOf } from "../analysis/code/classes.js";
import { enclosingFunction } from "../analysis/code/syntax.js";
import type { OwnedField } from "../analysis/owners/owned-fields.js";
import { findOwnerFaults, knownFields, type OwnerFault } from "../analysis/owners/owner-release.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { importEdits } from "./imports.js";
import { addition, isTaken } from "./managed.js";
import { addEnding, type OwnerFile, putInto } from "./owner-endings.js";
import { ownedRelease } from "./owned-release.js";
import { indentationAt, nextLine, styleOf } from "./source-style.js";

/**
 * A stack in a field of the class takes all that it acquires and does not release, and is disposed of
 * where the object ends: in the reverse order, also if a release fails. Undefined where the stack
 * would hold too little or too much.
 */
export function holdInField(fault: OwnerFault, file: OwnerFile): Rewrite | undefined {
  if (fault.kind !== "notReleased" && fault.kind !== "noRelease") return undefined;
  const { owner } = fault.field;
  const { ast, text, project, rewrite } = file;
  if (rewrite !== "runtime" && !(rewrite === "auto" && project.dependsOnRuntime)) return undefined;
  const fields = unreleasedWith(fault, file);
  const takings = fields.map((field) => takingOf(field, file));
  if (takings.some((taking) => taking === undefined)) return undefined;
  const waits = takings.some((taking) => taking?.waits);
  const className = waits ? "AsyncExitStack" : "ExitStack";
  const name = nameFor(fault.field, file);
  const declared = name && declaration(owner, name, className, file);
  if (!declared || isTaken(className, file)) return undefined;
  const statement = waits ? `await this.${name}.disposeAsync()` : `this.${name}.dispose()`;
  const ended = endIn(fault, fields, statement, waits, file);
  const edits =
    ended &&
    inOrder([
      ...importEdits([className], "unwind", ast, text, styleOf(text, ast)),
      declared,
      ...takings.flatMap((taking) => taking?.edits(name) ?? []),
      ...ended.edits,
    ]);
  if (!edits) return undefined;
  const held = fields.map((field) => `\`this.${field.name}\``).join(" and ");
  const title = `Hold ${held} in an \`${className}\`, which \`${ended.name}()\` disposes of${addition(file)}`;
  return { kind: "suggestion", title, edits };
}

/** The fields of the class that nothing releases, in the order in which they are acquired. */
function unreleasedWith(fault: OwnerFault, file: OwnerFile): readonly OwnedField[] {
  return findOwnerFaults(file).flatMap(({ kind, field }) =>
    kind === fault.kind && field.owner === fault.field.owner ? [field] : [],
  );
}

interface Taking {
  readonly waits: boolean;
  readonly edits: (stack: string) => readonly Edit[];
}

/** `this.stack.adopt(acquire(), (held) => held.close())` in place of `acquire()`. */
function takingOf(field: OwnedField, file: OwnerFile): Taking | undefined {
  const [{ acquired, at }, another] = field.stores;
  const parameter = freshName(["held", "acquired", "resource"], at, file.ast);
  const release = parameter && ownedRelease(file, field, true, parameter);
  if (another || !release || field.collection || !isOfConstruction(at)) return undefined;
  const waits = release.statement.startsWith("await ");
  const callback = waits
    ? `async (${parameter}) => { ${release.statement}; }`
    : `(${parameter}) => ${release.statement}`;
  const [start, end] = acquired.value.range;
  return {
    waits,
    edits: (stack) => [
      ...release.edits,
      { range: [start, start], text: `this.${stack}.adopt(` },
      { range: [end, end], text: `, ${callback})` },
    ],
  };
}

/** What is acquired later may be acquired again, after the object's end, when the stack takes nothing. */
function isOfConstruction(at: TSESTree.Node): boolean {
  const member = memberAround(at) ?? at;
  if (member.type === "MethodDefinition") return member.kind === "constructor";
  return (
    member.type === "PropertyDefinition" && enclosingFunction(at) === enclosingFunction(member)
  );
}

/** A name that the class has not, written as it writes that of the field. */
function nameFor({ name, owner }: OwnedField, { filePath }: OwnerFile): string | undefined {
  const taken = new Set(memberNamesOf(owner));
  const free = ["resources", "exitStack", "heldResources"].find((each) => !taken.has(each));
  // What extends the class may have one of that name.
  const isHard = name.startsWith("#") || !/\.[cm]?tsx?$/i.test(filePath);
  return free === undefined || owner.parent.superClass ? undefined : isHard ? `#${free}` : free;
}

/** Declares the stack first of all, so that it is there when the other fields begin. */
function declaration(
  { body, range }: TSESTree.ClassBody,
  name: string,
  className: string,
  { text, ast, filePath }: OwnerFile,
): Edit | undefined {
  const { semicolon, lineEnd } = styleOf(text, ast);
  const [first] = body;
  const at = nextLine(text, range[0]);
  if (!first || first.range[0] < at || text.slice(range[0] + 1, at).trim() !== "") return undefined;
  const readonly = /\.[cm]?tsx?$/i.test(filePath) ? "readonly " : "";
  const modifier = name.startsWith("#") ? readonly : `private ${readonly}`;
  const line = `${indentationAt(text, first.range[0])}${modifier}${name} = new ${className}()${semicolon}`;
  return { range: [at, at], text: line + lineEnd };
}

function endIn(
  fault: Extract<OwnerFault, { kind: "notReleased" | "noRelease" }>,
  fields: readonly OwnedField[],
  statement: string,
  waits: boolean,
  file: OwnerFile,
): { readonly name: string; readonly edits: readonly Edit[] } | undefined {
  if (fault.kind === "noRelease") return addEnding(fault.field.owner, statement, waits, file);
  const { ending } = fault;
  const [first] = fields;
  if (!first || (waits && !ending.method.value.async) || isBetween(fields, file)) return undefined;
  const edits = putInto(ending.method, first, statement, file);
  return edits && { name: ending.name, edits };
}

/** Whether what is released otherwise was acquired in between, so that no order would be right. */
function isBetween(fields: readonly OwnedField[], file: OwnerFile): boolean {
  const places = fields.map(({ stores: [{ at }] }) => at.range[0]);
  return knownFields(file).some(({ field }) => {
    const [place] = field.stores[0].at.range;
    const isOther = field.owner === fields[0]?.owner && !fields.includes(field);
    return isOther && place > Math.min(...places) && place < Math.max(...places);
  });
}
