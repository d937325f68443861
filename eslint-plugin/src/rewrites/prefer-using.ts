import type { TSESTree } from "@typescript-eslint/types";

import { contains, unwrap } from "../analysis/code/syntax.js";
import { withoutFinally } from "./dissolve.js";
import { type Edit, inOrder, type Rewrite, withoutSwallowed } from "./edit.js";
import { closingForm } from "./forms/closing.js";
import { ownSymbol, usingForm } from "./forms/using.js";
import { statementAround } from "./hand-over.js";
import type { Form, Managed } from "./managed.js";
import { type Site, siteOf } from "./place.js";
import { endsWithBlock, statementOf } from "./redundant-release.js";
import { settledUses } from "./settled-uses.js";
import { wholeLines } from "./source-style.js";

/** A resource that the `finally` of a `try` releases, and nothing else does. */
export interface ReleasedFinally {
  readonly managed: Managed;
  readonly attempt: TSESTree.TryStatement;
  readonly release: TSESTree.Statement;
}

/** The `try` that releases a resource in its `finally`, if it is the only one that does. */
export function releasedFinally(managed: Managed): ReleasedFinally | undefined {
  const uses = managed.ownership.uses.filter(
    ({ effect, inside }) => effect !== "borrow" || (inside !== undefined && inside !== "borrow"),
  );
  const own = uses.filter(({ at }) => !contains(at, managed.acquisition.value));
  const [use, another] = own;
  if (use?.effect !== "release" || another) return undefined;
  const release = statementOf(use.at);
  const attempt = release?.parent.parent;
  if (!release || attempt?.type !== "TryStatement" || attempt.finalizer !== release.parent) {
    return undefined;
  }
  return { managed, attempt, release };
}

/**
 * Declares by `using` what a `try` released in its `finally`, and takes the `try` away.
 *
 * @param group What the `finally` releases, in the order of its statements.
 */
export function preferUsing(group: readonly ReleasedFinally[]): Rewrite | undefined {
  const [first] = group;
  if (!first) return undefined;
  const { attempt, managed } = first;
  const { text } = managed;
  const block = attempt.parent;
  const earliest = Math.min(...group.map((each) => each.managed.acquisition.value.range[0]));
  if (block.type !== "BlockStatement" || !endsWithBlock(attempt, block, earliest)) return undefined;
  if (!releasesInReverse(group)) return undefined;
  const dissolved = withoutFinally(attempt, text);
  const declared = group.map((each) => declaredBefore(each, block) ?? declaredApart(each, block));
  if (!dissolved || declared.some((each) => each === undefined)) return undefined;
  const edits = inOrder(
    withoutSwallowed([...dissolved, ...declared.flatMap((each) => each?.edits ?? [])]),
  );
  const names = group.map(({ managed: { ownership } }) => `\`${ownership.name}\``).reverse();
  const keywords = new Set(declared.map((each) => each?.keyword ?? ""));
  const how = [...keywords]
    .sort()
    .reverse()
    .map((keyword) => `\`${keyword}\``)
    .join(" and ");
  return edits && { kind: "suggestion", title: `Manage ${names.join(" and ")} with ${how}`, edits };
}

interface Declared {
  readonly keyword: string;
  readonly edits: readonly Edit[];
}

/** `const x = acquire();` before the `try`. */
function declaredBefore(
  { managed, attempt }: ReleasedFinally,
  block: TSESTree.BlockStatement,
): Declared | undefined {
  const site = siteOf(managed);
  if (site?.block !== block || contains(attempt, site.declaration)) return undefined;
  return fitted(managed, site);
}

/** `let x; try { x = acquire(); …`: declared where it is acquired, in what was the `try`. */
function declaredApart(
  { managed, attempt, release }: ReleasedFinally,
  block: TSESTree.BlockStatement,
): Declared | undefined {
  const { acquisition, ownership, text } = managed;
  const { variable, holders } = ownership;
  const declarator = variable?.defs[0]?.node;
  const statement = statementAround(acquisition.value);
  if (declarator?.type !== "VariableDeclarator" || declarator.init || attempt.handler)
    return undefined;
  const declaration = declarator.parent;
  if (declaration.parent !== block || declaration.declarations.length > 1) return undefined;
  if (statement?.type !== "ExpressionStatement" || statement.parent !== attempt.block)
    return undefined;
  const { expression } = statement;
  if (
    holders.length > 1 ||
    expression.type !== "AssignmentExpression" ||
    expression.operator !== "=" ||
    expression.left.type !== "Identifier" ||
    unwrap(expression.right) !== unwrap(acquisition.value)
  ) {
    return undefined;
  }
  const isElsewhere = variable?.references.some(
    ({ identifier }) =>
      !contains(release, identifier) &&
      !(contains(attempt.block, identifier) && identifier.range[0] >= statement.range[0]),
  );
  const line = wholeLines(text, declaration.range);
  if (isElsewhere || !line) return undefined;
  // Not a declaration of its own yet, but what it will be: `using x = …`.
  const site: Site = {
    declaration,
    init: expression.right,
    name: expression.left.name,
    block: attempt.block,
    async: acquisition.func.async,
  };
  const found = fitted(managed, site);
  if (!found) return undefined;
  return {
    keyword: found.keyword,
    edits: [
      ...found.edits.filter(({ range }) => range[0] !== declaration.range[0]),
      { range: [line[0], line[1]], text: "" },
      { range: [statement.range[0], statement.range[0]], text: `${found.keyword} ` },
    ],
  };
}

function fitted(managed: Managed, site: Site): Declared | undefined {
  const form = formFor(managed, site);
  const awaits = form && settledUses(managed.ownership.uses, managed.acquisition, managed.types);
  const keyword = form?.edits.find(({ range }) => range[0] === site.declaration.range[0])?.text;
  if (!form || !awaits || keyword === undefined) return undefined;
  return { keyword, edits: [...form.edits, ...awaits] };
}

/** `closing` only where the package is there: a matter of taste is no reason to add one. */
function formFor(managed: Managed, site: Site): Form | undefined {
  if (ownSymbol(managed, site.async)) return usingForm(managed, site);
  const { mode, project } = managed;
  const hasRuntime = mode === "runtime" || (mode === "auto" && project.dependsOnRuntime);
  return hasRuntime ? closingForm(managed, site) : undefined;
}

/** Whether what was acquired last is released first, and each statement releases one of them. */
function releasesInReverse(group: readonly ReleasedFinally[]): boolean {
  const statements = group[0]?.attempt.finalizer?.body ?? [];
  return (
    statements.length === group.length &&
    group.every(
      ({ managed, release }, index) =>
        release === statements[index] &&
        managed.acquisition.value.range[0] <
          (group[index - 1]?.managed.acquisition.value.range[0] ?? Infinity),
    )
  );
}
