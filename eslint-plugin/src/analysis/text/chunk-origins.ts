import type { TSESTree } from "@typescript-eslint/types";

import {
  commandStarters,
  connectionOpeners,
  exchangeGivers,
  plainCommands,
  requesters,
  socketTypes,
} from "../../resources/byte-streams.js";
import { keyOf, keysOf, type Provenance } from "../code/provenance.js";
import { type FunctionNode, isFunction, lastName, pathName, unwrap, walk } from "../code/syntax.js";
import { lastWord } from "../code/words.js";
import { callsOf } from "./own-calls.js";

const exchanges = keysOf(exchangeGivers);
const connections = keysOf(connectionOpeners);
const requests = keysOf(requesters);
const sockets = keysOf(socketTypes);

/**
 * Says of which streams it shows that they bring little: the output of a command that is written
 * out, the errors of any command, what is at an address that is written out, and what another part
 * of the same program sends.
 */
export class ChunkOrigins {
  readonly #provenance: Provenance;

  constructor(provenance: Provenance) {
    this.#provenance = provenance;
  }

  /** Whether a stream brings little text, and plain text. */
  isPlain(stream: TSESTree.Node): boolean {
    if (this.isDiagnostic(stream)) return true;
    const own = this.#provenance.originOf(unwrap(stream));
    if (own && sockets.has(keyOf(own))) return true;
    const started = this.#startOf(stream, 0);
    if (!started) return false;
    const { call, given } = started;
    const origin = this.#provenance.originOf(call.callee);
    const key = origin && keyOf(origin);
    if (key !== undefined && connections.has(key)) return true;
    if (given) {
      if (key !== undefined && exchanges.has(key)) return true;
      return key !== undefined && requests.has(key) && this.#isWritten(call.arguments[0]);
    }
    return commandStarters.has(lastName(call.callee) ?? "") && this.#isFixedCommand(call);
  }

  /** Whether a stream is what a command says about itself. */
  isDiagnostic(stream: TSESTree.Node): boolean {
    const node = this.#through(stream);
    return (pathName(node) ?? lastName(node) ?? "")
      .split(".")
      .some((part) => /^(std)?err(or)?s?$|stderr/i.test(part));
  }

