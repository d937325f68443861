import type { Middleware } from "vscode-languageclient/node";

/** Drops code actions that were computed while the document changed under them. */
export const onlyForPresentText = {
  async provideCodeActions(document, range, context, token, next) {
    const { version } = document;
    const actions = await next(document, range, context, token);
    return document.version === version ? actions : [];
  },
} satisfies Middleware;
