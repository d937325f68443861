import type { TSESTree } from "@typescript-eslint/types";

import type { Documentation, DocumentationTag, TypeSource } from "../../types/type-source.js";
import type { Call } from "./acquisitions.js";
import { localClass } from "../code/classes.js";
import type { Provenance } from "../code/provenance.js";
import { classBodyAround, isFunction, lastName, memberName, unwrap } from "../code/syntax.js";

/** The tags by which functions tell of ownership. */
export type OwnershipTag = "owns" | "borrows" | "acquires";

/**
 * What is documented of the function that a call calls, where it says something by one of the tags:
 * by the comments of the same file, or by types in the whole program.
 */
export function documentationOf(
  call: Call,
  tags: readonly OwnershipTag[],
  provenance: Provenance,
  types: TypeSource,
): Documentation | undefined {
  const here = documentationHere(call, tags, provenance);
  if (here) return here;
  const callee = unwrap(call.callee);
  const names = [lastName(callee), lastPart(provenance.originOf(callee)?.name)];
  const isCandidate = tags.some((tag) => {
    const documented = types.namesDocumentedWith(tag);
    return names.some((name) => name !== undefined && documented?.has(name));
  });
  return isCandidate ? types.documentationOf(call) : undefined;
}

function lastPart(name: string | undefined): string | undefined {
  return name === undefined ? undefined : /[^.#]*$/.exec(name)?.[0];
}

/** The documentation of a function of the same file, a method of `this` or of a class included. */
function documentationHere(
  { callee, type }: Call,
  tags: readonly OwnershipTag[],
  provenance: Provenance,
): Documentation | undefined {
  const comments = commentsOf(provenance).filter((comment) =>
    comment.tags.some(({ name }) => (tags as readonly string[]).includes(name)),
  );
  if (comments.length === 0) return undefined;
  for (const { node, parameters } of declarationsOf(unwrap(callee), type, provenance)) {
    const documentation = comments.find((comment) => stands(comment, node));
    if (!documentation) continue;
    return {
      tags: documentation.tags,
      parameters: parameters.map(nameOfParameter),
      rest: parameters.at(-1)?.type === "RestElement",
    };
  }
  return undefined;
}

/** A declaration before which documentation may stand. */
interface Declared {
  readonly node: TSESTree.Node;
  readonly parameters: readonly TSESTree.Parameter[];
}

function declarationsOf(
  callee: TSESTree.Node,
  type: Call["type"],
  provenance: Provenance,
): Declared[] {
  if (type === "NewExpression") return membersOf(localClass(callee, provenance), "constructor");
  if (callee.type === "MemberExpression") {
    const { object } = callee;
    const body =
      object.type === "ThisExpression" ? classBodyAround(callee) : localClass(object, provenance);
    return membersOf(body, memberName(callee));
  }
  return (provenance.variableOf(callee)?.defs ?? []).flatMap(({ node }): Declared[] => {
    if (node.type === "FunctionDeclaration" || node.type === "TSDeclareFunction") {
      return [{ node: statementOf(node), parameters: node.params }];
    }
    if (node.type !== "VariableDeclarator" || !node.init || !isFunction(node.init)) return [];
    return [{ node: statementOf(node.parent), parameters: node.init.params }];
  });
}

function membersOf(body: TSESTree.ClassBody | undefined, name: string | undefined): Declared[] {
  return (body?.body ?? []).flatMap((element): Declared[] => {
    if (!("key" in element) || element.computed) return [];
    const { key, value } = element;
    const own = key.type === "PrivateIdentifier" ? `#${key.name}` : "name" in key && key.name;
    if (own !== name || !value || !("params" in value)) return [];
    return [{ node: element, parameters: value.params }];
  });
}

/** A declaration with the `export` before it. */
function statementOf(node: TSESTree.Node): TSESTree.Node {
  const { parent } = node;
  return parent?.type.startsWith("Export") ? parent : node;
}

function nameOfParameter(parameter: TSESTree.Parameter): string {
  switch (parameter.type) {
    case "Identifier":
      return parameter.name;
    case "AssignmentPattern":
      return nameOfParameter(parameter.left);
    case "RestElement":
      return parameter.argument.type === "Identifier" ? parameter.argument.name : "";
    case "TSParameterProperty":
      return nameOfParameter(parameter.parameter);
    default:
      return "";
  }
}

/** A comment with tags of ours. */
interface DocumentationComment {
  readonly tags: readonly DocumentationTag[];
  readonly end: number;
  /** The first line behind it that has no comment. */
  readonly nextLine: number;
}

const commentsByProgram = new WeakMap<TSESTree.Node, readonly DocumentationComment[]>();

function commentsOf({ program }: Provenance): readonly DocumentationComment[] {
  if (program?.type !== "Program") return [];
  let comments = commentsByProgram.get(program);
  if (!comments) {
    comments = readComments(program.comments ?? []);
    commentsByProgram.set(program, comments);
  }
  return comments;
}

function readComments(comments: readonly TSESTree.Comment[]): DocumentationComment[] {
  return comments.flatMap(({ type, value, range, loc }, index) => {
    const isOurs = value.startsWith("*") && /@(owns|borrows|acquires)\b/.test(value);
    if (type !== ("Block" as TSESTree.AST_TOKEN_TYPES) || !isOurs) return [];
    let nextLine = loc.end.line + 1;
    // Another comment may stand between the documentation and what it documents.
    for (const later of comments.slice(index + 1)) {
      if (later.loc.start.line > nextLine) break;
      nextLine = later.loc.end.line + 1;
    }
    return [{ tags: tagsIn(value), end: range[1], nextLine }];
  });
}

function tagsIn(comment: string): DocumentationTag[] {
  return comment.split("\n").flatMap((line) => {
    const [, name, text = ""] = /^[\s*]*@(\w+)[ \t]*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, text }];
  });
}

/** Whether documentation stands right before a declaration. */
function stands({ end, nextLine }: DocumentationComment, node: TSESTree.Node): boolean {
  return end <= node.range[0] && node.loc.start.line <= nextLine;
}
