import type { TSESTree } from "@typescript-eslint/types";

import { contains, lastName, unwrap } from "../../analysis/code/syntax.js";
import { type Edit, inOrder, type Rewrite } from "../edit.js";
import { freshName } from "../fresh-name.js";
import { statementAround } from "../hand-over.js";
import type { Managed } from "../managed.js";
import { isQuiet } from "../quiet.js";
import { removeRelease, statementOf } from "../redundant-release.js";
import { releasesAmong, releaseText } from "../release-text.js";
import { settledUses } from "../settled-uses.js";
import { styleOf } from "../source-style.js";
import { releasesBefore } from "../stack-uses.js";
import { namesOf, type Tail, tailOf, wrapInTry } from "../tail.js";

/** A release as a statement, without its semicolon, and the imports that it needs. */
interface ReleaseStatement {
  readonly code: string;
  readonly edits: readonly Edit[];
}

/** `try { … } finally { x.close(); }` around all that follows the acquisition in its block. */
export function tryFinallyForm(managed: Managed): Rewrite | undefined {
  const { ownership, acquisition, text, ast, types } = managed;
  const { uses, name } = ownership;
  const tail = tailBehind(managed);
  // A field goes on holding it when the function has returned.
  if (!tail || ownership.holders[0]?.kind === "field") return undefined;
  if (
    uses.some(
      ({ effect, inside }) =>
        effect === "handOver" || (inside !== undefined && inside !== "borrow"),
    )
  )
    return undefined;
  const releases = uses.filter(({ effect }) => effect === "release").map(({ at }) => at);
  if (releases.some((at) => commits(at, managed))) return undefined;
  const removed = releases.map((at) =>
    tail.list.type === "BlockStatement"
      ? removeRelease(at, tail.list, text, acquisition.value.range[0])
      : undefined,
  );
  if (removed.some((edits) => !edits) && !staysHarmless(managed, releases)) return undefined;
  const awaits = settledUses(uses, acquisition, types);
  // What asked before whether it is there would not ask any more.
  if (releases.length > 0 && types.mayBeMissing(acquisition.value)) return undefined;
  const release = existingRelease(managed, tail, releases) ?? newRelease(managed);
  if (!awaits || !release) return undefined;
  const style = styleOf(text, ast);
  const follow = { head: "finally", lines: [release.code] };
  const gone = removed.flatMap((each) => each ?? []);
  const edits = inOrder([
    // What goes needs no indentation.
    ...wrapInTry(tail, follow, text, style).filter(
      ({ range: [at] }) =>
        at === tail.start ||
        at === tail.end ||
        !gone.some(({ range }) => range[0] <= at && at < range[1]),
    ),
    ...gone,
    ...awaits,
    ...release.edits,
  ]);
  return edits && { kind: "suggestion", title: `Release \`${name}\` in a \`finally\``, edits };
}

/** `try { … } catch (error) { x.close(); throw error; }` where only a failure loses the resource. */
export function releaseOnFailureForm(managed: Managed): Rewrite | undefined {
  const { ownership, acquisition, text, ast, lostOnlyByThrow } = managed;
  const { uses, name } = ownership;
  const tail = lostOnlyByThrow && !acquisition.func.generator ? tailBehind(managed) : undefined;
  const error = tail && freshName(["error", "failure", "reason"], acquisition.value, ast);
  if (!tail || error === undefined || releasesAmong(uses).length > 0) return undefined;
  const leaving = uses.filter(({ effect }) => effect === "handOver").map(({ at }) => at);
  const atEnd = leaving.every(
    (at) => at.type === "ReturnStatement" && (!at.argument || isQuiet(at.argument)),
  );
  const release = newRelease(managed);
  const held = uses.filter(({ effect }) => effect !== "handOver");
  const awaits = settledUses(held, acquisition, managed.types);
  if (!atEnd || !release || !awaits) return undefined;
  const follow = { head: `catch (${error})`, lines: [release.code, `throw ${error}`] };
  const edits = inOrder([
    ...wrapInTry(tail, follow, text, styleOf(text, ast)),
    ...awaits,
    ...release.edits,
  ]);
  const title = `Release \`${name}\` if what follows fails`;
  return edits && { kind: "suggestion", title, edits };
}

