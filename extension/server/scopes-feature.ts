import type { ScopeEnd } from "eslint-plugin-unwind/session";
import {
  type CancellationToken,
  type Hover,
  type InlayHint,
  MarkupKind,
  type Position,
  type Range,
} from "vscode-languageserver/node";

import { Superseded } from "./analyser.js";
import { rangeOf } from "./diagnostics.js";
import { hintWords, releaseWords, stackWords } from "./scope-words.js";
import type { ServerParts } from "./server-parts.js";
import type { Snapshot } from "./snapshots.js";

/** Says what `using` and stacks release where: on hovering, and as hints at the ends of blocks. */
export function tellReleases({ connection, snapshots, untyped }: ServerParts): void {
  connection.onHover(async ({ textDocument: { uri }, position }, token) => {
    const snapshot = await snapshots.of(uri);
    if (snapshot === undefined) return null;
    const scopes = await scopesOf(snapshot, token);
    return scopes === undefined ? null : hoverAt(position, scopes, snapshot);
  });
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }, token) => {
    const snapshot = await snapshots.of(uri);
    if (snapshot?.settings.inlayHints !== true) return [];
    const scopes = await scopesOf(snapshot, token);
    return scopes === undefined ? [] : hintsIn(range, scopes, snapshot);
  });

  /** Types would add nothing but a name here and there; without them the answer comes at once. */
  async function scopesOf(
    snapshot: Snapshot,
    token: CancellationToken,
  ): Promise<readonly ScopeEnd[] | undefined> {
    // Most files have no such declaration, and are spared.
    if (!/\busing\b/.test(snapshot.subject.text)) return undefined;
    try {
      const scopes = await untyped.ask({ kind: "scopes", ...snapshot.subject }, token);
      snapshots.assertPresent(snapshot, token);
      return scopes;
    } catch (error) {
      if (error instanceof Superseded) return undefined;
      throw error;
    }
  }
}

function hoverAt(
  position: Position,
  scopes: readonly ScopeEnd[],
  { document }: Snapshot,
): Hover | null {
  const offset = document.offsetAt(position);
  const found = scopes
    .flatMap((scope) => scope.releases.map((release) => ({ scope, release })))
    .filter(({ release: { range } }) => range[0] <= offset && offset <= range[1])
    .sort((a, b) => width(a.release.range) - width(b.release.range))[0];
  if (found !== undefined) {
    const { scope, release } = found;
    return hover(releaseWords(release, scope), release.range, document);
  }
  for (const scope of scopes) {
    const stack = scope.stacks.find(({ range }) => range[0] <= offset && offset <= range[1]);
    if (stack !== undefined) return hover(stackWords(stack.name, scope), stack.range, document);
  }
  return null;
}

function width([start, end]: readonly [number, number]): number {
  return end - start;
}

function hover(value: string, range: readonly [number, number], document: Snapshot["document"]) {
  return {
    contents: { kind: MarkupKind.Markdown, value },
    range: rangeOf({ range }, document),
  };
}

function hintsIn(range: Range, scopes: readonly ScopeEnd[], { document }: Snapshot): InlayHint[] {
  return scopes.flatMap((scope) => {
    const position = document.positionAt(scope.end);
    if (position.line < range.start.line || position.line > range.end.line) return [];
    return [{ position, label: hintWords(scope), paddingLeft: true }];
  });
}
