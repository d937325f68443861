import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../analysis/created/acquisitions.js";
import type { Provenance } from "../analysis/code/provenance.js";
import type { Rewrite } from "./edit.js";
import { releaseFunction } from "./release-function.js";
import { styleOf } from "./source-style.js";

/** What stands in the file of an acquisition whose result nobody keeps. */
export interface Discarded {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly provenance: Provenance;
  readonly acquisition: Acquisition;
}

/** Releases at once what a statement acquires and discards: `closeSync(openSync(…))`. */
export function releaseDiscarded(discarded: Discarded): Rewrite | undefined {
  const { value, resource, func } = discarded.acquisition;
  if (value.parent.type !== "ExpressionStatement") return undefined;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  const [release] = resource.release;
  if (release.async && !func.async) return undefined;
  const [start, end] = value.range;
  const prefix = release.async ? "await " : "";
  const title = `Release the ${resource.noun} at once`;
  if (release.kind === "method") {
    const [open, close] = value.type === "AwaitExpression" ? ["(", ")"] : ["", ""];
    // Without a semicolon before it, a parenthesis would call what the line above ends with.
    const { semicolon } = styleOf(discarded.text, discarded.ast);
    const guard = prefix + open === "(" && semicolon === "" ? ";" : "";
    return {
      kind: "suggestion",
      title,
      edits: [
        { range: [start, start], text: guard + prefix + open },
        { range: [end, end], text: `${close}.${release.name}()` },
      ],
    };
  }
  const releaser = releaseFunction(discarded, []);
  if (!releaser) return undefined;
  const further = releaser.furtherArguments === undefined ? "" : `, ${releaser.furtherArguments}`;
  return {
    kind: "suggestion",
    title,
    edits: [
      ...releaser.edits,
      { range: [start, start], text: `${prefix}${releaser.name}(` },
      { range: [end, end], text: `${further})` },
    ],
  };
}
