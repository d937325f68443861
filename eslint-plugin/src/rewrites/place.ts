import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { contains, isFunction, unwrap } from "../analysis/code/syntax.js";
import type { Managed } from "./managed.js";
import { isLoop } from "../analysis/flow/repetitions.js";

/** A declaration whose block can manage what it holds: `const x = acquire();`. */
export interface Site {
  readonly declaration: TSESTree.VariableDeclaration;
  readonly init: TSESTree.Expression;
  readonly name: string;
  readonly block: TSESTree.BlockStatement;
  readonly async: boolean;
}

/** The declaration, if the resource lives in it alone and never leaves its block. */
export function siteOf({ acquisition, ownership }: Managed): Site | undefined {
  const { variable, holders, uses } = ownership;
  const declarator = variable?.defs[0]?.node;
  if (declarator?.type !== "VariableDeclarator" || !declarator.init) return undefined;
  const declaration = declarator.parent;
  if (
    holders.length > 1 ||
    uses.some(({ effect }) => effect === "handOver" || effect === "overwrite") ||
    declaration.declarations.length > 1 ||
    declaration.kind === "var" ||
    declarator.id.type !== "Identifier" ||
    declaration.parent.type !== "BlockStatement" ||
    // Something else, for example a condition, may stand in between.
    unwrap(declarator.init) !== unwrap(acquisition.value) ||
    !uses.every(({ at }) => contains(declaration.parent, at))
  ) {
    return undefined;
  }
  return {
    declaration,
    init: declarator.init,
    name: declarator.id.name,
    block: declaration.parent,
    async: acquisition.func.async,
  };
}

/** Where a resource lives: a block that it does not outlive, save by being handed on. */
export interface Place {
  readonly name: string;
  readonly block: TSESTree.BlockStatement;
  /** The statement of the block from which on the resource may be held. */
  readonly statement: TSESTree.Statement;
  readonly async: boolean;
}

/** The block of whatever holds the resource; undefined where it could be acquired there twice. */
export function placeOf(managed: Managed): Place | undefined {
  const { acquisition, ownership } = managed;
  const { value, func, resource } = acquisition;
  const { variable, name } = ownership;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  const block = variable ? blockOf(variable, managed) : func.body;
  if (block?.type !== "BlockStatement" || !contains(func.body, block)) return undefined;
  const statement = stepAround(value, block);
  if (!statement) return undefined;
  const declared = variable?.identifiers[0];
  const early = ownership.uses.some(({ inside }) => inside === "release");
  const first =
    early && declared
      ? (block.body.find((each) => contains(each, declared)) ?? statement)
      : statement;
  return { name, block, statement: first, async: func.async };
}

/**
 * The block of a variable's declaration, or the one around it in which all stand that name the
 * resource: another variable, or a literal, may have it for longer.
 */
function blockOf(variable: Variable, { ownership }: Managed): TSESTree.Node | undefined {
  const [definition, another] = variable.defs;
  if (another || definition?.node.type !== "VariableDeclarator") return undefined;
  const { parent: declaration, id } = definition.node;
  if (id.type !== "Identifier" || declaration.parent.type !== "BlockStatement") return undefined;
  const named = ownership.holders.flatMap((holder) =>
    holder.kind === "variable"
      ? [
          ...holder.variable.references.map(({ identifier }) => identifier),
          ...holder.variable.identifiers,
        ]
      : [],
  );
  const all = [...named, ...ownership.uses.flatMap(({ at, reference }) => [at, reference])];
  const holdsAll = (at: TSESTree.Node): boolean =>
    at.type === "BlockStatement" && all.every((node) => contains(at, node));
  let at: TSESTree.Node = declaration.parent;
  while (!isFunction(at) && at.type !== "Program" && !holdsAll(at)) at = at.parent;
  return at;
}

/** The statement of a block around a node, if control passes it once each time round. */
export function stepAround(
  node: TSESTree.Node,
  block: TSESTree.BlockStatement,
): TSESTree.Statement | undefined {
  for (let at: TSESTree.Node = node; ;) {
    const { parent }: { parent?: TSESTree.Node } = at;
    if (!parent || isFunction(parent) || isLoop(parent)) return undefined;
    if (parent === block) return at as TSESTree.Statement;
    at = parent;
  }
}
