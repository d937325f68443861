import type { TSESTree } from "@typescript-eslint/types";

import { type Ownership, ownershipOf, type Use } from "../../analysis/uses/ownership.js";
import { calleeName, contains, enclosingFunction, wrapped } from "../../analysis/code/syntax.js";
import { declareStack, type StackChoice, takeBy } from "../declare-stack.js";
import { type Edit, inOrder, type Rewrite, withoutSwallowed } from "../edit.js";
import type { Managed } from "../managed.js";
import { endsWithBlock, removeRelease, statementOf } from "../redundant-release.js";
import { bestRelease, releaseText } from "../release-text.js";
import { settledUses } from "../settled-uses.js";
import { indentationAt, styleOf, wholeLines } from "../source-style.js";
import { symbolOfAwaited } from "./using.js";

/** `const [first, second] = await Promise.all([acquire(one), acquire(other)]);` */
interface Together {
  readonly declaration: TSESTree.VariableDeclaration;
  readonly block: TSESTree.BlockStatement;
  readonly each: readonly { readonly name: string; readonly managed: Managed }[];
}

/**
 * What `Promise.all` acquires at once is acquired one after the other, each managed before the next
 * one may fail: by `await using` where all have a symbol for it, else by a stack.
 *
 * @param elements All that stands in the list, as acquisitions of which nobody knows who has them.
 */
export function promiseAllLiteralForm(elements: readonly Managed[]): Rewrite | undefined {
  const together = togetherIn(elements);
  const [first] = together?.each ?? [];
  if (!together || !first) return undefined;
  const { declaration, each } = together;
  const { text, ast } = first.managed;
  const releases = new Set(
    each.flatMap(({ managed: { ownership } }) =>
      ownership.uses.flatMap(({ effect, at }) => (effect === "release" ? [at] : [])),
    ),
  );
  const rest = each.map(({ managed }) => usesOf(managed, together, releases));
  const symbols = each.map(({ managed }) => symbolOfAwaited(managed, true));
  const known = symbols.every((symbol) => symbol !== undefined);
  const stack = known ? undefined : declareStack(first.managed, declaration, true);
  const lines = each.map(({ name, managed }, index) =>
    known
      ? declared(name, managed, symbols[index]?.async ? "await using" : "using")
      : stack && adopted(name, managed, stack, rest[index]?.stays === true),
  );
  if (rest.some((fitted) => !fitted) || lines.some((line) => !line)) return undefined;
  const { semicolon, lineEnd } = styleOf(text, ast);
  const indentation = indentationAt(text, declaration.range[0]);
  const code = lines.map((line) => line?.code ?? "").join(semicolon + lineEnd + indentation);
  const edits = inOrder(
    withoutSwallowed([
      ...(stack?.edits ?? []),
      { range: [declaration.range[0], declaration.range[1]], text: code + semicolon },
      ...lines.flatMap((line) => line?.edits ?? []),
      ...rest.flatMap((fitted) => fitted?.edits ?? []),
    ]),
  );
  const names = each.map(({ name }) => `\`${name}\``).join(" and ");
  const how = stack ? `into an \`${stack.className}\`` : "with `await using`";
  const order = releasesInOrder(each, releases) ? ", which releases the last one first" : "";
  const title = `Acquire ${names} one after the other, ${how}${order}${stack?.addition ?? ""}`;
  return edits && { kind: "suggestion", title, edits };
}

