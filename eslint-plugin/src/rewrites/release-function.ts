import type { TSESTree } from "@typescript-eslint/types";

import type { AcquiredValue } from "../analysis/created/acquisitions.js";
import type { Provenance } from "../analysis/code/provenance.js";
import type { Use } from "../analysis/uses/ownership.js";
import { isFunction, unwrap, walk } from "../analysis/code/syntax.js";
import type { Release } from "../resources/catalogue.js";
import type { Edit } from "./edit.js";
import { importEdits } from "./imports.js";
import { mentions, styleOf } from "./source-style.js";

interface AcquiringFile {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly provenance: Provenance;
  readonly acquisition: AcquiredValue;
}

/** A release by a function, as a rewrite writes it. */
export interface ReleaseCall {
  /** The function's name in this file: `closeSync`, `fs.closeSync`. */
  readonly name: string;
  /** What it is given behind the resource, as source text. */
  readonly furtherArguments: string | undefined;
  readonly async: boolean;
  /** The import that the name needs. */
  readonly edits: readonly Edit[];
}

/**
 * The function by which the code releases already, with the same arguments, so that the rewrite
 * does not change how it ends; the catalogue's best where it does not. Undefined where the code
 * releases in several ways, or in one that cannot be moved.
 */
export function releaseFunction(
  file: AcquiringFile,
  uses: readonly Use[],
): ReleaseCall | undefined {
  const [first, ...others] = uses.filter(({ effect }) => effect === "release");
  if (!first) return bestReleaseFunction(file);
  const call = releaseCall(file, first.at);
  const same = others.every(({ at }) => {
    const other = releaseCall(file, at);
    return other?.name === call?.name && other?.furtherArguments === call?.furtherArguments;
  });
  return same ? call : undefined;
}

/** An existing release that can be written elsewhere in the file as it stands. */
function releaseCall(
  { acquisition, text, provenance }: AcquiringFile,
  node: TSESTree.Node,
): ReleaseCall | undefined {
  if (node.type !== "CallExpression") return undefined;
  // A name of the module level is the same everywhere; what is given must not name anything.
  const origin = provenance.originOf(node.callee);
  const known = acquisition.resource.release.find(
    (release) =>
      release.kind === "function" &&
      release.origin.module === origin?.module &&
      release.origin.name === origin.name,
  );
  const [, ...further] = node.arguments;
  const [begin] = further;
  const end = further.at(-1);
  if (!known || further.some(namesSomething)) return undefined;
  return {
    name: text.slice(...node.callee.range),
    furtherArguments: begin && end ? text.slice(begin.range[0], end.range[1]) : undefined,
    async: known.async,
    edits: [],
  };
}

function namesSomething(argument: TSESTree.Node): boolean {
  const names: TSESTree.Node[] = [];
  walk(argument, (node) => {
    const isKey =
      node.parent?.type === "Property" && node.parent.key === node && !node.parent.shorthand;
    if (isFunction(node) || node.type === "ThisExpression") names.push(node);
    if (node.type === "Identifier" && !isKey) names.push(node);
    return undefined;
  });
  return names.length > 0;
}

/**
 * The release function of Node that has released when it returns: that of the acquiring function's
 * own module, or imported from another one.
 */
export function syncReleaseFunction(file: AcquiringFile): ReleaseCall | undefined {
  const best = bestReleaseFunction(file);
  if (best && !best.async) return best;
  const { acquisition, ast, text } = file;
  const release = acquisition.resource.release.find(
    (each) => each.kind === "function" && !each.async && each.origin.module === "fs",
  );
  if (release?.kind !== "function" || release.origin.name.includes(".")) return undefined;
  const { module, name } = release.origin;
  if (mentions(name, text)) return undefined;
  const prefix = /["']node:/.test(text) ? "node:" : "";
  const edits = importEdits([name], prefix + module, ast, text, styleOf(text, ast));
  return { name, edits, furtherArguments: release.furtherArguments, async: false };
}

/** The release function that the catalogue names first. */
export function bestReleaseFunction(file: AcquiringFile): ReleaseCall | undefined {
  const [release] = file.acquisition.resource.release;
  if (release.kind !== "function") return undefined;
  const reached = nameInFile(file, release);
  return (
    reached && { ...reached, furtherArguments: release.furtherArguments, async: release.async }
  );
}

/** The name under which the file reaches a release function, with the import that it needs. */
function nameInFile(
  { acquisition, ast, text, provenance }: AcquiringFile,
  release: Extract<Release, { kind: "function" }>,
): { name: string; edits: Edit[] } | undefined {
  const name = release.origin.name;
  const callee = unwrap(acquisition.call.callee);
  // `fs.openSync` → `fs.closeSync`: the same object has both.
  if (callee.type === "MemberExpression") {
    return { name: `${text.slice(...callee.object.range)}.${name}`, edits: [] };
  }
  if (callee.type !== "Identifier") return undefined;
  const origin = provenance.originOf(callee);
  // What stands deeper in the module has its neighbours there, not at the top.
  if (origin?.module !== release.origin.module || origin.name.includes(".")) return undefined;
  const declared = provenance.variableOf(callee)?.defs[0];
  if (declared?.node.type === "VariableDeclarator") return takenOut(declared.node, name, text);
  const statement = declared?.node.parent;
  if (declared?.type !== "ImportBinding" || statement?.type !== "ImportDeclaration") {
    return undefined;
  }
  const imported = statement.specifiers.find(
    (specifier) =>
      specifier.type === "ImportSpecifier" &&
      specifier.imported.type === "Identifier" &&
      specifier.imported.name === name,
  );
  if (imported) return { name: imported.local.name, edits: [] };
  if (mentions(name, text)) return undefined;
  const edits = importEdits([name], statement.source.value, ast, text, styleOf(text, ast));
  return { name, edits };
}

/** The same for `const { openSync } = require("fs")`, which may take more out of the module. */
function takenOut(
  { id }: TSESTree.VariableDeclarator,
  name: string,
  text: string,
): { name: string; edits: Edit[] } | undefined {
  if (id.type !== "ObjectPattern") return undefined;
  for (const property of id.properties) {
    if (property.type !== "Property" || property.computed) continue;
    const { key, value } = property;
    if (key.type === "Identifier" && key.name === name && value.type === "Identifier") {
      return { name: value.name, edits: [] };
    }
  }
  const last = id.properties.at(-1);
  if (last?.type !== "Property" || mentions(name, text)) return undefined;
  const end = last.range[1];
  return { name, edits: [{ range: [end, end], text: `, ${name}` }] };
}
