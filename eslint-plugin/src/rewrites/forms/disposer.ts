import { hazardOf } from "../../analysis/scopes/hazards.js";
import { lastName } from "../../analysis/code/syntax.js";
import { importEdits, importedName } from "../imports.js";
import { addition, type Form, type Managed } from "../managed.js";
import type { Site } from "../place.js";
import { styleOf } from "../source-style.js";
import { declaredBy } from "./using.js";

/**
 * `await using out = writable(createWriteStream(path))`, for what has a disposer that does harm, or
 * a release that nobody can wait for: the runtime gives it one that comes to an end.
 */
export function disposerForm(managed: Managed, site: Site): Form | undefined {
  const { acquisition, ownership, provenance, types, text, ast } = managed;
  const { resource } = acquisition;
  const hazard = site.async ? hazardOf(acquisition.call, provenance, types) : undefined;
  const remedy = hazard?.remedy;
  // A peer that keeps its half open would hold a socket's end up, and fail it.
  if (remedy?.kind !== "function" || hazard?.noun === "socket" || resource.dispose)
    return undefined;
  if (types.mayBeMissing(acquisition.value)) return undefined;
  const [best] = resource.release;
  // What the code says of the end beyond that, as to whom to tell of it, the disposer does not know.
  const isPlain = ownership.uses.every(
    ({ effect, at, inClosure }) =>
      effect !== "release" ||
      inClosure ||
      (at.type === "CallExpression" &&
        at.arguments.length === 0 &&
        best.kind === "method" &&
        lastName(at.callee) === best.name),
  );
  const name = isPlain ? importedName(remedy.name, remedy.module, managed) : undefined;
  if (!name) return undefined;
  const { init } = site;
  return {
    title: remedy.title(`\`${site.name}\``) + addition(managed),
    edits: [
      declaredBy(site, "await using"),
      { range: [init.range[0], init.range[0]], text: `${name.local}(` },
      { range: [init.range[1], init.range[1]], text: ")" },
      ...importEdits([name.specifier], remedy.module, ast, text, styleOf(text, ast)),
    ],
    kind: "suggestion",
    idempotent: true,
  };
}
