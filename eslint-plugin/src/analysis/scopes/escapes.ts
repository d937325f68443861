import { type AnalysedFile, analysisOf } from "../file-analysis.js";
import { EscapeSearch, type ValueEscape } from "./escape-search.js";
import { type ManagedValue, managedValuesIn } from "./managed-values.js";
import { enclosingFunction, memberName, unwrap, wrapped } from "../code/syntax.js";

export type { EscapeKind, ValueEscape } from "./escape-search.js";

/** Finds what a file's blocks release although somebody has it for longer. */
export function findEscapes(file: AnalysedFile): readonly ValueEscape[] {
  return analysisOf(file).once("escapes", () => {
    const { provenance } = analysisOf(file);
    return managedValuesIn(file.ast, provenance).flatMap((managed) => {
      const { variable, value } = managed;
      const func = enclosingFunction(value);
      if (!variable || !func || !isReleasedHere(managed, file)) return [];
      const context = { provenance, types: file.types };
      return new EscapeSearch({ ...managed, variable }, func, context).escapes();
    });
  });
}

/** Whether the block that manages a value does release it: nobody else gets the stack that has it. */
function isReleasedHere({ by, value }: ManagedValue, file: AnalysedFile): boolean {
  if (by.kind === "using") return true;
  const { provenance } = analysisOf(file);
  const stack = provenance.variableOf(unwrap(by.stack));
  const [definition, another] = stack?.defs ?? [];
  const declaration = definition?.node.type === "VariableDeclarator" && definition.node.parent;
  if (!stack || another || !declaration || !declaration.kind.endsWith("using")) return false;
  if (enclosingFunction(declaration) !== enclosingFunction(value)) return false;
  return stack.references.every(({ identifier, init }) => {
    if (init) return true;
    const { parent } = wrapped(identifier);
    if (parent?.type !== "MemberExpression" || parent.object !== wrapped(identifier)) return false;
    return /^(adopt|complete|defer|disposed|enterContext|push|use)$/.test(memberName(parent) ?? "");
  });
}
