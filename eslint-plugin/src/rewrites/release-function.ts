import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../analysis/acquisitions.js";
import type { Provenance } from "../analysis/provenance.js";
import { unwrap } from "../analysis/syntax.js";
import type { Release } from "../resources/catalogue.js";
import type { Edit } from "./edit.js";
import { importEdits } from "./imports.js";
import { mentions, styleOf } from "./source-style.js";

interface AcquiringFile {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly provenance: Provenance;
  readonly acquisition: Acquisition;
}

/** The release function by the name under which the file reaches it, with the import it needs. */
export function releaseFunction(
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
