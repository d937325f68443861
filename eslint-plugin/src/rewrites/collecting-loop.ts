import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../analysis/created/acquisitions.js";
import { contains, enclosingFunction, memberName, wrapped } from "../analysis/code/syntax.js";
import { adoptBy, declareStack } from "./declare-stack.js";
import { withoutFinally } from "./dissolve.js";
import { inOrder, type Rewrite, withoutSwallowed } from "./edit.js";
import type { Managed } from "./managed.js";
import { isLoop } from "../analysis/flow/repetitions.js";
import { endsWithBlock } from "./redundant-release.js";
import { releaseText } from "./release-text.js";
import { wholeLines } from "./source-style.js";

/** An array into which a loop puts what it acquires, and the loop that releases all of it. */
export interface Collection {
  readonly managed: Managed;
  readonly variable: Variable;
  readonly releasing: TSESTree.ForOfStatement;
}

/** `all.push(acquire())` in a loop, with `for (const each of all) each.close()` at the end. */
export function collectionOf(managed: Managed): Collection | undefined {
  const { acquisition, provenance } = managed;
  const push = wrapped(acquisition.value).parent;
  if (push?.type !== "CallExpression" || push.callee.type !== "MemberExpression") return undefined;
  if (memberName(push.callee) !== "push" || push.arguments.length !== 1) return undefined;
  const variable = provenance.variableOf(push.callee.object);
  const declarator = variable?.defs[0]?.node;
  if (declarator?.type !== "VariableDeclarator" || !variable) return undefined;
  if (declarator.init?.type !== "ArrayExpression" || declarator.init.elements.length > 0)
    return undefined;
  if (enclosingFunction(declarator) !== acquisition.func || !loopAround(acquisition, declarator))
    return undefined;
  const loops = variable.references.flatMap(({ identifier: { parent } }) =>
    parent.type === "ForOfStatement" && isReleasing(parent, managed) ? [parent] : [],
  );
  const [releasing, another] = loops;
  if (
    !releasing ||
    another ||
    isFilledElsewhere(variable.references) ||
    !variable.references.every(({ identifier }) => isHarmless(identifier))
  )
    return undefined;
  return { managed, variable, releasing };
}

/** A stack that takes what the loop acquires; the loop that released it goes. */
export function collectInStack({ managed, variable, releasing }: Collection): Rewrite | undefined {
  const { text, acquisition } = managed;
  const declaration = variable.defs[0]?.node.parent;
  const block = declaration?.parent;
  if (declaration?.type !== "VariableDeclaration" || block?.type !== "BlockStatement")
    return undefined;
  if (!endsWithBlock(releasing, block, declaration.range[0])) return undefined;
  const release = releaseText(managed);
  if (!release || (release.async && !acquisition.func.async)) return undefined;
  const stack = declareStack(managed, declaration, release.async);
  const adopted = stack && adoptBy(stack.name, managed);
  const removed = removalOf(releasing, text);
  if (!stack || !adopted || !removed) return undefined;
  const edits = inOrder(withoutSwallowed([...stack.edits, ...adopted, ...removed]));
  const article = stack.className.startsWith("D") ? "a" : "an";
  return (
    edits && {
      kind: "suggestion",
      title:
        `Collect \`${variable.name}\` in ${article} \`${stack.className}\`, ` +
        `which releases the last one first${stack.addition}`,
      edits,
    }
  );
}

function removalOf(loop: TSESTree.ForOfStatement, text: string) {
  const finalizer = loop.parent;
  const attempt = finalizer.parent;
  if (
    finalizer.type === "BlockStatement" &&
    attempt?.type === "TryStatement" &&
    attempt.finalizer === finalizer &&
    finalizer.body.length === 1
  ) {
    return withoutFinally(attempt, text);
  }
  const lines = wholeLines(text, loop.range);
  return lines && [{ range: lines, text: "" }];
}

/** `for (const each of all) await each.close();`, with no comment that would be lost. */
export function isReleasing(loop: TSESTree.ForOfStatement, managed: Managed): boolean {
  const { left, body } = loop;
  if (loop.await || left.type !== "VariableDeclaration") return false;
  if (/\/[/*]/.test(managed.text.slice(...loop.range))) return false;
  const only = body.type === "BlockStatement" && body.body.length === 1 ? body.body[0] : body;
  if (only?.type !== "ExpressionStatement") return false;
  const { expression } = only;
  const call = expression.type === "AwaitExpression" ? expression.argument : expression;
  const id = left.declarations[0].id;
  if (call.type !== "CallExpression" || id.type !== "Identifier") return false;
  const receiver = call.callee.type === "MemberExpression" ? call.callee.object : call.arguments[0];
  const argument = call.arguments[0];
  const ofEach = [receiver, argument].some(
    (each) => each?.type === "Identifier" && each.name === id.name,
  );
  return ofEach && releaseText(managed)?.is(call) === true;
}

/** Whether something else goes into the array, too, which the stack would not release. */
function isFilledElsewhere(references: Variable["references"]): boolean {
  const filling = references.filter(
    ({ identifier: { parent } }) =>
      parent.type === "MemberExpression" && memberName(parent) === "push",
  );
  return filling.length > 1;
}

/** Whether the array is only filled, looked at and gone through. */
function isHarmless(identifier: TSESTree.Node): boolean {
  const { parent } = identifier;
  if (parent?.type === "VariableDeclarator") return true;
  if (parent?.type === "ForOfStatement") return parent.right === identifier;
  if (parent?.type !== "MemberExpression" || parent.object !== identifier) return false;
  return (
    parent.computed || /^(push|length|at|forEach|entries|keys)$/.test(memberName(parent) ?? "")
  );
}

function loopAround({ value, func }: Acquisition, declarator: TSESTree.Node): boolean {
  let loop = false;
  for (let at = value.parent; at !== func; at = at.parent as TSESTree.Node) {
    if (isLoop(at)) loop ||= !contains(at, declarator);
  }
  return loop;
}