/** What follows the statement that acquires, where that statement does nothing else. */
function tailBehind({ acquisition, ownership, text, provenance }: Managed): Tail | undefined {
  const { value, resource } = acquisition;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  const statement = statementAround(value);
  const acquiring = statement && acquiredBy(statement);
  if (!statement || !acquiring || unwrap(acquiring) !== unwrap(value)) return undefined;
  const [holder] = ownership.holders;
  if (!holder || ownership.holders.length > 1) return undefined;
  const isAssignedAgain = ownership.uses.some(
    ({ effect, at }) => effect === "overwrite" && !contains(at, value),
  );
  const tail = isAssignedAgain ? undefined : tailOf(statement, text, provenance);
  if (releasesBefore(ownership.uses, value)) return undefined;
  if (!tail || holder.kind !== "variable") return tail;
  // Before it is acquired it may be named; behind the block nobody may ask for it.
  const later = holder.variable.references.some(
    ({ identifier }) => identifier.range[0] > tail.end || identifier.range[0] < tail.list.range[0],
  );
  const isElsewhere = ownership.uses.some(
    ({ at }) => at.range[1] > tail.end || at.range[0] < tail.list.range[0],
  );
  return later || isElsewhere ? undefined : tail;
}

/** The expression whose value a statement puts into one place, or just evaluates. */
function acquiredBy(statement: TSESTree.Statement): TSESTree.Expression | undefined {
  if (statement.type === "VariableDeclaration") {
    const [declarator, another] = statement.declarations;
    if (another || declarator.id.type !== "Identifier") return undefined;
    return declarator.init ?? undefined;
  }
  if (statement.type !== "ExpressionStatement") return undefined;
  const { expression } = statement;
  if (expression.type !== "AssignmentExpression") return expression;
  const target = unwrap(expression.left);
  return target.type === "Identifier" || target.type === "MemberExpression"
    ? expression.right
    : undefined;
}

/** Whether a release makes what was done last: it must not come after a failure. */
function commits(release: TSESTree.Node, { acquisition, ownership }: Managed): boolean {
  // `connection.query("COMMIT")`: what it does, only what it is given says.
  const [holder] = ownership.holders;
  const call = release.type === "CallExpression" ? release : undefined;
  if (holder?.kind === "giver" && call && call.arguments.length > 0) return true;
  const name = call && lastName(call.callee);
  return acquisition.resource.release.some(
    (each) =>
      (each.kind === "method" || each.kind === "giver") &&
      each.commits === true &&
      each.name === name,
  );
}

function staysHarmless({ acquisition }: Managed, releases: readonly TSESTree.Node[]): boolean {
  return acquisition.resource.idempotentRelease && releases.every((at) => statementOf(at));
}

/** The code's own release, if there is but one way, and it means the same behind the block. */
function existingRelease(
  { text, acquisition, provenance }: Managed,
  tail: Tail,
  releases: readonly TSESTree.Node[],
): ReleaseStatement | undefined {
  const expressions = releases.map((at) => {
    const statement = statementAround(at);
    return statement?.type === "ExpressionStatement" ? statement.expression : undefined;
  });
  const [only] = expressions;
  const codes = new Set(expressions.map((each) => each && text.slice(...each.range)));
  if (!only || codes.size !== 1 || namesOf(tail, only, provenance)) return undefined;
  const [code = ""] = codes;
  if (code.includes("\n") || only.type === "AssignmentExpression") return undefined;
  return acquisition.func.async || only.type !== "AwaitExpression"
    ? { code, edits: [] }
    : undefined;
}

function newRelease(managed: Managed): ReleaseStatement | undefined {
  const { ownership, acquisition } = managed;
  if (ownership.holders[0]?.kind === "giver") return undefined;
  const release = releaseText(managed);
  if (!release || releasesAmong(ownership.uses).some(({ at }) => !release.is(at))) return undefined;
  const call = release.call(ownership.name);
  const prefix = release.async ? (acquisition.func.async ? "await " : "void ") : "";
  return { code: prefix + call, edits: release.edits };
}
