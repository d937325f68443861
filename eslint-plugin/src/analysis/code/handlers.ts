import type { TSESTree } from "@typescript-eslint/types";

import { totalObjects } from "../../resources/known-functions.js";
import type { Provenance } from "./provenance.js";
import { calleeName, type FunctionNode, isFunction, objectOf, unwrap, walk } from "./syntax.js";

/** What code does that is run when other code has failed. */
export type Answer =
  /** It goes on as if nothing had happened. */
  | { readonly kind: "silence" }
  /** It gives, or sets, something else in place of what failed, the same for every error. */
  | { readonly kind: "fallback"; readonly value: TSESTree.Node | undefined }
  /** It looks at the error, passes it on, or does something of its own. */
  | { readonly kind: "handling" };

const handling: Answer = { kind: "handling" };
const silence: Answer = { kind: "silence" };

/** What a `catch` clause makes of an error. */
export function answerOfClause(clause: TSESTree.CatchClause, provenance: Provenance): Answer {
  const { param, body } = clause;
  if (param && (param.type !== "Identifier" || isNamed(clause, provenance))) return handling;
  return answerOfStatements(body.body);
}

/** What a function makes of an error that it is given: the second one of `then`, that of `catch`. */
export function answerOfFunction(func: FunctionNode, provenance: Provenance): Answer {
  if (func.generator) return handling;
  const [param, another] = func.params;
  if (another || (param && (param.type !== "Identifier" || isNamed(func, provenance)))) {
    return handling;
  }
  return func.body.type === "BlockStatement"
    ? answerOfStatements(func.body.body)
    : answerOfValue(func.body);
}

function isNamed(declaring: TSESTree.Node, provenance: Provenance): boolean {
  const own = provenance
    .declaredBy(declaring)
    .filter(({ defs }) => defs.some(({ type }) => type === "CatchClause" || type === "Parameter"));
  return own.some(({ references }) => references.length > 0);
}

function answerOfStatements(statements: readonly TSESTree.Statement[]): Answer {
  let answer = silence;
  for (const statement of statements) {
    switch (statement.type) {
      case "EmptyStatement":
        break;
      case "BreakStatement":
        return { kind: "fallback", value: undefined };
      case "ContinueStatement":
        return answer;
      case "ReturnStatement": {
        const value = statement.argument ? answerOfValue(statement.argument) : silence;
        return answer.kind === "silence" ? value : answer;
      }
      case "ExpressionStatement": {
        const { expression } = statement;
        if (expression.type !== "AssignmentExpression" || !isConstant(expression.right)) {
          return handling;
        }
        answer = { kind: "fallback", value: expression.right };
        break;
      }
      default:
        return handling;
    }
  }
  return answer;
}

function answerOfValue(expression: TSESTree.Expression): Answer {
  const value = unwrap(expression);
  if (isNothing(value)) return silence;
  return isConstant(value) ? { kind: "fallback", value } : handling;
}

/** `undefined`, `void 0`, `null`: what a function without a result gives. */
export function isNothing(node: TSESTree.Node): boolean {
  const value = unwrap(node);
  return (
    (value.type === "Identifier" && value.name === "undefined") ||
    (value.type === "UnaryExpression" && value.operator === "void") ||
    (value.type === "Literal" && value.value === null && value.raw === "null")
  );
}

/** Whether evaluating an expression calls nothing: literals, names, and what is made of these. */
function isConstant(expression: TSESTree.Node): boolean {
  let constant = true;
  walk(expression, (node) => {
    if (
      isFunction(node) ||
      /(Call|New|Await|Yield|Import|TaggedTemplate)Expression$/.test(node.type)
    ) {
      constant = false;
    }
    return constant;
  });
  return constant;
}

/** Calls that say something to people, and change nothing else. */
export function isTelling({ callee }: TSESTree.CallExpression): boolean {
  const name = calleeName(callee);
  return totalObjects.has(objectOf(name));
}
