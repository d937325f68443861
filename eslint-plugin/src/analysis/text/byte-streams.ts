import type { TSESTree } from "@typescript-eslint/types";

import {
  byteChildren,
  byteChildTypes,
  byteStreamGivers,
  byteStreamOpeners,
  byteStreamTypes,
  childStreams,
  fluentStreamMethods,
  standardByteStreams,
} from "../../resources/byte-streams.js";
import { iteratingMethods } from "../../resources/text-functions.js";
import type { TypeSource } from "../../types/type-source.js";
import type { AnalysedFile } from "../file-analysis.js";
import { keyOf, keysOf, type Provenance } from "../code/provenance.js";
import {
  classBodyAround,
  isFunction,
  lastName,
  memberName,
  pathName,
  unwrap,
  walk,
} from "../code/syntax.js";

const standard = keysOf(standardByteStreams);
const openers = keysOf(byteStreamOpeners);
const children = keysOf(byteChildren);
const childTypes = keysOf(byteChildTypes);
const givers = keysOf(byteStreamGivers);
const streamTypes = keysOf(byteStreamTypes);

/** Says of which streams of a file it is certain that they give bytes. */
export class ByteStreams {
  readonly #ast: TSESTree.Program;
  readonly #provenance: Provenance;
  readonly #types: TypeSource;
  #told: ReadonlySet<unknown> | undefined;

  constructor({ ast, types }: AnalysedFile, provenance: Provenance) {
    this.#ast = ast;
    this.#provenance = provenance;
    this.#types = types;
  }

  /** Whether a stream is known to give bytes. */
  givesBytes(stream: TSESTree.Node, depth = 0): boolean {
    const node = unwrap(stream);
    // Names that stand for each other end somewhere.
    if (depth > 10) return false;
    const origin = this.#provenance.originOf(node);
    if (origin && (standard.has(keyOf(origin)) || streamTypes.has(keyOf(origin)))) return true;
    switch (node.type) {
      case "CallExpression":
      case "NewExpression":
        return this.#isOpened(node, depth);
      case "MemberExpression": {
        const name = memberName(node) ?? "";
        if (childStreams.has(name) && this.#isChild(node.object, depth)) return true;
        break;
      }
      case "Identifier":
        if (this.#isGiven(node)) return true;
        break;
      default:
        return false;
    }
    const value = this.#valueOf(node);
    return value ? this.givesBytes(value, depth + 1) : this.#hasType(node, streamTypes);
  }

  /** Whether somewhere in the file a stream is told an encoding that may be this one. */
  hasEncoding(stream: TSESTree.Node): boolean {
    this.#told ??= this.#findTold();
    if (this.#told.has("*")) return true;
    const node = unwrap(stream);
    if (node.type === "CallExpression" || node.type === "NewExpression") {
      const callee = unwrap(node.callee);
      if (callee.type !== "MemberExpression") return false;
      const method = memberName(callee) ?? "";
      if (method === "setEncoding") return true;
      return fluentStreamMethods.has(method) && this.hasEncoding(callee.object);
    }
    const variable = this.#provenance.variableOf(node);
    if (variable) return this.#told.has(variable);
    const name = lastName(node);
    return name === undefined || this.#told.has(name);
  }

  #isOpened(call: TSESTree.CallExpression | TSESTree.NewExpression, depth: number): boolean {
    const origin = this.#provenance.originOf(call.callee);
    if (origin && openers.has(keyOf(origin))) {
      return call.arguments.slice(1).every((option) => isFunction(option) || leavesBytes(option));
    }
    const callee = unwrap(call.callee);
    return (
      callee.type === "MemberExpression" &&
      fluentStreamMethods.has(memberName(callee) ?? "") &&
      this.givesBytes(callee.object, depth + 1)
    );
  }

  #isChild(expression: TSESTree.Node, depth: number): boolean {
    const node = unwrap(expression);
    if (depth > 10) return false;
    const origin = this.#provenance.originOf(node);
    if (origin && childTypes.has(keyOf(origin))) return true;
    if (node.type === "CallExpression") {
      const called = this.#provenance.originOf(node.callee);
      return (
        called !== undefined &&
        children.has(keyOf(called)) &&
        node.arguments.slice(2).every(leavesBytes)
      );
    }
    const value = this.#valueOf(node);
    return value ? this.#isChild(value, depth + 1) : this.#hasType(node, childTypes);
  }

  /** The parameter of a callback to which a stream is given: `http.get(url, (response) => …)`. */
  #isGiven(node: TSESTree.Identifier): boolean {
    const definition = this.#provenance.variableOf(node)?.defs[0];
    const func = definition?.type === "Parameter" ? definition.node : undefined;
    if (!func || func.params[0] !== definition?.name || func.parent.type !== "CallExpression") {
      return false;
    }
    const origin = this.#provenance.originOf(func.parent.callee);
    return origin !== undefined && givers.has(keyOf(origin));
  }

