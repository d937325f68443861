import type { TSESTree } from "@typescript-eslint/types";

import type { ValueEscape } from "../analysis/scopes/escapes.js";
import { contains, isFunction, unwrap, wrapped } from "../analysis/code/syntax.js";
import type { ProjectFacts } from "../types/project.js";
import { declareStack } from "./declare-stack.js";
import { inOrder, type Edit, type Rewrite } from "./edit.js";
import { insertBefore } from "./insert.js";
import type { RewriteMode } from "./mode.js";
import { isQuiet } from "./quiet.js";
import { isGuarded } from "./settled-uses.js";
import { styleOf } from "./source-style.js";

/** What the rewrites need to know of the file. */
interface RewrittenFile {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly project: ProjectFacts;
  readonly rewrite: RewriteMode;
}

/** The ways to let a value live for as long as somebody has it, the best first. */
export function outliveBlock(escape: ValueEscape, file: RewrittenFile): Rewrite[] {
  const { kind } = escape;
  const found =
    kind === "promise"
      ? [awaited(escape)]
      : kind === "returned"
        ? [handedOver(escape, file) ?? movedOut(escape, file)]
        : [];
  return found.filter((each) => each !== undefined);
}

/** `return await promise`: the block is left when the promise has settled. */
function awaited({ at, func, target, managed }: ValueEscape): Rewrite | undefined {
  const statement = returnAround(at);
  if (!func.async || !statement || target !== "") return undefined;
  const whole = wrapped(at);
  // `await a ?? b` would wait for less than what is returned.
  const alone = statement.argument === whole;
  const edits: Edit[] = [{ range: [whole.range[0], whole.range[0]], text: "await " }];
  if (!alone && !isBranch(whole, statement)) return undefined;
  // A `catch` would see what goes to the caller, and a `finally` would come later than it does.
  const guarded = isGuarded(statement, func);
  // Whoever is only given the value may wait for its release.
  const own = at.type === "CallExpression" && rootOf(at) === managed.variable.name;
  return {
    kind: own && !guarded ? "fix" : "suggestion",
    title: guarded
      ? "Wait for the promise here, so that this `try` sees its failure"
      : `Wait for the promise before \`${managed.variable.name}\` is released`,
    edits,
  };
}

/** The variable whose method gives the promise: `x` of `x.select().then(…)`. */
function rootOf(call: TSESTree.CallExpression): string | undefined {
  let at: TSESTree.Node = call;
  for (;;) {
    at = unwrap(at);
    if (at.type === "CallExpression") at = at.callee;
    else if (at.type === "MemberExpression") at = at.object;
    else return at.type === "Identifier" ? at.name : undefined;
  }
}

/** Whether an expression is one of the branches that a `return` may return. */
function isBranch(expression: TSESTree.Node, statement: TSESTree.ReturnStatement): boolean {
  for (let at = expression; at.parent && at.parent !== statement; at = at.parent) {
    const { parent } = at;
    // Of `a ?? b` the type of `a` decides, and `await` binds closer than all of these.
    if (parent.type === "ConditionalExpression" && parent.test !== at) continue;
    if (parent.type === "LogicalExpression" && parent.right === at) continue;
    return false;
  }
  return true;
}

function returnAround(node: TSESTree.Node): TSESTree.ReturnStatement | undefined {
  for (let at = node.parent; at && !isFunction(at); at = at.parent) {
    if (at.type === "ReturnStatement") return at;
  }
  return undefined;
}

/** `const` instead of `using`, where nothing can come between it and the `return`. */
function handedOver(escape: ValueEscape, { text }: RewrittenFile): Rewrite | undefined {
  const place = placeIn(escape);
  if (!place) return undefined;
  const { declaration, statement, block } = place;
  // What comes between would lose the value if it failed, or left the block.
  if (statement.parent !== block) return undefined;
  const between = block.body.filter(
    ({ range }) => range[0] >= declaration.range[1] && range[1] <= statement.range[0],
  );
  if (!between.every(isQuiet) || (statement.argument && !isQuiet(statement.argument))) return;
  const [start] = declaration.range;
  const keyword = /^await\s+using|^using/.exec(text.slice(start))?.[0] ?? "using";
  return {
    kind: "suggestion",
    title: `Declare \`${escape.managed.variable.name}\` by \`const\`: whoever gets it releases it`,
    edits: [{ range: [start, start + keyword.length], text: "const" }],
  };
}

/** A stack that holds the value until it is returned, and then lets go of it. */
function movedOut(escape: ValueEscape, file: RewrittenFile): Rewrite | undefined {
  const { rewrite, ast, text, project } = file;
  const place = placeIn(escape);
  if (!place || rewrite === "try-finally") return undefined;
  const { declaration, statement, block, init } = place;
  const native =
    rewrite === "native" || (rewrite === "auto" && !project.dependsOnRuntime && hasStacks(project));
  const options = { native, scope: block, furtherNames: [`${escape.managed.variable.name}Stack`] };
  const stack = declareStack(
    { ast, text, project, mode: rewrite },
    declaration,
    escape.managed.by.async,
    options,
  );
  const moved = stack && insertBefore(statement, `${stack.name}.move()`, text, styleOf(text, ast));
  if (!moved) return undefined;
  const [start] = declaration.range;
  const keyword = /^await\s+using|^using/.exec(text.slice(start))?.[0] ?? "using";
  const edits = inOrder([
    ...stack.edits,
    { range: [start, start + keyword.length], text: "const" },
    { range: [init.range[0], init.range[0]], text: `${stack.name}.use(` },
    { range: [init.range[1], init.range[1]], text: ")" },
    ...moved,
  ]);
  const name = escape.managed.variable.name;
  const title = `Hold \`${name}\` in a stack until it is returned${stack.addition}`;
  return edits && { kind: "suggestion", title, edits };
}

function hasStacks({ minimumNode }: ProjectFacts): boolean {
  return minimumNode !== undefined && minimumNode[0] >= 24;
}

/** The declaration of what is returned, and the statement that returns it, in one block. */
function placeIn({ managed, at }: ValueEscape) {
  const { by, variable } = managed;
  if (by.kind !== "using" || at.type !== "ReturnStatement") return undefined;
  const { parent: declaration, init } = by.declarator;
  const block = declaration.parent;
  if (declaration.declarations.length > 1 || !init || block.type !== "BlockStatement") return;
  const again = variable.references.some(({ identifier }) => {
    const statement = returnAround(identifier);
    // What was entered is not what releases it; and what is returned in two places has to be let go
    // of in both.
    if (statement === at) return wrapped(identifier).parent?.type === "MemberExpression";
    return statement !== undefined;
  });
  return again || !contains(block, at) ? undefined : { declaration, statement: at, block, init };
}
