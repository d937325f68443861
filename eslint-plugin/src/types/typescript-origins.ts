import type * as ts from "typescript";

import type { Origin } from "../resources/catalogue.js";

/** The module that a declaration stands in, and its path of names within it. */
export function originOfDeclaration(declaration: ts.Declaration): Origin | undefined {
  const names: string[] = [];
  for (let at: ts.Node = declaration; ; at = at.parent) {
    const name = nameOf(at);
    if (name?.quoted) return { module: withoutScheme(name.text), name: joined(names) };
    // What stands in a class or an interface is a member of its instances.
    if (name)
      names.unshift(
        at !== (declaration as ts.Node) && "members" in at ? `${name.text}#` : name.text,
      );
    if (isSourceFile(at)) return inFile(at, names);
  }
}

function isSourceFile(node: ts.Node): node is ts.SourceFile {
  return "fileName" in node;
}

function inFile(file: ts.SourceFile, names: readonly string[]): Origin | undefined {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file.fileName)?.[1];
  if (inPackage === undefined) return undefined;
  if (inPackage === "typescript") return { module: "", name: joined(names) };
  // @types/scope__name declares the package @scope/name.
  const declared = /^@types\/(?:(.+)__)?(.+)$/.exec(inPackage);
  const module = declared
    ? (declared[1] === undefined ? "" : `@${declared[1]}/`) + (declared[2] ?? "")
    : inPackage;
  return { module, name: joined(names) };
}

function nameOf(node: ts.Node): { text: string; quoted: boolean } | undefined {
  const { name } = node as { name?: ts.Node & { text?: string } };
  if (typeof name?.text !== "string") return undefined;
  const source = name.getSourceFile().text;
  return { text: name.text, quoted: /["']/.test(source.charAt(name.getStart())) };
}

function withoutScheme(module: string): string {
  return module.startsWith("node:") ? module.slice("node:".length) : module;
}

/** `["Pool#", "connect"]` is `Pool#connect`, `["promises", "open"]` is `promises.open`. */
function joined(names: readonly string[]): string {
  return names.join(".").replaceAll("#.", "#");
}

/** Whether a symbol stands for another one: an import, an export. */
export function isAlias(symbol: ts.Symbol): boolean {
  // An import's or export's declaration names another; only those have aliased symbols.
  return (symbol.declarations ?? []).some(
    (declaration) =>
      "propertyName" in declaration ||
      "isTypeOnly" in declaration ||
      "moduleReference" in declaration ||
      "exportClause" in declaration,
  );
}
