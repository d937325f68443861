import type { TSESTree } from "@typescript-eslint/types";

import { isOwnMember, memberAround, nameOfMember } from "../analysis/code/class-fields.js";
import { analysisOf } from "../analysis/file-analysis.js";
import type { OwnedField } from "../analysis/owners/owned-fields.js";
import { memberName, unwrap } from "../analysis/code/syntax.js";
import type { Release } from "../resources/catalogue.js";
import type { Edit } from "./edit.js";
import type { RefactoredFile } from "./refactorings/file.js";
import { bestReleaseFunction } from "./release-function.js";

/** How an object releases what one of its fields holds, as a statement without its semicolon. */
export interface OwnedRelease {
  readonly statement: string;
  /** The import that it needs. */
  readonly edits: readonly Edit[];
}

/**
 * The statement that releases what a field holds, if it holds anything; undefined where none can be
 * written, or where it would have to be waited for and cannot.
 *
 * @param async Whether it may wait for the release.
 * @param target What names it, and has it for certain. Default: the field.
 */
export function ownedRelease(
  file: RefactoredFile,
  field: OwnedField,
  async: boolean,
  target?: string,
): OwnedRelease | undefined {
  if (field.collection) return undefined;
  const release = field.resource.release.find((each) => each.kind !== "method" || !each.commits);
  if (!release || (release.async && !async)) return undefined;
  return statementFor(
    file,
    field,
    release,
    target ?? `this.${field.name}`,
    !target && mayBeMissing(field),
  );
}

function statementFor(
  file: RefactoredFile,
  field: OwnedField,
  release: Release,
  target: string,
  missing: boolean,
): OwnedRelease | undefined {
  const wait = release.async ? "await " : "";
  switch (release.kind) {
    case "method":
      return plain(`${wait}${target}${missing ? "?." : "."}${release.name}()`);
    case "symbol": {
      const symbol = release.async ? "asyncDispose" : "dispose";
      return plain(`${wait}${target}${missing ? "?." : ""}[Symbol.${symbol}]()`);
    }
    case "function": {
      const called = functionCall(file, field, release);
      if (!called) return undefined;
      const further = called.further === undefined ? "" : `, ${called.further}`;
      const statement = `${wait}${called.name}(${target}${further})`;
      // What clears a timer takes `undefined`, and does nothing.
      const takesNothing = /(^|\.)clear(Interval|Timeout)$/.test(called.name);
      const nothing = nothingOf(field);
      const needsGuard = missing && !(takesNothing && nothing === "undefined");
      const guard = needsGuard ? `if (${target} !== ${nothing}) ` : "";
      return { statement: guard + statement, edits: called.edits };
    }
    default:
      return undefined;
  }
}

function plain(statement: string): OwnedRelease {
  return { statement, edits: [] };
}

function functionCall(
  file: RefactoredFile,
  { stores: [{ acquired }] }: OwnedField,
  { origin }: Extract<Release, { kind: "function" }>,
): { name: string; further: string | undefined; edits: readonly Edit[] } | undefined {
  if (origin.module === "") {
    const callee = unwrap(acquired.call.callee);
    const holder = callee.type === "MemberExpression" ? callee.object : undefined;
    // `window.setInterval` goes with `window.clearInterval`, `URL.createObjectURL` has its own.
    const prefix =
      holder && !origin.name.includes(".") ? `${file.text.slice(...holder.range)}.` : "";
    return { name: prefix + origin.name, further: undefined, edits: [] };
  }
  const { provenance } = analysisOf(file);
  const best = bestReleaseFunction({ ...file, provenance, acquisition: acquired });
  return best && { name: best.name, further: best.furtherArguments, edits: best.edits };
}

/** Whether an object may come to its end while a field holds nothing. */
function mayBeMissing({ stores, owner, name }: OwnedField): boolean {
  const [{ at }] = stores;
  if (at.type === "PropertyDefinition") return isOptional(owner, name);
  const member = memberAround(at);
  const isConstructor = member?.type === "MethodDefinition" && member.kind === "constructor";
  const isStep =
    isConstructor &&
    at.parent.type === "ExpressionStatement" &&
    at.parent.parent === member.value.body;
  return !isStep || isOptional(owner, name);
}

function declarationOf(
  { body }: TSESTree.ClassBody,
  name: string,
): TSESTree.PropertyDefinition | undefined {
  const found = body.find(
    (element) => element.type === "PropertyDefinition" && nameOfMember(element) === name,
  );
  return found?.type === "PropertyDefinition" ? found : undefined;
}

function typesOf(owner: TSESTree.ClassBody, name: string): readonly TSESTree.TypeNode[] {
  const annotation = declarationOf(owner, name)?.typeAnnotation?.typeAnnotation;
  if (!annotation) return [];
  return annotation.type === "TSUnionType" ? annotation.types : [annotation];
}

function isOptional(owner: TSESTree.ClassBody, name: string): boolean {
  const declared = declarationOf(owner, name);
  const types = typesOf(owner, name);
  return (
    declared?.optional === true ||
    types.some(({ type }) => type === "TSUndefinedKeyword" || type === "TSNullKeyword")
  );
}

/** What a field holds that holds nothing: `null` or `undefined`, by its declaration. */
function nothingOf({ owner, name }: OwnedField): "null" | "undefined" {
  const declared = declarationOf(owner, name);
  const initial = declared?.value;
  const isNull =
    typesOf(owner, name).some(({ type }) => type === "TSNullKeyword") ||
    (initial?.type === "Literal" && initial.value === null);
  return isNull ? "null" : "undefined";
}

/** Whether a node is `this.name` of a field. */
export function isField(node: TSESTree.Node, name: string): boolean {
  return isOwnMember(node) && memberName(node) === name;
}