function togetherIn(elements: readonly Managed[]): Together | undefined {
  const [first] = elements;
  const list = first && wrapped(first.acquisition.call).parent;
  if (!first || list?.type !== "ArrayExpression") return undefined;
  const all = list.parent;
  if (all.type !== "CallExpression" || calleeName(all.callee) !== "Promise.all") return undefined;
  const declarator = all.parent.type === "AwaitExpression" ? all.parent.parent : undefined;
  if (declarator?.type !== "VariableDeclarator" || declarator.id.type !== "ArrayPattern") return;
  const { id, parent: declaration } = declarator;
  const block = declaration.parent;
  if (declaration.declarations.length > 1 || declaration.kind === "var" || id.typeAnnotation) {
    return undefined;
  }
  if (block.type !== "BlockStatement" || id.elements.length !== list.elements.length) return;
  if (/\/[/*]/.test(first.text.slice(...declaration.range))) return undefined;
  const each = id.elements.flatMap((name, index) => {
    const element = list.elements[index];
    const managed = elements.find(({ acquisition }) => wrapped(acquisition.call) === element);
    const owned = managed && name?.type === "Identifier" ? ownedBy(name, managed) : undefined;
    return owned && name?.type === "Identifier" ? [{ name: name.name, managed: owned }] : [];
  });
  return each.length === list.elements.length ? { declaration, block, each } : undefined;
}

/** With what becomes of the variable into which it comes. */
function ownedBy(name: TSESTree.Identifier, managed: Managed): Managed | undefined {
  const { provenance, types, acquisition } = managed;
  const func = enclosingFunction(name);
  const variable = provenance
    .declaredBy(declaratorAround(name))
    .find(({ identifiers }) => identifiers.includes(name));
  if (!func?.async || !variable || acquisition.func !== func) return undefined;
  const holder = { kind: "variable", variable } as const;
  const context = { provenance, types };
  const ownership: Ownership = ownershipOf(holder, acquisition.resource, func, context);
  return { ...managed, ownership };
}

function declaratorAround(name: TSESTree.Node): TSESTree.Node {
  let at: TSESTree.Node = name;
  while (at.parent && at.type !== "VariableDeclarator") at = at.parent;
  return at;
}

interface Line {
  readonly code: string;
  readonly edits: readonly Edit[];
}

function declared(name: string, { text, acquisition }: Managed, keyword: string): Line {
  return { code: `${keyword} ${name} = await ${text.slice(...acquisition.call.range)}`, edits: [] };
}

function adopted(
  name: string,
  managed: Managed,
  stack: StackChoice,
  stays: boolean,
): Line | undefined {
  const { text, acquisition } = managed;
  // Where a release stays, the stack's must bear that nothing is left to release.
  const release = (stays ? bestRelease(managed) : undefined) ?? releaseText(managed);
  const take = takeBy(stack.name, managed, release);
  const acquired = `await ${text.slice(...acquisition.call.range)}`;
  return (
    take && {
      code: `const ${name} = ${take.before}${acquired}${take.after}`,
      edits: take.edits,
    }
  );
}

interface Fitted {
  readonly edits: readonly Edit[];
  /** Whether a release stays in the code. */
  readonly stays: boolean;
}

/** What becomes of what follows; undefined where it may be handed on, or used when the block is over. */
function usesOf(
  managed: Managed,
  together: Together,
  releases: ReadonlySet<TSESTree.Node>,
): Fitted | undefined {
  const { block, declaration } = together;
  const { ownership, acquisition, types, text } = managed;
  const { uses, holders } = ownership;
  const leaves = ({ effect, inside }: Use): boolean =>
    effect === "handOver" ||
    effect === "overwrite" ||
    (inside !== undefined && inside !== "borrow");
  if (holders.length > 1 || uses.some(leaves) || !uses.every(({ at }) => contains(block, at))) {
    return undefined;
  }
  const awaits = settledUses(uses, acquisition, types);
  if (!awaits) return undefined;
  const edits = [...awaits];
  let stays = false;
  for (const { effect, at, inClosure } of uses) {
    if (effect !== "release") continue;
    const removal = inClosure
      ? undefined
      : (removeRelease(at, block, text, declaration.range[0]) ??
        removeInTurn(at, together, releases, text) ??
        removeTogether(at, together, releases, text));
    if (removal) edits.push(...removal);
    else if (!acquisition.resource.idempotentRelease) return undefined;
    else stays = true;
  }
  return { edits, stays };
}

/** `await second.close(); await first.close();` at the block's end. */
function removeInTurn(
  release: TSESTree.Node,
  { block, declaration }: Together,
  releases: ReadonlySet<TSESTree.Node>,
  text: string,
): Edit[] | undefined {
  const statement = statementOf(release);
  const index = statement ? block.body.indexOf(statement) : -1;
  const last = block.body.at(-1);
  const rest = block.body.slice(index + 1);
  const all = new Set([...releases].map(statementOf));
  if (!statement || index === -1 || !last || !rest.every((each) => all.has(each))) return undefined;
  const lines = wholeLines(text, statement.range);
  const ends = endsWithBlock(last, block, declaration.range[0]);
  return lines && ends ? [{ range: lines, text: "" }] : undefined;
}

/** Whether something is released before what was acquired behind it. */
function releasesInOrder(each: Together["each"], releases: ReadonlySet<TSESTree.Node>): boolean {
  const owners = [...releases]
    .sort((a, b) => a.range[0] - b.range[0])
    .map((at) => each.findIndex(({ managed: { ownership } }) => isReleasedBy(ownership, at)));
  return owners.some((owner, index) => index > 0 && owner > (owners[index - 1] ?? -1));
}

function isReleasedBy({ uses }: Ownership, at: TSESTree.Node): boolean {
  return uses.some((use) => use.effect === "release" && use.at === at);
}

/** `await Promise.all([first.close(), second.close()]);` at the block's end. */
function removeTogether(
  release: TSESTree.Node,
  { block, declaration }: Together,
  releases: ReadonlySet<TSESTree.Node>,
  text: string,
): Edit[] | undefined {
  const list = wrapped(release).parent;
  const all = list?.type === "ArrayExpression" ? list.parent : undefined;
  const awaited = all?.parent;
  const statement = awaited?.type === "AwaitExpression" ? awaited.parent : undefined;
  if (
    list?.type !== "ArrayExpression" ||
    all?.type !== "CallExpression" ||
    calleeName(all.callee) !== "Promise.all" ||
    statement?.type !== "ExpressionStatement" ||
    !list.elements.every((element) => element && releases.has(element)) ||
    !endsWithBlock(statement, block, declaration.range[0])
  ) {
    return undefined;
  }
  const lines = wholeLines(text, statement.range);
  return lines && [{ range: lines, text: "" }];
}
