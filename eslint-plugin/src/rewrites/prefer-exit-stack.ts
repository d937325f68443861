import { contains } from "../analysis/code/syntax.js";
import { adoptBy, declareStack } from "./declare-stack.js";
import { withoutFinally } from "./dissolve.js";
import { type Edit, inOrder, type Rewrite, withoutSwallowed } from "./edit.js";
import { stepAround } from "./place.js";
import type { ReleasedFinally } from "./prefer-using.js";
import { endsWithBlock } from "./redundant-release.js";
import { releaseText } from "./release-text.js";
import { settledUses } from "./settled-uses.js";

/**
 * Puts what nested `try` statements release into one stack, and takes them away.
 *
 * @param chain From the outermost to the innermost, each within the `try` of the one before.
 */
export function flattenWithStack(chain: readonly ReleasedFinally[]): Rewrite | undefined {
  const [outermost] = chain;
  const block = outermost?.attempt.parent;
  if (
    !outermost ||
    block?.type !== "BlockStatement" ||
    !endsWithBlock(outermost.attempt, block, outermost.managed.acquisition.value.range[0])
  ) {
    return undefined;
  }
  const releases = chain.map(({ managed }) => releaseText(managed));
  // What commits in a `finally` does so after a failure, too: a stack would roll back.
  const isSame = chain.every(({ managed: { ownership } }, index) =>
    ownership.uses.every(({ effect, at }) => effect !== "release" || releases[index]?.is(at)),
  );
  if (!isSame) return undefined;
  const async = releases.some((release) => release?.async);
  const { managed } = outermost;
  const first = stepAround(managed.acquisition.value, block);
  if (!first || (async && !managed.acquisition.func.async)) return undefined;
  const stack = declareStack(managed, first, async);
  if (!stack) return undefined;
  const edits: Edit[] = [];
  for (const { managed: each, attempt } of chain) {
    const adopted = adoptBy(stack.name, each);
    const dissolved = withoutFinally(attempt, each.text);
    const awaits = settledUses(each.ownership.uses, each.acquisition, each.types);
    if (!adopted || !dissolved || !awaits) return undefined;
    edits.push(...adopted, ...dissolved, ...awaits);
  }
  const ordered = inOrder(withoutSwallowed(placed(stack.edits, edits, managed.text)));
  const names = chain.map(({ managed: { ownership } }) => `\`${ownership.name}\``).join(" and ");
  const title = `Hold ${names} in an \`${stack.className}\`${stack.addition}`;
  return (
    ordered && { kind: "suggestion", title: title.replace("an `Dis", "a `Dis"), edits: ordered }
  );
}

/**
 * The edits with those that declare the stack. Where what is acquired first is acquired within the
 * outermost `try`, the declaration stands before that `try`, at the end of a line's indentation that
 * goes with it: it takes the line's place.
 */
function placed(declaring: readonly Edit[], edits: readonly Edit[], text: string): Edit[] {
  const result = [...edits];
  for (const edit of declaring) {
    const [at] = edit.range;
    const over = result.findIndex(
      ({ range, text: inserted }) => inserted === "" && range[0] <= at && at < range[1],
    );
    const gone = result[over];
    if (!gone) result.push(edit);
    else {
      const indentation = text.slice(gone.range[0], at);
      const own = edit.text.slice(0, edit.text.length - indentation.length);
      result[over] = { range: gone.range, text: indentation + own };
    }
  }
  return result;
}

/** What is released by nested `try` statements, one directly within the other. */
export function nestedIn(all: readonly ReleasedFinally[]): ReleasedFinally[][] {
  const single = all.filter(
    ({ attempt }) =>
      attempt.finalizer?.body.length === 1 &&
      !attempt.handler &&
      all.filter((other) => other.attempt === attempt).length === 1,
  );
  const innerOf = (outer: ReleasedFinally): ReleasedFinally | undefined =>
    single.find(
      ({ attempt, managed }) =>
        attempt.parent === outer.attempt.block &&
        outer.attempt.block.body.at(-1) === attempt &&
        contains(outer.attempt.block, managed.acquisition.value) &&
        !contains(attempt, managed.acquisition.value),
    );
  const inner = new Set(single.map(innerOf));
  return single.flatMap((outermost) => {
    if (inner.has(outermost)) return [];
    const chain: ReleasedFinally[] = [];
    for (let at: ReleasedFinally | undefined = outermost; at; at = innerOf(at)) chain.push(at);
    return chain.length > 1 ? [chain] : [];
  });
}
