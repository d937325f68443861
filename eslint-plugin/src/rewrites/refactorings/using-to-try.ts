import type { TSESTree } from "@typescript-eslint/types";

import { Provenance } from "../../analysis/code/provenance.js";
import { unwrap } from "../../analysis/code/syntax.js";
import { type Edit, inOrder, type Rewrite } from "../edit.js";
import { styleOf } from "../source-style.js";
import { tailOf, wrapInTry } from "../tail.js";
import { innermost, type RefactoredFile } from "./file.js";

/**
 * "Convert `using` to try/finally": the declaration at an offset becomes `const`, and what follows
 * it in its block a `try`, whose `finally` disposes.
 *
 * What `closing` was given as the release is called by itself. One thing changes: where both the
 * body and the release fail, the release's error alone remains.
 */
export function convertUsingToTry(file: RefactoredFile, offset: number): Rewrite | undefined {
  const declaration = innermost(file, offset, isUsing);
  const [declarator, another] = declaration?.declarations ?? [];
  if (!declaration || another || declarator?.id.type !== "Identifier" || !declarator.init) {
    return undefined;
  }
  const provenance = new Provenance(file.scopes, file.types, file.catalogue);
  const { text, ast } = file;
  const tail = tailOf(declaration, text, provenance);
  if (!tail) return undefined;
  const { name } = declarator.id;
  const isAsync = declaration.kind === "await using";
  const closed = releaseGivenTo(declarator.init, name, text, provenance);
  const release = closed?.release ?? bySymbol(file, declarator.init, name, isAsync);
  if (release === undefined) return undefined;
  const code = isAsync ? `await ${release}` : release;
  const [start] = declaration.range;
  const edits = inOrder([
    { range: [start, start + declaration.kind.length], text: "const" },
    ...(closed?.edits ?? []),
    ...wrapInTry(tail, { head: "finally", lines: [code] }, text, styleOf(text, ast)),
  ]);
  return edits && { kind: "suggestion", title: `Release \`${name}\` in a \`finally\``, edits };
}

/** `closing(acquire(), (held) => held.release())`: the acquisition by itself, and its release. */
function releaseGivenTo(
  init: TSESTree.Expression,
  name: string,
  text: string,
  provenance: Provenance,
): { release: string; edits: Edit[] } | undefined {
  const call = unwrap(init);
  if (call.type !== "CallExpression" || call !== init) return undefined;
  const origin = provenance.originOf(call.callee);
  const [resource, release, more] = call.arguments;
  if (origin?.module !== "unwind" || origin.name !== "closing" || !resource || more)
    return undefined;
  const edits: Edit[] = [
    { range: [call.range[0], resource.range[0]], text: "" },
    { range: [resource.range[1], call.range[1]], text: "" },
  ];
  if (/\/[/*]/.test(text.slice(call.range[0], resource.range[0]))) return undefined;
  if (!release) return { release: `${name}.close()`, edits };
  if (release.type !== "ArrowFunctionExpression" || release.body.type !== "CallExpression")
    return undefined;
  const [parameter, another] = release.params;
  const { callee, arguments: given } = release.body;
  if (another || parameter?.type !== "Identifier" || callee.type !== "MemberExpression")
    return undefined;
  const ofHeld = callee.object.type === "Identifier" && callee.object.name === parameter.name;
  if (!ofHeld || given.some(({ type }) => type !== "Literal")) return undefined;
  return { release: name + text.slice(callee.object.range[1], release.body.range[1]), edits };
}

function bySymbol(
  { types }: RefactoredFile,
  init: TSESTree.Expression,
  name: string,
  isAsync: boolean,
): string | undefined {
  const symbols = types.disposeSymbolsOf(init);
  // `await using` also takes what can only be disposed at once; null and undefined it passes over.
  const symbol = isAsync && symbols?.async !== false ? "asyncDispose" : "dispose";
  const { type } = unwrap(init);
  if (isAsync && symbols === undefined) return undefined;
  const mayBeMissing =
    /^(Conditional|Logical|Chain)Expression$/.test(type) || init.type === "ChainExpression";
  return `${name}${mayBeMissing ? "?." : ""}[Symbol.${symbol}]()`;
}

function isUsing(node: TSESTree.Node): node is TSESTree.VariableDeclaration {
  return (
    node.type === "VariableDeclaration" && (node.kind === "using" || node.kind === "await using")
  );
}
