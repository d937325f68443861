import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import { walk } from "../../analysis/code/syntax.js";
import type { Catalogue } from "../../resources/catalogue.js";
import type { ProjectFacts } from "../../types/project.js";
import type { TypeSource } from "../../types/type-source.js";
import type { RewriteMode } from "../mode.js";

/** A parsed file in which a person asks for a refactoring. */
export interface RefactoredFile {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly scopes: ScopeManager;
  readonly types: TypeSource;
  readonly catalogue: Catalogue;
  readonly project: ProjectFacts;
  readonly rewrite: RewriteMode;
}

/** The innermost node around an offset for which a question is answered with yes. */
export function innermost<Node extends TSESTree.Node>(
  { ast }: RefactoredFile,
  offset: number,
  is: (node: TSESTree.Node) => node is Node,
): Node | undefined {
  let found: Node | undefined;
  walk(ast, (node) => {
    if (offset < node.range[0] || offset > node.range[1]) return false;
    if (is(node)) found = node;
    return undefined;
  });
  return found;
}

/** Methods that release an object, the most telling first. */
export const releasingNames: readonly string[] = [
  "close",
  "dispose",
  "destroy",
  "release",
  "disconnect",
  "shutdown",
  "stop",
  "end",
];
