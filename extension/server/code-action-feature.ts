import { isDeepStrictEqual } from "node:util";

import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver/node";

import { isOnDisk } from "./analysed-path.js";
import { Superseded } from "./analyser.js";
import { asksFor, codeActionKinds, fixAllKind, wants } from "./code-actions.js";
import {
  disablings,
  fixAllOfRule,
  type FixAllData,
  findingsAt,
  quickFixes,
  withheldFixes,
} from "./quick-fixes.js";
import type { ServerParts } from "./server-parts.js";
import type { Snapshot } from "./snapshots.js";
import { workspaceEdit } from "./workspace-edit.js";

/** Offers rewrites, comments that disable a rule, refactorings, and all fixes at once. */
export class CodeActionFeature {
  readonly #parts: ServerParts;
  /** Whether the client asks for an edit when a person has chosen the action. */
  canResolve = false;
  /** Whether the client shows actions that cannot be taken, with the reason. */
  canShowDisabled = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    parts.connection.onCodeAction((asked, token) => notOutdated(this.#offer(asked, token)));
    parts.connection.onCodeActionResolve((action, token) =>
      notOutdated(this.#resolve(action, token)),
    );
  }

  async #offer(params: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
    const { only } = params.context;
    if (!codeActionKinds.some((kind) => wants(only, kind))) return [];
    const { snapshots } = this.#parts;
    const snapshot = await snapshots.of(params.textDocument.uri);
    if (snapshot === undefined) return [];
    const fixes = wants(only, CodeActionKind.QuickFix)
      ? await this.#fixes(snapshot, params, token)
      : [];
    const refactorings = wantsRefactorings(params)
      ? await this.#refactorings(snapshot, params, token)
      : [];
    const actions = [
      ...fixes,
      ...refactorings.filter(
        (each) => !fixes.some((fix) => isDeepStrictEqual(fix.edit, each.edit)),
      ),
      ...(asksFor(only, fixAllKind) ? await this.#fixAll(snapshot, token) : []),
    ];
    snapshots.assertPresent(snapshot, token);
    return actions;
  }

  async #fixes(
    snapshot: Snapshot,
    { range, context: { diagnostics } }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const { reports, snapshots } = this.#parts;
    const { document } = snapshot;
    const report = await reports.of(snapshot);
    snapshots.assertPresent(snapshot, token);
    const findings = findingsAt(report, document, range);
    if (findings.length === 0) return [];
    const all = fixAllOfRule(findings, report, document, diagnostics);
    return [
      ...quickFixes(findings, document, diagnostics),
      ...(this.canShowDisabled ? withheldFixes(findings, document, diagnostics) : []),
      ...(this.canResolve
        ? all
        : await Promise.all(all.map((action) => this.#withEdit(action, snapshot, token)))),
      ...disablings(findings, report, document, diagnostics),
    ];
  }

  async #refactorings(
    snapshot: Snapshot,
    { range }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const { document, subject } = snapshot;
    const offset = document.offsetAt(range.start);
    const analyser = this.#parts.reports.analyserOf(document.uri);
    const offered = await analyser.ask({ kind: "refactor", ...subject, offset }, token);
    return offered.map(({ title, edits }) => ({
      title,
      kind: CodeActionKind.RefactorRewrite,
      edit: workspaceEdit(edits, document),
    }));
  }

  async #fixAll(snapshot: Snapshot, token: CancellationToken): Promise<CodeAction[]> {
    const edit = await this.#editOf(snapshot, undefined, token);
    return edit === undefined
      ? []
      : [{ title: "Apply all fixes that are proven", kind: fixAllKind, edit }];
  }

  async #resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    const { uri, version } = action.data as FixAllData;
    const snapshot = await this.#parts.snapshots.of(uri);
    if (snapshot?.document.version !== version) throw new Superseded();
    return this.#withEdit(action, snapshot, token);
  }

  async #withEdit(
    action: CodeAction,
    snapshot: Snapshot,
    token: CancellationToken,
  ): Promise<CodeAction> {
    const { rule } = action.data as FixAllData;
    const rest: CodeAction = { ...action };
    delete rest.data;
    const edit = await this.#editOf(snapshot, rule, token);
    return edit === undefined ? rest : { ...rest, edit };
  }

  /** What the fixes of a rule, or of all, make of the text: undefined where they change nothing. */
  async #editOf(snapshot: Snapshot, rule: string | undefined, token: CancellationToken) {
    const { untyped, typed, snapshots } = this.#parts;
    const { document, subject } = snapshot;
    // Little is proven without types, so they are waited for.
    const analyser = isOnDisk(document.uri) ? typed : untyped;
    const edits = await analyser.ask({ kind: "fixAll", ...subject, rule }, token);
    snapshots.assertPresent(snapshot, token);
    return edits.length === 0 ? undefined : workspaceEdit(edits, document);
  }
}

/** Not whenever the cursor moves: only when a person asks. */
function wantsRefactorings({ context: { only, triggerKind } }: CodeActionParams): boolean {
  const kind = CodeActionKind.RefactorRewrite;
  return (
    wants(only, kind) && (asksFor(only, kind) || triggerKind !== CodeActionTriggerKind.Automatic)
  );
}

async function notOutdated<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    throw new ResponseError(LSPErrorCodes.ContentModified, "The document has changed.");
  }
}
