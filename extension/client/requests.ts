import { NotificationType, RequestType } from "vscode-languageclient/node";

/** What the server tells about a document whenever it has checked it. */
export interface DocumentStatus {
  readonly uri: string;
  readonly milliseconds: number;
  readonly typed: boolean;
  readonly findings: number;
  readonly problem?: string;
  readonly skipped: boolean;
}

export interface WorkspaceResult {
  readonly files: number;
  readonly findings: number;
  readonly filesWithFindings: number;
  readonly cancelled: boolean;
  readonly document?: string;
}

// The server's own messages beside the protocol's: see `status.ts` and `workspace-check.ts` there.
export const documentStatus = new NotificationType<DocumentStatus>("unwind/documentStatus");
export const unusableSettings = new NotificationType<{ readonly problems: readonly string[] }>(
  "unwind/unusableSettings",
);
export const checkWorkspace = new RequestType<
  { readonly format?: "sarif" | "html" },
  WorkspaceResult,
  void
>("unwind/checkWorkspace");
export const checkProgress = new NotificationType<{
  readonly done: number;
  readonly total: number;
}>("unwind/checkProgress");
