import type { TSESTree } from "@typescript-eslint/types";

import { Flow, type Fringe } from "./flow.js";
import type { ControlFlowGraph } from "./control-flow-graph.js";
import { evaluate, evaluateCondition, evaluatePattern } from "./evaluate.js";
import type { RunningCode } from "../code/syntax.js";

/**
 * Builds the control-flow graph of a function or of a module's own code, or gives undefined where
 * that is so large or so deeply nested that its graph would cost more than it tells.
 */
export function buildControlFlow(func: RunningCode): ControlFlowGraph | undefined {
  const flow = new Flow(func);
  try {
    if (func.type === "Program") {
      runAll(flow, func.body);
      flow.join(flow.returned);
      return flow;
    }
    for (const parameter of func.params) evaluatePattern(flow, parameter);
    if (func.body.type === "BlockStatement") {
      runAll(flow, func.body.body);
      flow.join(flow.returned);
    } else {
      // An arrow function's expression body returns its value, as a return statement would.
      evaluate(flow, func.body);
      flow.at(func.body);
      flow.join(flow.returned);
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return flow;
}

function runAll(flow: Flow, statements: readonly TSESTree.ProgramStatement[]): void {
  for (const statement of statements) run(flow, statement);
}

function run(
  flow: Flow,
  statement: TSESTree.ProgramStatement,
  labels: readonly string[] = [],
): void {
  switch (statement.type) {
    case "BlockStatement":
      runLabelled(flow, statement, labels, () => {
        runAll(flow, statement.body);
      });
      return;
    case "ExpressionStatement":
      evaluate(flow, statement.expression);
      return;
    case "VariableDeclaration":
      for (const declarator of statement.declarations) {
        if (declarator.init) evaluate(flow, declarator.init);
        evaluatePattern(flow, declarator.id);
        flow.at(declarator);
      }
      return;
    case "IfStatement":
      runLabelled(flow, statement, labels, () => {
        runIf(flow, statement);
      });
      return;
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      runLoop(flow, statement, labels);
      return;
    case "ForOfStatement":
    case "ForInStatement":
      runIteration(flow, statement, labels);
      return;
    case "SwitchStatement":
      runSwitch(flow, statement, labels);
      return;
    case "TryStatement":
      runLabelled(flow, statement, labels, () => {
        runTry(flow, statement);
      });
      return;
    case "LabeledStatement":
      run(flow, statement.body, [...labels, statement.label.name]);
      return;
    case "ReturnStatement":
      if (statement.argument) evaluate(flow, statement.argument);
      flow.at(statement);
      flow.leave({ kind: "return" });
      return;
    case "ThrowStatement":
      evaluate(flow, statement.argument);
      flow.at(statement);
      flow.mayThrow();
      flow.fringe = [];
      return;
    case "BreakStatement":
    case "ContinueStatement":
      flow.at(statement);
      flow.leave({
        kind: statement.type === "BreakStatement" ? "break" : "continue",
        label: statement.label?.name,
      });
      return;
    case "ClassDeclaration":
      evaluate(flow, statement);
      return;
    case "ExportNamedDeclaration":
      if (statement.declaration?.type === "VariableDeclaration") run(flow, statement.declaration);
      return;
    case "WithStatement":
      evaluate(flow, statement.object);
      run(flow, statement.body);
      return;
    default:
      // Function declarations are hoisted, type declarations and imports do not run.
      return;
  }
}

/** Runs a statement that is no loop, so that only `break` with one of its labels ends it. */
function runLabelled(
  flow: Flow,
  statement: TSESTree.Statement,
  labels: readonly string[],
  body: () => void,
): void {
  if (labels.length === 0) {
    body();
    return;
  }
  const after = flow.newJoin(statement);
  flow.within({ kind: "jump", labels, breakTo: after, anonymousBreak: false }, body);
  flow.join(after);
  flow.fringe = [{ from: after }];
}

function runIf(flow: Flow, statement: TSESTree.IfStatement): void {
  const { whenTrue, whenFalse } = evaluateCondition(flow, statement.test);
  flow.fringe = whenTrue;
  run(flow, statement.consequent);
  const afterConsequent = flow.fringe;
  flow.fringe = whenFalse;
  if (statement.alternate) run(flow, statement.alternate);
  flow.fringe = [...afterConsequent, ...flow.fringe];
}

function runLoop(
  flow: Flow,
  statement: TSESTree.WhileStatement | TSESTree.DoWhileStatement | TSESTree.ForStatement,
  labels: readonly string[],
): void {
  if (statement.type === "ForStatement" && statement.init) {
    if (statement.init.type === "VariableDeclaration") run(flow, statement.init);
    else evaluate(flow, statement.init);
  }
  const head = flow.newHead(statement);
  const next = flow.newJoin(statement);
  const after = flow.newJoin(statement);
  const body = (): void => {
    flow.within(
      { kind: "jump", labels, breakTo: after, continueTo: next, anonymousBreak: true },
      () => {
        run(flow, statement.body);
      },
    );
  };
  flow.join(head);
  flow.fringe = [{ from: head }];
  if (statement.type === "DoWhileStatement") {
    body();
    flow.join(next);
    flow.fringe = [{ from: next }];
    const { whenTrue, whenFalse } = test(flow, statement.test);
    flow.fringe = whenTrue;
    flow.join(head);
    flow.fringe = whenFalse;
  } else {
    const { whenTrue, whenFalse } = test(flow, statement.test);
    flow.fringe = whenTrue;
    body();
    flow.join(next);
    flow.fringe = [{ from: next }];
    if (statement.type === "ForStatement" && statement.update) evaluate(flow, statement.update);
    flow.join(head);
    flow.fringe = whenFalse;
  }
  flow.join(after);
  flow.fringe = [{ from: after }];
}

/** A loop's test; one that is always true has no way out. */
function test(
  flow: Flow,
  expression: TSESTree.Expression | null,
): { whenTrue: Fringe; whenFalse: Fringe } {
  if (!expression || (expression.type === "Literal" && expression.value)) {
    return { whenTrue: flow.fringe, whenFalse: [] };
  }
  return evaluateCondition(flow, expression);
}

function runIteration(
  flow: Flow,
  statement: TSESTree.ForOfStatement | TSESTree.ForInStatement,
  labels: readonly string[],
): void {
  evaluate(flow, statement.right);
  const head = flow.newHead(statement);
  const after = flow.newJoin(statement);
  flow.join(head);
  flow.fringe = [{ from: head }];
  // One point for "the next value is asked for", which may fail in `for await`.
  const next = flow.at(statement);
  if (statement.type === "ForOfStatement" && statement.await) flow.mayThrow();
  flow.join(after);
  flow.fringe = [{ from: next }];
  if (statement.left.type === "VariableDeclaration") run(flow, statement.left);
  else evaluatePattern(flow, statement.left);
  flow.within(
    { kind: "jump", labels, breakTo: after, continueTo: head, anonymousBreak: true },
    () => {
      run(flow, statement.body);
    },
  );
  flow.join(head);
  flow.fringe = [{ from: after }];
}

function runSwitch(
  flow: Flow,
  statement: TSESTree.SwitchStatement,
  labels: readonly string[],
): void {
  evaluate(flow, statement.discriminant);
  const after = flow.newJoin(statement);
  const entries = statement.cases.map((clause) => flow.newJoin(clause));
  statement.cases.forEach((clause, index) => {
    const entry = entries[index];
    if (!clause.test || !entry) return;
    evaluate(flow, clause.test);
    const decided = flow.at(clause);
    flow.join(entry);
    flow.fringe = [{ from: decided }];
  });
  const fallback = entries[statement.cases.findIndex((clause) => !clause.test)] ?? after;
  flow.join(fallback);
  flow.fringe = [];
  flow.within({ kind: "jump", labels, breakTo: after, anonymousBreak: true }, () => {
    statement.cases.forEach((clause, index) => {
      const entry = entries[index];
      if (!entry) return;
      flow.join(entry);
      flow.fringe = [{ from: entry }];
      runAll(flow, clause.consequent);
    });
  });
  flow.join(after);
  flow.fringe = [{ from: after }];
}

function runTry(flow: Flow, statement: TSESTree.TryStatement): void {
  const { block, handler, finalizer } = statement;
  // A moment of its own: what the finalizer does for certain is certain from here on.
  if (finalizer) flow.at(statement);
  const guarded = (): void => {
    if (!handler) {
      runAll(flow, block.body);
      return;
    }
    const caught = flow.newJoin(handler);
    flow.within({ kind: "catch", target: caught }, () => {
      runAll(flow, block.body);
    });
    const afterBlock = flow.fringe;
    flow.fringe = [{ from: caught }];
    flow.at(handler);
    if (handler.param) evaluatePattern(flow, handler.param);
    runAll(flow, handler.body.body);
    flow.fringe = [...afterBlock, ...flow.fringe];
  };
  if (!finalizer) {
    guarded();
    return;
  }
  flow.within(
    {
      kind: "finally",
      node: finalizer,
      copies: new Map(),
      body: () => {
        runAll(flow, finalizer.body);
      },
    },
    guarded,
  );
  runAll(flow, finalizer.body);
}
