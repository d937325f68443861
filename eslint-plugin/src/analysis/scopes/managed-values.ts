import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Provenance } from "../code/provenance.js";
import { memberName, unwrap, walk, wrapped } from "../code/syntax.js";

/** A value that is released at the end of a block, and the code that says so. */
export interface ManagedValue {
  /** The value that is managed, without an `await` around it. */
  readonly value: TSESTree.Expression;
  /** All that stands where the value is given away: an `await`, `closing`. */
  readonly given: TSESTree.Expression;
  readonly by:
    /** `using x = value` */
    | {
        readonly kind: "using";
        readonly async: boolean;
        readonly declarator: TSESTree.VariableDeclarator;
      }
    /** `stack.use(value)`, `stack.adopt(value, release)`, `stack.enterContext(value)`. */
    | {
        readonly kind: "stack";
        readonly async: boolean;
        readonly stack: TSESTree.Expression;
        readonly method: string;
        readonly call: TSESTree.CallExpression;
        /** Whether it is one of the runtime's, and not the language's own. */
        readonly ofRuntime: boolean;
      };
  /** The variable that holds the value from then on, where one does. */
  readonly variable: Variable | undefined;
  /** `closing(value, release)` around it, which has another disposer than the value's own. */
  readonly closing: TSESTree.CallExpression | undefined;
}

const takingMethods = new Set(["adopt", "enterContext", "use"]);

/** Every value of a file that `using` or a stack releases. */
export function managedValuesIn(
  program: TSESTree.Program,
  provenance: Provenance,
): readonly ManagedValue[] {
  const found: ManagedValue[] = [];
  walk(program, (node) => {
    if (node.type === "VariableDeclaration" && isUsing(node)) {
      for (const declarator of node.declarations) {
        if (!declarator.init || declarator.id.type !== "Identifier") continue;
        const by = { kind: "using", async: node.kind === "await using", declarator } as const;
        const variable = provenance.declaredBy(declarator)[0];
        found.push({ ...valueIn(declarator.init, provenance), by, variable });
      }
    } else if (node.type === "CallExpression") {
      const taken = takenByStack(node, provenance);
      if (taken) found.push(taken);
    }
    return undefined;
  });
  return found;
}

/** Whether a declaration is `using` or `await using`. */
export function isUsing({ kind }: TSESTree.VariableDeclaration): boolean {
  return kind === "using" || kind === "await using";
}

function takenByStack(
  call: TSESTree.CallExpression,
  provenance: Provenance,
): ManagedValue | undefined {
  const { callee } = call;
  const [first] = call.arguments;
  if (callee.type !== "MemberExpression" || !first || first.type === "SpreadElement") return;
  const method = memberName(callee) ?? "";
  if (!takingMethods.has(method)) return undefined;
  const stack = stackOf(callee.object, provenance);
  if (!stack) return undefined;
  const by = { kind: "stack", ...stack, stack: callee.object, method, call } as const;
  return { ...valueIn(first, provenance), by, variable: holderOf(call, provenance) };
}

/** What kind of stack an expression is, as far as the file itself tells. */
export function stackOf(
  expression: TSESTree.Node,
  provenance: Provenance,
): { readonly async: boolean; readonly ofRuntime: boolean } | undefined {
  const origin = provenance.originOf(expression);
  const { module, name = "" } = origin ?? {};
  if (module === "" && /^(Async)?DisposableStack#$/.test(name)) {
    return { async: name.startsWith("Async"), ofRuntime: false };
  }
  if (module === "unwind" && /^(Async)?ExitStack#$/.test(name)) {
    return { async: name.startsWith("Async"), ofRuntime: true };
  }
  return undefined;
}

/** `const x = stack.use(…)`, also with an `await`. */
function holderOf(call: TSESTree.CallExpression, provenance: Provenance): Variable | undefined {
  let { parent } = wrapped(call);
  if (parent?.type === "AwaitExpression") ({ parent } = wrapped(parent));
  if (parent?.type !== "VariableDeclarator" || parent.id.type !== "Identifier") return undefined;
  return provenance.declaredBy(parent)[0];
}

function valueIn(
  expression: TSESTree.Expression,
  provenance: Provenance,
): Pick<ManagedValue, "value" | "given" | "closing"> {
  const given = expression;
  const value = withoutAwait(expression);
  if (value.type === "CallExpression") {
    const origin = provenance.originOf(value.callee);
    const [first] = value.arguments;
    const isClosing = origin?.module === "unwind" && origin.name === "closing";
    if (isClosing && first && first.type !== "SpreadElement") {
      return { value: withoutAwait(first), given, closing: value };
    }
  }
  return { value, given, closing: undefined };
}

function withoutAwait(expression: TSESTree.Node): TSESTree.Expression {
  const node = unwrap(expression);
  return (node.type === "AwaitExpression" ? unwrap(node.argument) : node) as TSESTree.Expression;
}
