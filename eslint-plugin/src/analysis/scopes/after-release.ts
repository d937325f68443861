import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import type { Hazard } from "../../resources/hazards.js";
import type { Acquisition } from "../created/acquisitions.js";
import { destinationOf } from "../held/destination.js";
import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { hazardOf } from "./hazards.js";
import { type AfterRelease, isPlainRelease, LaterUses } from "./later-uses.js";
import { managedValuesIn } from "./managed-values.js";
import { type Ownership, ownershipOf } from "../uses/ownership.js";
import { contains, isFunction, lastName, unwrap } from "../code/syntax.js";

export type { AfterRelease } from "./later-uses.js";

/** Finds uses and releases that come after a release. */
export function findAfterRelease(file: AnalysedFile): readonly AfterRelease[] {
  return analysisOf(file).once("uses after release", () => [...search(file)]);
}

function* search(file: AnalysedFile): Generator<AfterRelease> {
  const analysis = analysisOf(file);
  for (const acquisition of analysis.acquisitions.inFunctions) {
    const { resource, func } = acquisition;
    // What only evidence says to be a resource may do anything after its release.
    if (resource.acquire.length === 0 || resource.madeInside) continue;
    const held = ownershipIn(acquisition, file);
    if (!held) continue;
    const { ownership, by } = held;
    const graph = ownership.uses.some(isPlainRelease) ? analysis.graphOf(func) : undefined;
    if (!graph) continue;
    const told = new Set<TSESTree.Node>();
    for (const use of ownership.uses) {
      if (!isPlainRelease(use)) continue;
      if (by && !resource.idempotentRelease) {
        yield {
          kind: "releasedByBlock",
          acquisition,
          ownership,
          release: use.at,
          later: by,
          steps: [],
        };
      }
      const found = new LaterUses(use, acquisition, ownership, graph, analysis).find();
      if (!found || told.has(found.later)) continue;
      told.add(found.later);
      yield { ...found, acquisition, ownership, release: use.at };
    }
  }
}

/** What has the resource, and the declaration at whose block's end it is released, if one is. */
function ownershipIn(
  acquisition: Acquisition,
  file: AnalysedFile,
): { ownership: Ownership; by: TSESTree.Node | undefined } | undefined {
  const { provenance } = analysisOf(file);
  const { value, resource, func, call } = acquisition;
  const context = { provenance, types: file.types };
  const destination = destinationOf(value, resource, provenance);
  if (destination.derived || destination.part) return undefined;
  if (destination.kind === "variable") {
    const { variable } = destination;
    const [definition, another] = variable.defs;
    // Of a variable of an outer function nobody knows who assigns to it meanwhile.
    if (!definition || another || !contains(func, definition.name)) return undefined;
    const ownership = ownershipOf({ kind: "variable", variable }, resource, func, context);
    return { ownership, by: undefined };
  }
  const managed = analysisOf(file)
    .once("managed values", () => managedValuesIn(file.ast, provenance))
    .find((each) => each.value === call);
  if (managed?.by.kind !== "using" || !managed.variable) return undefined;
  const { variable, closing } = managed;
  const ownership = ownershipOf({ kind: "variable", variable }, resource, func, context);
  // What `closing` is given may do another thing than the release.
  const own = closing
    ? isReleaseOf(closing.arguments[1], resource)
    : resource.dispose !== undefined || isReleasedBy(hazardOf(call, provenance, file.types));
  return { ownership, by: own ? managed.by.declarator : undefined };
}

/** Whether a disposer that does harm besides does release. */
function isReleasedBy(hazard: Hazard | undefined): boolean {
  return hazard?.harm === "commits" || hazard?.harm === "keepsTransaction";
}

/** `(held) => held.release()` */
function isReleaseOf(release: TSESTree.Node | undefined, resource: Resource): boolean {
  if (!release || !isFunction(release)) return false;
  const body = unwrap(release.body);
  return (
    body.type === "CallExpression" &&
    resource.release.some(({ kind, ...rest }) => {
      const { name } = rest as { name?: string };
      return kind === "method" && name === lastName(body.callee);
    })
  );
}
