import type { TSESTree } from "@typescript-eslint/types";

import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { nameOfMember } from "../code/class-fields.js";
import { localClass } from "../code/classes.js";
import type { Provenance } from "../code/provenance.js";
import { enclosingFunction, walk } from "../code/syntax.js";

/** What a file tells of who has the objects of its classes. */
export interface Instances {
  /** Classes of which a module, or the class itself, keeps an object as long as the process runs. */
  readonly kept: ReadonlySet<TSESTree.ClassBody>;
  /** Classes that other files can name. */
  readonly exported: ReadonlySet<TSESTree.ClassBody>;
}

/** Who has the objects of a file's classes. */
export function instancesOf(file: AnalysedFile): Instances {
  const analysis = analysisOf(file);
  return analysis.once("instances", () => instancesIn(file.ast, analysis.provenance));
}

function instancesIn(program: TSESTree.Program, provenance: Provenance): Instances {
  const kept = new Set<TSESTree.ClassBody>();
  const exported = new Set<TSESTree.ClassBody>();
  walk(program, (node) => {
    if (node.type === "NewExpression") {
      const made = localClass(node.callee, provenance);
      if (made && (!enclosingFunction(node) || isSingleton(node))) kept.add(made);
    } else if (node.type === "ClassBody") {
      const { parent } = node.parent;
      const isExported = parent.type.startsWith("Export") || parent.type === "AssignmentExpression";
      if (isExported || node.parent.type === "ClassExpression") exported.add(node);
      const hasInstance = node.body.some(
        (element) =>
          element.type === "PropertyDefinition" &&
          element.static &&
          /instance|singleton|shared|default/i.test(nameOfMember(element) ?? ""),
      );
      if (hasInstance) kept.add(node);
    } else if (node.type === "ExportSpecifier" || node.type === "ExportDefaultDeclaration") {
      const named = node.type === "ExportSpecifier" ? node.local : node.declaration;
      const body = localClass(named, provenance);
      if (body) exported.add(body);
    } else if (node.type === "AssignmentExpression" || node.type === "Property") {
      // `module.exports = { Pool }`
      const value = node.type === "Property" ? node.value : node.right;
      const body = localClass(value, provenance);
      if (body) exported.add(body);
    }
    return undefined;
  });
  return { kept, exported };
}

/** `instance ??= new Store()`, `Store.shared = new Store()`: put where it outlives every call. */
function isSingleton(node: TSESTree.NewExpression): boolean {
  const { parent } = node;
  if (parent.type !== "AssignmentExpression") return false;
  const { left } = parent;
  if (left.type === "Identifier") return true;
  return left.type === "MemberExpression" && left.object.type === "Identifier";
}
