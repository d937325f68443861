import type * as ts from "typescript";

import type { Documentation } from "./type-source.js";

/** What is documented of the declaration that a call has been resolved to. */
export function documentationOfSignature(signature: ts.Signature): Documentation {
  const last = signature.parameters.at(-1)?.valueDeclaration as
    { dotDotDotToken?: unknown } | undefined;
  return {
    tags: signature.getJsDocTags().map(({ name, text }) => ({
      name,
      text: (text ?? []).map((part) => part.text).join(""),
    })),
    parameters: signature.parameters.map(({ name }) => name),
    rest: last?.dotDotDotToken !== undefined,
  };
}

/**
 * The names by tag, of each file of a program; an editor's next program shares most files. Kept of
 * files without any, too: to look through the texts of a thousand files takes a while.
 */
const namesByFile = new WeakMap<ts.SourceFile, Map<string, ReadonlySet<string>>>();
const noNames: ReadonlySet<string> = new Set();
const namesByProgram = new WeakMap<ts.Program, Map<string, ReadonlySet<string>>>();

/** The names of the functions of a program in whose documentation a tag stands. */
export function namesInProgram(program: ts.Program, tag: string): ReadonlySet<string> {
  return remembered(namesByProgram, program, tag, () => {
    const names = new Set<string>();
    for (const file of program.getSourceFiles()) {
      const own = remembered(namesByFile, file, tag, () =>
        // Almost no file has one, and looking for a text is quicker than visiting its nodes.
        file.text.includes(`@${tag}`) && !program.isSourceFileDefaultLibrary(file)
          ? namesInFile(file, tag)
          : noNames,
      );
      for (const name of own) names.add(name);
    }
    return names;
  });
}

function remembered<Key extends object>(
  known: WeakMap<Key, Map<string, ReadonlySet<string>>>,
  key: Key,
  tag: string,
  find: () => ReadonlySet<string>,
): ReadonlySet<string> {
  const byTag = known.get(key) ?? new Map<string, ReadonlySet<string>>();
  known.set(key, byTag);
  const names = byTag.get(tag) ?? find();
  byTag.set(tag, names);
  return names;
}

/** As far as it matters here, what a node has that documentation stands before. */
interface Documented {
  readonly jsDoc?: readonly { readonly tags?: readonly ts.JSDocTag[] }[];
  readonly name?: { readonly text?: string };
  readonly declarationList?: { readonly declarations: readonly Documented[] };
  readonly modifiers?: readonly ts.Node[];
}

function namesInFile(file: ts.SourceFile, tag: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node, around: string | undefined): void => {
    const { jsDoc, name, declarationList, modifiers } = node as Documented;
    const has = jsDoc?.some(({ tags }) => tags?.some(({ tagName }) => tagName.text === tag));
    if (has) {
      // A constructor has no name of its own: its class does.
      const own = name?.text ?? declarationList?.declarations[0]?.name?.text ?? around;
      if (own !== undefined) names.add(own);
      if (modifiers?.some((each) => each.getText(file) === "default")) names.add("default");
    }
    node.forEachChild((child) => {
      visit(child, name?.text ?? around);
    });
  };
  visit(file, undefined);
  return names;
}
