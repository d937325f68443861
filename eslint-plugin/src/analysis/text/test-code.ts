import type { TSESTree } from "@typescript-eslint/types";

import { testFrameworks } from "../../resources/test-frameworks.js";

/** Whether a file imports a test framework: what it puts together is as long as its tests make it. */
export function servesTests(ast: TSESTree.Program): boolean {
  return ast.body.some((statement) => {
    if (statement.type === "ImportDeclaration") return testFrameworks.has(statement.source.value);
    if (statement.type !== "VariableDeclaration") return false;
    return statement.declarations.some(({ init }) => {
      const [module] = init?.type === "CallExpression" ? init.arguments : [];
      return module?.type === "Literal" && testFrameworks.has(String(module.value));
    });
  });
}
