import type { TSESTree } from "@typescript-eslint/types";

import type { Release, Resource } from "../../resources/catalogue.js";
import { symbolsSince } from "../../resources/entries.js";
import { releaseVerbs } from "../../resources/known-functions.js";
import type { DocumentationTag, ResultShape, TypeSource } from "../../types/type-source.js";
import type { Call } from "./acquisitions.js";
import type { Destination } from "../held/destination.js";
import { documentationOf } from "./documentation.js";
import { localFunction } from "../code/local-functions.js";
import type { OwnershipContext } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { unwrap, wrapped } from "../code/syntax.js";

/**
 * What the documentation of a called function says of a parameter: by `@owns name` it takes what it
 * is given over, by `@borrows name` it only uses that. `name.property` speaks of one property.
 */
export function ownershipOfParameter(
  { call, index, part, key }: Extract<Destination, { kind: "argument" }>,
  { provenance, types }: OwnershipContext,
): "owns" | "borrows" | undefined {
  const documentation = documentationOf(call, ["owns", "borrows"], provenance, types);
  if (!documentation) return undefined;
  const { tags, parameters, rest } = documentation;
  const last = parameters.length - 1;
  const name = parameters[rest && index > last ? last : index];
  if (name === undefined) return undefined;
  const said = (path: string): DocumentationTag | undefined =>
    tags.find((tag) => /^(owns|borrows)$/.test(tag.name) && subjectOf(tag) === path);
  const tag = (part && key !== undefined ? said(`${name}.${key}`) : undefined) ?? said(name);
  return tag?.name === "owns" || tag?.name === "borrows" ? tag.name : undefined;
}

/** The parameter of which a tag speaks: `handle` of `{FileHandle} [handle] closed at the end`. */
function subjectOf({ text }: DocumentationTag): string | undefined {
  return /^(?:\{[^}]*\}\s*)?\[?([\w$.]+)/.exec(text)?.[1];
}

/**
 * What a call acquires by its function's own word: `@acquires close` for what a method, or a
 * function, of that name releases, and `@acquires` alone for what its dispose symbol does.
 */
export function resourceByAnnotation(
  call: Call,
  provenance: Provenance,
  types: TypeSource,
): Resource | undefined {
  const documentation = documentationOf(call, ["acquires"], provenance, types);
  const tag = documentation?.tags.find(({ name }) => name === "acquires");
  if (!tag) return undefined;
  const named = releasesNamed(tag);
  const shape = types.resultOf(call, [...named, ...releaseVerbs]);
  const local = localFunction(unwrap(call.callee), provenance);
  const async = shape?.promised ?? (local?.async === true || isAwaited(call));
  const plain = shape?.plain ?? isPlain(local?.returnType?.typeAnnotation);
  const { dispose, typeName = "" } = shape ?? {};
  const symbol = dispose?.async ? "async" : dispose?.sync ? "sync" : undefined;
  // A word that names no method may be prose: then the usual names count as well.
  const isMethod = shape?.methods.some((name) => named.includes(name));
  const usual = plain || isMethod ? [] : (shape?.methods ?? releaseVerbs);
  const [first, ...others] = [
    ...named.flatMap((name) => releasesOf(name, call, { async, plain, shape })),
    ...usual.map((name) => asMethod(name, async)),
  ];
  return {
    noun: plain || typeName === "" || typeName.startsWith("__") ? "resource" : typeName,
    acquire: [],
    async,
    release: first ? [first, ...others] : [{ kind: "symbol", async: symbol === "async" }],
    idempotentRelease: false,
    value: plain ? "plain" : "object",
    ...(named.length === 0 && symbol && { dispose: { symbol, since: symbolsSince } }),
  };
}

function asMethod(name: string, async: boolean): Release {
  return { kind: "method", name, async };
}

/** What a name behind `@acquires` may stand for: with types a method that there is, or no method. */
function releasesOf(
  name: string,
  { callee }: Call,
  { async, plain, shape }: { async: boolean; plain: boolean; shape: ResultShape | undefined },
): Release[] {
  const byMethod = asMethod(name, async);
  if (shape?.methods.includes(name)) return [byMethod];
  const byFunction: Release = { kind: "function", origin: { module: "", name }, async };
  const byGiver: Release = { kind: "giver", name, async };
  if (plain || shape) return [byFunction, byGiver];
  // What is put back somewhere needs something that it has come from.
  return [byMethod, byFunction, ...(callee.type === "MemberExpression" ? [byGiver] : [])];
}

/** `close`, or `end, destroy - what it is`; a text that reads like prose names nothing. */
function releasesNamed({ text }: DocumentationTag): string[] {
  const [names = ""] = text.trim().split(/\s+[-\u2013\u2014]\s+/);
  return /^[\w$#]+(\s*,\s*[\w$#]+)*$/.test(names) ? names.split(/\s*,\s*/) : [];
}

function isAwaited(call: Call): boolean {
  return wrapped(call).parent?.type === "AwaitExpression";
}

/** Whether a function says that it gives a text or a number, or a promise of one. */
function isPlain(annotation: TSESTree.TypeNode | undefined): boolean {
  if (annotation?.type === "TSTypeReference" && annotation.typeArguments) {
    const { typeName, typeArguments } = annotation;
    const isPromise = typeName.type === "Identifier" && typeName.name === "Promise";
    return isPromise && isPlain(typeArguments.params[0]);
  }
  return annotation?.type === "TSStringKeyword" || annotation?.type === "TSNumberKeyword";
}