  /** `socket.setEncoding("utf8").on(…)`: the stream is the first of them. */
  #through(stream: TSESTree.Node): TSESTree.Node {
    let node = unwrap(stream);
    while (node.type === "CallExpression") {
      const callee = unwrap(node.callee);
      if (callee.type !== "MemberExpression") break;
      node = unwrap(callee.object);
    }
    return node;
  }

  /** The call that a stream, or what it belongs to, comes from. */
  #startOf(
    expression: TSESTree.Node,
    depth: number,
  ): { call: TSESTree.CallExpression | TSESTree.NewExpression; given: boolean } | undefined {
    const node = unwrap(expression);
    if (depth > 10) return undefined;
    if (node.type === "CallExpression" || node.type === "NewExpression") {
      const callee = unwrap(node.callee);
      const origin = this.#provenance.originOf(node.callee);
      const isStart = origin !== undefined || commandStarters.has(lastName(callee) ?? "");
      if (isStart || callee.type !== "MemberExpression") return { call: node, given: false };
      return this.#startOf(callee.object, depth + 1);
    }
    if (node.type === "AwaitExpression") return this.#startOf(node.argument, depth + 1);
    if (node.type === "MemberExpression") {
      const field = pathName(node)?.startsWith("this.") ? this.#givenToField(node) : undefined;
      return this.#startOf(field ?? node.object, depth + 1);
    }
    if (node.type !== "Identifier") return undefined;
    const variable = this.#provenance.variableOf(node);
    const definition = variable?.defs[0];
    if (definition?.type === "Parameter") {
      const { parent } = definition.node;
      return parent.type === "CallExpression" ? { call: parent, given: true } : undefined;
    }
    const values = variable?.references.flatMap(({ writeExpr }) => writeExpr ?? []) ?? [];
    const [value] = values;
    return value && values.length === 1 ? this.#startOf(value, depth + 1) : undefined;
  }

  #givenToField(node: TSESTree.MemberExpression): TSESTree.Node | undefined {
    const name = pathName(node);
    let found: TSESTree.Node | undefined;
    for (let at: TSESTree.Node | undefined = node.parent; at; at = at.parent) {
      if (at.type !== "ClassBody") continue;
      walk(at, (each) => {
        const isGiven = each.type === "AssignmentExpression" && pathName(each.left) === name;
        if (isGiven && each.right.type !== "Literal" && each.right.type !== "Identifier") {
          found = each.right;
        }
        return undefined;
      });
      break;
    }
    return found;
  }

  /** Whether everybody who looks at the file sees which command is run. */
  #isFixedCommand({ arguments: [command, args] }: { arguments: TSESTree.Node[] }): boolean {
    if (!command) return false;
    const name = unwrap(command);
    const word =
      name.type === "Literal"
        ? String(name.value)
        : (lastName(name) ?? "").replace(/Path$|Bin$/i, "");
    if (plainCommands.has(lastWord(word))) return true;
    const list = args && unwrap(args);
    const isWhole = this.#isWritten(command);
    if (!list || isFunction(list) || list.type === "ObjectExpression") {
      return isWhole || this.#isCalledSo([command]);
    }
    const elements = this.#elementsOf(list);
    if (elements) {
      const isSpread = elements.some((each) => each.type === "SpreadElement");
      if (isWhole && !isSpread) return true;
      const isAllWritten = elements.every((each) => this.#isWritten(each));
      if (isAllWritten && elements.length > 0) return true;
    }
    return this.#isCalledSo([command, list]);
  }

  #elementsOf(list: TSESTree.Node): readonly TSESTree.Node[] | undefined {
    const node = unwrap(list);
    if (node.type === "ArrayExpression") return node.elements.filter((each) => each !== null);
    const value = node.type === "Identifier" ? this.#constant(node) : undefined;
    return value && unwrap(value).type === "ArrayExpression" ? this.#elementsOf(value) : undefined;
  }

  /** Whether a value is written out in the file, or the name of a constant says that one is. */
  #isWritten(expression: TSESTree.Node | undefined): boolean {
    if (!expression) return false;
    const node = unwrap(expression);
    switch (node.type) {
      case "Literal":
        return true;
      case "TemplateLiteral":
        // A server of one's own.
        if (/^https?:\/\/(localhost|127\.0\.0\.1)\b/.test(node.quasis[0]?.value.raw ?? ""))
          return true;
        return node.expressions.every((each) => this.#isWritten(each));
      case "Identifier": {
        if (/^[A-Z][A-Z\d_]+$/.test(node.name)) return true;
        const value = this.#constant(node);
        return value !== undefined && this.#isWritten(value);
      }
      default:
        return false;
    }
  }

  #constant(node: TSESTree.Identifier): TSESTree.Node | undefined {
    const variable = this.#provenance.variableOf(node);
    const definition = variable?.defs[0]?.node;
    if (definition?.type !== "VariableDeclarator" || definition.id.type !== "Identifier") {
      return undefined;
    }
    const written = variable?.references.some((each) => each.isWrite() && !each.init);
    return written ? undefined : (definition.init ?? undefined);
  }

  /** Whether the parameters that a command comes from are written out in all calls of the file. */
  #isCalledSo(values: readonly TSESTree.Node[]): boolean {
    const parameters = values.flatMap((value) => this.#parametersIn(value));
    const [first] = parameters;
    if (!first) return false;
    const { func } = first;
    if (parameters.some((each) => each.func !== func)) return false;
    const calls = callsOf(func, this.#provenance);
    return (
      calls !== undefined &&
      calls.length > 0 &&
      calls.every((call) =>
        parameters.every(({ index }) => {
          const argument = call.arguments[index];
          if (!argument || argument.type === "SpreadElement") return false;
          if (this.#isWritten(argument)) return true;
          const elements = this.#elementsOf(argument);
          return elements?.every((each) => each.type !== "SpreadElement") === true;
        }),
      )
    );
  }

  #parametersIn(value: TSESTree.Node): { func: FunctionNode; index: number }[] {
    const found: { func: FunctionNode; index: number }[] = [];
    walk(value, (node) => {
      const definition =
        node.type === "Identifier" ? this.#provenance.variableOf(node)?.defs[0] : undefined;
      if (definition?.type !== "Parameter") return undefined;
      const func = definition.node;
      if (!isFunction(func)) return undefined;
      const index = func.params.findIndex((each) => each === definition.name);
      if (index >= 0) found.push({ func, index });
      return undefined;
    });
    return found;
  }
}
