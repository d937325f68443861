import type { TSESTree } from "@typescript-eslint/types";

import { walk } from "../analysis/code/syntax.js";
import type { Edit } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { importEdits } from "./imports.js";
import { insertBefore } from "./insert.js";
import { addition, isTaken, type Managed } from "./managed.js";
import { releaseText } from "./release-text.js";
import { styleOf } from "./source-style.js";

/** The stack that a rewrite declares: the runtime's own, or the language's. */
export interface StackChoice {
  readonly name: string;
  readonly className: string;
  /** The declaration and the import. */
  readonly edits: readonly Edit[];
  /** What a title says of the package, where the project has it not. */
  readonly addition: string;
}

/** How a stack is declared where it is not the only one that there may be. */
interface StackOptions {
  /** Whether it is the language's own, and not the runtime's. */
  readonly native: boolean;
  /** Where its name must be free. */
  readonly scope: TSESTree.Node;
  /** Names to be tried after the usual ones. */
  readonly furtherNames: readonly string[];
}

/** Declares a stack before a statement; undefined where its name or its class would mean another. */
export function declareStack(
  managed: Pick<Managed, "ast" | "text" | "project" | "mode">,
  statement: TSESTree.Statement,
  async: boolean,
  { native, scope, furtherNames }: StackOptions = {
    native: managed.mode === "native",
    scope: statement,
    furtherNames: [],
  },
): StackChoice | undefined {
  const { ast, text } = managed;
  const className = `${async ? "Async" : ""}${native ? "Disposable" : "Exit"}Stack`;
  const name = freshName(["stack", "exitStack", ...furtherNames], scope, ast);
  const taken = native ? declaresName(className, ast) : isTaken(className, managed);
  if (name === undefined || taken) return undefined;
  const style = styleOf(text, ast);
  const keyword = async ? "await using" : "using";
  const declared = insertBefore(statement, `${keyword} ${name} = new ${className}()`, text, style);
  if (!declared) return undefined;
  const imported = native ? [] : importEdits([className], "unwind", ast, text, style);
  return {
    name,
    className,
    edits: [...declared, ...imported],
    addition: native ? "" : addition(managed),
  };
}

/** Whether a file has a name of its own for what the engine offers. */
function declaresName(name: string, ast: TSESTree.Program): boolean {
  let declares = false;
  walk(ast, (node) => {
    const { id, local } = node as { id?: TSESTree.Node | null; local?: TSESTree.Node };
    for (const each of [id, local])
      if (each?.type === "Identifier" && each.name === name) declares = true;
    return undefined;
  });
  return declares;
}

/** What stands around an acquiring expression of which a stack takes what it gives. */
export interface Taking {
  readonly before: string;
  readonly after: string;
  readonly edits: readonly Edit[];
}

/** `stack.adopt(…, release)`; undefined where the release cannot be written down. */
export function takeBy(
  stack: string,
  managed: Managed,
  release = releaseText(managed),
): Taking | undefined {
  const { acquisition, ast } = managed;
  const parameter = freshName(["held", "acquired", "resource"], acquisition.value, ast);
  if (!release || parameter === undefined) return undefined;
  return {
    before: `${stack}.adopt(`,
    after: `, ${release.callback(parameter)})`,
    edits: release.edits,
  };
}

/** The edits that put the taking around the expression where it stands. */
export function adoptBy(stack: string, managed: Managed): Edit[] | undefined {
  const take = takeBy(stack, managed);
  const [start, end] = managed.acquisition.value.range;
  return (
    take && [
      { range: [start, start], text: take.before },
      { range: [end, end], text: take.after },
      ...take.edits,
    ]
  );
}