  #hasType(node: TSESTree.Node, wanted: ReadonlySet<string>): boolean {
    const names = this.#types.classNamesOf(node) ?? [];
    return [...wanted].some((key) => names.includes((key.split("\0")[1] ?? "").replace("#", "")));
  }

  /** The only value that a variable or a field is ever given. */
  #valueOf(node: TSESTree.Node): TSESTree.Node | undefined {
    const values = node.type === "Identifier" ? this.#givenTo(node) : this.#givenToField(node);
    return values.length === 1 ? values[0] : undefined;
  }

  #givenTo(node: TSESTree.Identifier): TSESTree.Node[] {
    const variable = this.#provenance.variableOf(node);
    if (variable?.defs[0]?.type !== "Variable") return [];
    return variable.references.flatMap(({ identifier, writeExpr }) =>
      writeExpr && identifier.parent.type !== "Property" ? [writeExpr] : [],
    );
  }

  #givenToField(node: TSESTree.Node): TSESTree.Node[] {
    const body = classBodyAround(node);
    const name = pathName(node);
    if (!body || name?.startsWith("this.") !== true) return [];
    const values: TSESTree.Node[] = [];
    walk(body, (each) => {
      if (each.type === "AssignmentExpression" && pathName(each.left) === name) {
        const isNothing = each.right.type === "Literal" || pathName(each.right) === "undefined";
        if (!isNothing) values.push(each.right);
      }
      return undefined;
    });
    return values;
  }

  #findTold(): ReadonlySet<unknown> {
    const told = new Set<unknown>();
    walk(this.#ast, (node) => {
      if (node.type !== "CallExpression") return undefined;
      const callee = unwrap(node.callee);
      if (callee.type !== "MemberExpression" || memberName(callee) !== "setEncoding") {
        return undefined;
      }
      const name = lastName(callee.object);
      const isAny = name === undefined || this.#standsForSeveral(callee.object);
      told.add(isAny ? "*" : name);
      const variable = this.#provenance.variableOf(unwrap(callee.object));
      if (variable) told.add(variable);
      return undefined;
    });
    return told;
  }

  /** `for (const stream of [child.stdout, child.stderr])` */
  #standsForSeveral(expression: TSESTree.Node): boolean {
    const node = unwrap(expression);
    const definition =
      node.type === "Identifier" ? this.#provenance.variableOf(node)?.defs[0] : undefined;
    if (definition?.type === "Parameter") {
      const { parent } = definition.node;
      return (
        parent.type === "CallExpression" && iteratingMethods.has(lastName(parent.callee) ?? "")
      );
    }
    return definition?.node.parent.parent?.type === "ForOfStatement";
  }
}

/** Whether an argument sets no encoding and no object mode, for certain. */
function leavesBytes(argument: TSESTree.Node): boolean {
  const node = unwrap(argument);
  if (node.type !== "ObjectExpression") return node.type === "Identifier" && isOptions(node.name);
  return node.properties.every((property) => {
    if (property.type === "SpreadElement") return true;
    const { key } = property;
    const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? key.value : "";
    return name !== "encoding" && name !== "objectMode" && name !== "readableObjectMode";
  });
}

/** The options of `spawn` know no encoding; those of other calls may. */
function isOptions(name: string): boolean {
  return /^(spawn|child|process)\w*Options$/i.test(name);
}
