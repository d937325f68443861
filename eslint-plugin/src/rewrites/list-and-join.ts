import type { TSESTree } from "@typescript-eslint/types";

import type { Accumulation } from "../analysis/text/accumulation.js";
import { analysisOf } from "../analysis/file-analysis.js";
import { type Repetition, repetitionsAround } from "../analysis/flow/repetitions.js";
import { contains, enclosingFunction, isFunction, walk } from "../analysis/code/syntax.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { insertBefore } from "./insert.js";
import { appendedTexts } from "./pieces.js";
import {
  hasComment,
  isStatement,
  isTypeScript,
  replaceAccumulator,
  type RewrittenFile,
} from "./replace-accumulator.js";
import { indentationAt, nextLine, styleOf } from "./source-style.js";

/** Collects the pieces of a text in a list, which is joined where the text is complete. */
export function listAndJoin(accumulation: Accumulation, file: RewrittenFile): Rewrite | undefined {
  const { repetition } = accumulation;
  const edits =
    repetition.kind === "event"
      ? joinWhereRead(accumulation, file)
      : joinAfter(accumulation, repetition, file);
  const { name } = accumulation.accumulator;
  const where = repetition.kind === "event" ? "where it is read" : "after the loop";
  return (
    edits && {
      kind: "suggestion",
      title: `Collect the pieces of \`${name}\` in a list, and join it ${where}`,
      edits,
    }
  );
}

function joinAfter(
  { accumulator }: Accumulation,
  repetition: Repetition,
  file: RewrittenFile,
): Edit[] | undefined {
  const { text, ast } = file;
  const statement = repetition.kind === "loop" ? repetition.node : repetition.call.parent;
  const { variable, isField, name, accesses, growths } = accumulator;
  const block = statement.parent;
  if (!variable || isField || !(block?.type === "BlockStatement" || block?.type === "Program")) {
    return undefined;
  }
  if (repetition.kind !== "loop" && statement.type !== "ExpressionStatement") return undefined;
  const own = accesses.filter(({ node }) => contains(statement, node));
  const others = accesses.filter(({ node }) => !contains(statement, node));
  const func = enclosingFunction(statement);
  if (own.some(({ kind }) => kind !== "grow" && kind !== "self")) return undefined;
  if (others.some(({ node }) => enclosingFunction(node) !== func)) return undefined;
  // In another loop it would go on growing.
  const { provenance } = analysisOf(file);
  const growsAgain = others.some(
    ({ kind, node }) => kind === "grow" && !repetitionsAround(node, provenance).next().done,
  );
  if (growsAgain) return undefined;
  if (leavesByLabel(statement) || isReadOnFailure(statement, accumulator.accesses))
    return undefined;
  const parts = freshName(["parts", "pieces", `${name}Parts`], statement, ast);
  const style = styleOf(text, ast);
  const list = `const ${parts ?? ""}${isTypeScript(file) ? ": string[]" : ""} = []`;
  const declared = insertBefore(statement as TSESTree.Statement, list, text, style);
  const joined = `${name} += ${parts ?? ""}.join(${style.quote}${style.quote})${style.semicolon}`;
  const after = insertAfter(statement, joined, text, style.lineEnd);
  if (parts === undefined || !declared || !after) return undefined;
  const edits: Edit[] = [...declared, after];
  for (const growth of growths) {
    if (!contains(statement, growth.node)) continue;
    const texts = appendedTexts(growth, file);
    if (!texts || !isStatement(growth.node)) return undefined;
    if (hasComment(text, growth.node, growth.pieces)) return undefined;
    edits.push({ range: growth.node.range, text: `${parts}.push(${texts.join(", ")})` });
  }
  return inOrder(edits);
}

/** The list takes the text's place, which is joined wherever it was read. */
function joinWhereRead({ accumulator }: Accumulation, file: RewrittenFile): Edit[] | undefined {
  const { provenance } = analysisOf(file);
  const { quote } = styleOf(file.text, file.ast);
  return replaceAccumulator(accumulator, file, {
    initial: (init) => (init.type === "Literal" && init.value === "" ? "[]" : undefined),
    annotation: isTypeScript(file) ? ": string[]" : "",
    grow: (growth) => {
      const texts = appendedTexts(growth, file);
      return texts && `${accumulator.name}.push(${texts.join(", ")})`;
    },
    read: ({ node }) => {
      const [again] = repetitionsAround(node, provenance);
      return again ? undefined : joinedRead(node, `${accumulator.name}.join(${quote}${quote})`);
    },
  });
}

/** Another expression in the place of a name, also in `{ name }`. */
export function joinedRead(
  node: TSESTree.Node,
  text: string,
): { node: TSESTree.Node; text: string } {
  const { parent } = node;
  const isShorthand = parent?.type === "Property" && parent.shorthand;
  return { node, text: isShorthand && node.type === "Identifier" ? `${node.name}: ${text}` : text };
}

/** Inserts a line after a statement, and after the comment that shares its last line. */
export function insertAfter(
  statement: TSESTree.Node,
  code: string,
  text: string,
  lineEnd: string,
): Edit | undefined {
  const next = nextLine(text, statement.range[1]);
  const rest = text.slice(statement.range[1], next).trim();
  if (rest !== "" && !rest.startsWith("//")) return undefined;
  const indentation = indentationAt(text, statement.range[0]);
  const isLast = !text.slice(0, next).endsWith("\n");
  const line = isLast ? `${lineEnd}${indentation}${code}` : `${indentation}${code}${lineEnd}`;
  return { range: [next, next], text: line };
}

/** Whether control goes on elsewhere than behind a statement, or to its own next round. */
function leavesByLabel(statement: TSESTree.Node): boolean {
  let leaves = statement.parent?.type === "LabeledStatement";
  walk(statement, (node) => {
    if (isFunction(node)) return false;
    if (node.type === "BreakStatement" || node.type === "ContinueStatement") {
      leaves ||= node.label !== null;
    }
    return undefined;
  });
  return leaves;
}

/** Whether a `catch` or `finally` around a statement reads what has come by then. */
function isReadOnFailure(
  statement: TSESTree.Node,
  accesses: Accumulation["accumulator"]["accesses"],
): boolean {
  for (let at = statement.parent; at && !isFunction(at); at = at.parent) {
    if (at.type !== "TryStatement") continue;
    const { handler, finalizer } = at;
    const mentioned = accesses.some(({ node }) =>
      [handler, finalizer].some((part) => part && contains(part, node)),
    );
    // Behind a `try` that has caught, too, what has come by then may be read.
    if (mentioned || (handler && accesses.some(({ node }) => node.range[0] > at.range[1]))) {
      return true;
    }
  }
  return false;
}
