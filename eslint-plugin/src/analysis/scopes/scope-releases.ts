import type { TSESTree } from "@typescript-eslint/types";

import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import type { Provenance } from "../code/provenance.js";
import { contains, memberName, walk } from "../code/syntax.js";

/** A block that releases something when it is left. */
export interface ReleasingScope {
  /** The block, or the loop that releases in each round. */
  readonly node: TSESTree.Node;
  /** Whether it releases at the end of each round of a loop. */
  readonly eachRound: boolean;
  /** In the order in which they are released. */
  readonly releases: readonly ScopeRelease[];
  /** The declarations of stacks whose contents are among the releases. */
  readonly stacks: readonly Pick<ScopeRelease, "name" | "range">[];
}

/** What a block releases. */
export interface ScopeRelease {
  /** A variable's name, or the code that stands for what has none. */
  readonly name: string;
  /** What it is, where the catalogue knows it. */
  readonly noun: string | undefined;
  /** The declaration's keyword and name, or the call by which a stack gets it. */
  readonly range: readonly [start: number, end: number];
  /** Whether the release is waited for. */
  readonly awaited: boolean;
  /** The name of the stack that releases it, if one does. */
  readonly stack: string | undefined;
  /** Where the stack may hand everything on, so that nothing is released here. */
  readonly moved: TSESTree.Node | undefined;
}

/** The methods that give a stack something to release. */
const adopting: ReadonlySet<string | undefined> = new Set([
  ...["use", "adopt", "defer"],
  ...["enterContext", "enterAsyncContext", "push", "pushAsync"],
]);

interface Found {
  readonly eachRound: boolean;
  /** In the order in which they are acquired. */
  readonly releases: ScopeRelease[];
  readonly stacks: ScopeRelease[];
}

/** Longer code is cut. */
const longestName = 40;

/** The blocks of a file that release something, in the order in which they begin. */
export function releasingScopes(file: AnalysedFile & { readonly text: string }): ReleasingScope[] {
  const { provenance, acquisitions } = analysisOf(file);
  const acquired = [...acquisitions.inFunctions, ...acquisitions.ofModule];
  const scopes = new Map<TSESTree.Node, Found>();
  walk(file.ast, (node) => {
    if (node.type !== "VariableDeclaration") return;
    if (node.kind !== "using" && node.kind !== "await using") return;
    const { parent } = node;
    const eachRound = parent.type === "ForOfStatement";
    const block = parent.type === "SwitchCase" ? parent.parent : parent;
    const scope = scopes.get(block) ?? { eachRound, releases: [], stacks: [] };
    scopes.set(block, scope);
    for (const declarator of node.declarations) {
      const resource = acquired.find(({ call }) => contains(declarator, call))?.resource;
      const { name } = declarator.id;
      const release: ScopeRelease = {
        name,
        noun: resource?.noun,
        range: [
          declarator === node.declarations[0] ? node.range[0] : declarator.range[0],
          declarator.id.range[1],
        ],
        awaited: node.kind === "await using",
        stack: undefined,
        moved: undefined,
      };
      const isStack = resource?.handingOver?.includes("move") === true;
      const given = isStack ? givenTo(declarator, release, provenance, file.text) : [];
      scope.releases.push(...(given.length > 0 ? given : [release]));
      if (given.length > 0) scope.stacks.push(release);
    }
  });
  return [...scopes]
    .map(([node, found]) => ({ node, ...found, releases: found.releases.toReversed() }))
    .sort((a, b) => a.node.range[0] - b.node.range[0]);
}

/** What a stack is given, in the order of the calls. */
function givenTo(
  declarator: TSESTree.VariableDeclarator,
  stack: ScopeRelease,
  provenance: Provenance,
  text: string,
): ScopeRelease[] {
  const calls = (provenance.declaredBy(declarator)[0]?.references ?? []).flatMap(
    ({ identifier }) => {
      const member = (identifier as TSESTree.Node).parent;
      if (member?.type !== "MemberExpression" || member.object !== identifier) return [];
      const call = member.parent;
      if (call.type !== "CallExpression" || call.callee !== member) return [];
      return [{ call, method: memberName(member) }];
    },
  );
  const moved = calls.find(({ method }) => method === "move")?.call;
  return calls
    .filter(({ method, call }) => adopting.has(method) && call.arguments.length > 0)
    .map(({ call }) => ({
      ...stack,
      name: nameOf(call, text),
      noun: undefined,
      range: call.range,
      stack: stack.name,
      moved,
    }));
}

/** The variable that a call's result goes to, or what it is given. */
function nameOf(call: TSESTree.CallExpression, text: string): string {
  const outer = call.parent.type === "AwaitExpression" ? call.parent.parent : call.parent;
  if (outer.type === "VariableDeclarator" && outer.id.type === "Identifier") return outer.id.name;
  const [argument = call] = call.arguments;
  const code = text.slice(...argument.range).replace(/\s+/g, " ");
  return code.length > longestName ? `${code.slice(0, longestName - 1)}…` : code;
}
