import type { Check, CheckedFile } from "../../src/checks/check.js";
import { defineCheck } from "../../src/checks/check.js";
import { walk } from "../../src/analysis/code/syntax.js";
import type { Rewrite } from "../../src/rewrites/edit.js";
import {
  addDisposeMethod,
  collectIntoStack,
  convertUsingToTry,
  manageWithUsing,
} from "../../src/rewrites/refactorings/index.js";

type Refactoring = (file: CheckedFile, offset: number) => Rewrite | undefined;

/** The prefix of the rules under which refactorings are offered here. */
export const refactoring = "refactoring";

/** What an editor offers without a finding, as rules that find each declaration it is offered for. */
export const refactorings: readonly Check[] = [
  asCheck("manage", manageWithUsing),
  asCheck("collect", collectIntoStack),
  asCheck("convert", convertUsingToTry),
  asCheck("dispose", (file, offset) =>
    addDisposeMethod(file, offset, file.filePath.endsWith(".ts")),
  ),
];

function asCheck(name: string, refactor: Refactoring): Check {
  return defineCheck<"offered", object>({
    name: `${refactoring}-${name}`,
    type: "suggestion",
    description: "Offer a refactoring for every declaration that can have it",
    messages: { offered: "`{{name}}` can be refactored." },
    schema: {},
    defaultOptions: {},
    *run(file) {
      const declarations: { range: [number, number]; loc: CheckedFile["ast"]["loc"] }[] = [];
      walk(file.ast, (node) => {
        const isDeclaration =
          node.type === "VariableDeclaration" || node.type === "ClassDeclaration";
        if (isDeclaration) declarations.push(node);
        return undefined;
      });
      for (const place of declarations) {
        const rewrite = refactor(file, place.range[0]);
        if (!rewrite) continue;
        yield { messageId: "offered", data: { name }, place, path: [], rewrites: [rewrite] };
      }
    },
  });
}
