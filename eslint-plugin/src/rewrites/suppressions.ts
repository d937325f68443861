import type { TSESTree } from "@typescript-eslint/types";

import { expectedErrorOf } from "../analysis/outcomes/expected-errors.js";
import { type AnalysedFile, analysisOf } from "../analysis/file-analysis.js";
import { runtimeName } from "../analysis/outcomes/managers.js";
import type { Suppressor } from "../analysis/outcomes/suppressing-exits.js";
import type { Swallow } from "../analysis/outcomes/swallowed.js";
import { isFunction, unwrap } from "../analysis/code/syntax.js";
import type { Rewrite } from "./edit.js";
import type { Managed } from "./managed.js";
import { filterOf, letThrough, narrowAndRethrow, suppressInContext } from "./narrow-suppression.js";
import { styleOf } from "./source-style.js";

type SourceFile = AnalysedFile & Pick<Managed, "ast" | "text" | "project">;

/** The rewrites that make less of what is swallowed, the best first. */
export function rewritesOfSwallow(swallow: Swallow, file: SourceFile): Rewrite[] {
  const { kind, handler, guarded, subject } = swallow;
  if (kind === "rejections") return present(rejectingInstead(guarded));
  if (!handler) return [];
  const expected = expectedErrorOf(guarded, analysisOf(file).provenance);
  const narrowed = expected && narrowAndRethrow(handler, expected, file);
  const suppressed =
    expected && !("func" in handler) ? suppressInContext(handler, expected, file) : undefined;
  const through =
    (kind === "claim" || kind === "loss") && subject
      ? letThrough(handler, subject, file.text)
      : undefined;
  return present(narrowed, suppressed, through);
}

/** The rewrites that let out what is not meant to be suppressed. */
export function rewritesOfSuppressor(suppressor: Suppressor, file: SourceFile): Rewrite[] {
  switch (suppressor.kind) {
    case "generator":
      return [];
    case "filter":
      return present(narrowedFilter(suppressor.filter, file));
    case "exit": {
      const { func, answers, name } = suppressor;
      // Where the type says what it answers, other code may rely on that.
      if (func.returnType || name === "release") return [];
      const edits = [...answers]
        .sort((a, b) => a.range[0] - b.range[0])
        .map(({ range }) => ({ range, text: "false" }));
      return [{ kind: "suggestion", title: "Let every failure out: answer `false`", edits }];
    }
  }
}

/** `suppress(Error)` around code that is known to fail in one way. */
function narrowedFilter(filter: TSESTree.Node, file: SourceFile): Rewrite | undefined {
  const { provenance } = analysisOf(file);
  const surrounding = filter.parent?.parent;
  if (surrounding?.type !== "CallExpression") return undefined;
  if (!/^with(Async)?Context$/.test(runtimeName(surrounding.callee, provenance) ?? "")) {
    return undefined;
  }
  const given = surrounding.arguments[1];
  const body = given && unwrap(given);
  const expected = body && isFunction(body) ? expectedErrorOf(body.body, provenance) : undefined;
  if (!expected) return undefined;
  const text = filterOf(expected, styleOf(file.text, file.ast));
  return {
    kind: "suggestion",
    title: `Suppress only \`${text}\``,
    edits: [{ range: filter.range, text }],
  };
}

function rejectingInstead(settled: TSESTree.Node): Rewrite | undefined {
  if (settled.type !== "CallExpression" || settled.callee.type !== "MemberExpression") {
    return undefined;
  }
  const { property, computed } = settled.callee;
  if (computed) return undefined;
  return {
    kind: "suggestion",
    title: "Wait by `Promise.all`, which rejects as soon as one fails",
    edits: [{ range: property.range, text: "all" }],
  };
}

function present(...rewrites: readonly (Rewrite | undefined)[]): Rewrite[] {
  return rewrites.filter((rewrite) => rewrite !== undefined);
}
