import { lastName } from "../../analysis/code/syntax.js";
import type { Use } from "../../analysis/uses/ownership.js";
import type { Release } from "../../resources/catalogue.js";
import { freshName } from "../fresh-name.js";
import { importEdits } from "../imports.js";
import { addition, type Form, isProvenWithRuntime, isTaken, type Managed } from "../managed.js";
import type { Site } from "../place.js";
import { styleOf } from "../source-style.js";
import { declaredBy } from "./using.js";

/** `using x = closing(…, (held) => held.release())` for objects without a symbol of their own. */
export function closingForm(managed: Managed, site: Site): Form | undefined {
  const { acquisition, ownership, text, ast } = managed;
  const { resource, value } = acquisition;
  if (resource.value !== "object") return undefined;
  // There is nothing that `closing` could close in what is not there.
  if (managed.types.mayBeMissing(value)) return undefined;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  const release = chosenMethod(ownership.uses, resource.release);
  if (release?.kind !== "method" || (release.async && !site.async)) return undefined;
  const parameter = freshName(["held", "resource", "acquired"], site.block, ast);
  if (parameter === undefined || isTaken("closing", managed)) return undefined;
  const keyword = release.async ? "await using" : "using";
  const { init } = site;
  return {
    title: `Manage \`${site.name}\` with \`${keyword}\` and \`closing\`${addition(managed)}`,
    edits: [
      declaredBy(site, keyword),
      { range: [init.range[0], init.range[0]], text: "closing(" },
      {
        range: [init.range[1], init.range[1]],
        text: `, (${parameter}) => ${parameter}.${release.name}())`,
      },
      ...importEdits(["closing"], "unwind", ast, text, styleOf(text, ast)),
    ],
    kind: isProvenWithRuntime(managed) ? "fix" : "suggestion",
    idempotent: resource.idempotentRelease,
  };
}

/**
 * The method by which the code releases already, so that the rewrite does not change how it ends;
 * the best one where it does not. Undefined where the code says more than the end of a block can:
 * `release(error)`, `end("bye")`, or one method here and another there.
 */
function chosenMethod(uses: readonly Use[], releases: readonly Release[]): Release | undefined {
  const methods = new Set<string | undefined>();
  for (const { effect, at } of uses) {
    if (effect !== "release") continue;
    const plain = at.type === "CallExpression" && at.arguments.length === 0;
    methods.add(plain ? lastName(at.callee) : undefined);
  }
  if (methods.size === 0) return releases[0];
  const [name] = methods;
  if (methods.size > 1 || name === undefined) return undefined;
  const release = releases.find((each) => each.kind === "method" && each.name === name);
  // At the end of a block nobody knows whether what stands in it has succeeded.
  return release?.kind === "method" && release.commits ? undefined : release;
}
