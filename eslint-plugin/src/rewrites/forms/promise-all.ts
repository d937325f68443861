import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../../analysis/created/acquisitions.js";
import type { Use } from "../../analysis/uses/ownership.js";
import {
  calleeName,
  contains,
  enclosingFunction,
  isFunction,
  unwrap,
  wrapped,
} from "../../analysis/code/syntax.js";
import { declareStack, takeBy } from "../declare-stack.js";
import { type Edit, inOrder, type Rewrite } from "../edit.js";
import { isReleasing } from "../collecting-loop.js";
import { statementAround } from "../hand-over.js";
import type { Managed } from "../managed.js";
import { endsWithBlock } from "../redundant-release.js";
import { releaseText } from "../release-text.js";
import { settledUses } from "../settled-uses.js";
import { indentationAt, styleOf, wholeLines } from "../source-style.js";

/** `const all = await Promise.all(inputs.map((input) => acquire(input)));` */
interface Gathered {
  readonly declaration: TSESTree.VariableDeclaration;
  readonly name: string;
  readonly variable: Variable;
  readonly block: TSESTree.BlockStatement;
  readonly inputs: TSESTree.Expression;
  readonly input: TSESTree.Identifier;
}

/**
 * What `Promise.all` acquires at once is acquired one after the other into a stack, so that those
 * that are open are released when the next one fails.
 *
 * @param managed With the acquisition in the callback; nothing is known of who owns what it gives.
 */
export function promiseAllForm(managed: Managed): Rewrite | undefined {
  const { acquisition, text, ast } = managed;
  const gathered = gatheredBy(managed);
  const release = gathered && releaseText(managed);
  const func = gathered && enclosingFunction(gathered.declaration);
  if (!gathered || !release || !func?.async) return undefined;
  const { declaration, name, inputs, input, block } = gathered;
  const rest = usesOf(gathered, managed, { ...acquisition, func });
  const stack = rest && declareStack(managed, declaration, true);
  const call = { ...managed, acquisition: { ...acquisition, value: acquisition.call } };
  const take = stack && takeBy(stack.name, call);
  if (!rest || !stack || !take) return undefined;
  const { semicolon, lineEnd } = styleOf(text, ast);
  const indentation = indentationAt(text, declaration.range[0]);
  const acquired = `await ${text.slice(...acquisition.call.range)}`;
  const source = text.slice(...inputs.range);
  if (/\/[/*]/.test(text.slice(...declaration.range))) return undefined;
  const lines = [
    `const ${name} = []${semicolon}`,
    `${indentation}for (const ${text.slice(...input.range)} of ${source}) ` +
      `${name}.push(${take.before}${acquired}${take.after})${semicolon}`,
  ];
  const edits = inOrder([
    { range: [block.range[0], block.range[0]], text: "" },
    ...stack.edits,
    ...take.edits,
    { range: [declaration.range[0], declaration.range[1]], text: lines.join(lineEnd) },
    ...rest.edits,
  ]);
  const title = `Acquire \`${name}\` one after the other, into an \`${stack.className}\``;
  const order = rest.releases ? ", which releases the last one first" : "";
  return edits && { kind: "suggestion", title: title + order + stack.addition, edits };
}

function gatheredBy({ acquisition, provenance }: Managed): Gathered | undefined {
  const callback = acquisition.func;
  const map = wrapped(callback).parent;
  if (
    callback.type !== "ArrowFunctionExpression" ||
    unwrapAwait(callback.body) !== acquisition.call
  )
    return;
  const [input, another] = callback.params;
  if (another || input?.type !== "Identifier" || input.typeAnnotation) return undefined;
  if (map?.type !== "CallExpression" || map.callee.type !== "MemberExpression") return undefined;
  const { object, property } = map.callee;
  if (property.type !== "Identifier" || property.name !== "map" || map.arguments.length !== 1)
    return;
  const all = map.parent;
  if (all.type !== "CallExpression" || calleeName(all.callee) !== "Promise.all") return undefined;
  const awaited = all.parent;
  const declarator = awaited.type === "AwaitExpression" ? awaited.parent : undefined;
  if (declarator?.type !== "VariableDeclarator" || declarator.id.type !== "Identifier") return;
  if (declarator.id.typeAnnotation || declarator.init !== awaited) return undefined;
  const declaration = declarator.parent;
  const { parent: block } = declaration;
  const [variable] = provenance.declaredBy(declarator);
  if (block.type !== "BlockStatement" || declaration.declarations.length > 1 || !variable) return;
  if (declaration.kind !== "const") return undefined;
  const { name } = declarator.id;
  return { declaration, name, variable, block, inputs: object, input };
}

function unwrapAwait(node: TSESTree.Node): TSESTree.Node {
  const inner = unwrap(node);
  return inner.type === "AwaitExpression" ? unwrap(inner.argument) : inner;
}

interface Fitted {
  readonly edits: readonly Edit[];
  /** Whether a loop that releases has gone. */
  readonly releases: boolean;
}

/**
 * The edits to what follows: a loop that releases goes. Undefined where the array may be handed on,
 * or something that uses it may still be running at the block's end.
 */
function usesOf(
  { variable, block, declaration }: Gathered,
  managed: Managed,
  acquisition: Acquisition,
): Fitted | undefined {
  const { provenance, text, types } = managed;
  const edits: Edit[] = [];
  const borrowed: Use[] = [];
  for (const { identifier } of variable.references) {
    if (contains(declaration, identifier)) continue;
    const { parent } = identifier;
    if (enclosingFunction(identifier) !== acquisition.func) return undefined;
    if (parent.type === "ForOfStatement" && parent.right === identifier && !parent.await) {
      if (isReleasing(parent, managed)) {
        const lines = endsWithBlock(parent, block, declaration.range[0])
          ? wholeLines(text, parent.range)
          : undefined;
        if (lines) edits.push({ range: lines, text: "" });
        else if (!acquisition.resource.idempotentRelease) return undefined;
        continue;
      }
      const each = provenance.declaredBy(parent.left)[0];
      if (!each || !acquisition.resource.idempotentRelease) return undefined;
      for (const reference of each.references) {
        const at = reference.identifier;
        if (reference.init) continue;
        if (at.parent.type !== "MemberExpression" || at.parent.object !== at) return undefined;
        borrowed.push({ effect: "borrow", at, reference: at, inClosure: false });
      }
    } else if (parent.type === "MemberExpression" && parent.object === identifier) {
      const { property } = parent;
      const length = property.type === "Identifier" && property.name === "length";
      if (!length) return undefined;
    } else {
      return undefined;
    }
  }
  const awaits = settledUses(borrowed, acquisition, types);
  const isClear = borrowed.every(({ at }) => !insideFunction(at, acquisition.func));
  return awaits && isClear && statementAround(declaration)
    ? { edits: [...edits, ...awaits], releases: edits.length > 0 }
    : undefined;
}

function insideFunction(node: TSESTree.Node, func: TSESTree.Node): boolean {
  for (let at: TSESTree.Node | undefined = node; at && at !== func; at = at.parent) {
    if (isFunction(at)) return true;
  }
  return false;
}
