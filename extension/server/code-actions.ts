import { CodeActionKind } from "vscode-languageserver/node";

/** Our own `source.fixAll`, which a person may choose among those of other extensions. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.unwind`;

/** The kinds of action that the server offers. */
export const codeActionKinds: readonly string[] = [
  CodeActionKind.QuickFix,
  CodeActionKind.RefactorRewrite,
  fixAllKind,
];

/** Whether a client that asks for some kinds of action, or for any, wants this one. */
export function wants(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((each) => kind === each || kind.startsWith(`${each}.`));
}

/** Whether it asks for this kind by name: what `any` does not stand for. */
export function asksFor(only: readonly string[] | undefined, kind: string): boolean {
  return only !== undefined && wants(only, kind);
}
