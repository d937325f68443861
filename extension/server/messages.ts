import type { Edit, FileReport, Rewrite, ScopeEnd } from "eslint-plugin-unwind/session";

/** What the worker is started with. */
export interface WorkerOptions {
  /** Whether it may ask TypeScript for types; without them it answers at once. */
  readonly types: boolean;
  /** Absent for a worker that answers questions about files; else what is checked as a whole. */
  readonly workspace?: readonly WorkspaceFolder[];
  /** What to make of a workspace's findings besides showing them. */
  readonly format?: ReportFormat;
}

/** In what form findings can be written to a file. */
export type ReportFormat = "sarif" | "html";

/** What a person set that decides about findings. Unchecked: the session says what it cannot use. */
export interface AnalysisSettings {
  readonly preset?: unknown;
  readonly rules?: unknown;
  readonly resources?: unknown;
  readonly rewrite?: unknown;
}

/** A folder to be checked as a whole. */
export interface WorkspaceFolder {
  readonly path: string;
  readonly settings: AnalysisSettings;
}

/** A text, and whose settings it is checked with. */
export interface Subject {
  readonly path: string;
  readonly text: string;
  /** The URI of the workspace folder that the file is in, or "". */
  readonly folder: string;
  readonly settings: AnalysisSettings;
}

/** Comments that would disable a finding's rule. */
export interface Disabling {
  readonly line: Edit | undefined;
  readonly file: Edit;
}

/** What is known of a text, as it was checked. */
export interface CheckedText extends FileReport {
  /** For each finding. */
  readonly disablings: readonly Disabling[];
}

/** What may be asked about a text, by name: the further arguments, and what is answered. */
export interface Questions {
  check: { readonly given: object; readonly answer: CheckedText };
  /** What the fixes of one rule, or of all, come to. */
  fixAll: {
    readonly given: { readonly rule: string | undefined };
    readonly answer: readonly Edit[];
  };
  refactor: { readonly given: { readonly offset: number }; readonly answer: readonly Rewrite[] };
  scopes: { readonly given: object; readonly answer: readonly ScopeEnd[] };
}

export type Kind = keyof Questions;

/** From the server to the worker. */
export type Message =
  | { readonly [K in Kind]: Question<K> & { readonly id: number } }[Kind]
  /** Files on disk may have changed. */
  | { readonly kind: "refresh" }
  /** The document was closed: from now on what is on disk counts. */
  | { readonly kind: "forget"; readonly path: string }
  /** The folder was closed: its programs are released. */
  | { readonly kind: "release"; readonly folder: string };

export type Question<K extends Kind> = Subject & Questions[K]["given"] & { readonly kind: K };

/** From the worker to the server: one for each question. */
export type Answer =
  | {
      readonly id: number;
      readonly value: unknown;
      /** Settings that cannot be used, told once. */
      readonly unusable?: readonly string[];
    }
  | { readonly id: number; readonly failure: string };

/** From the worker to the server, unasked: files on which answers depended have changed. */
export interface Outdated {
  readonly outdated: true;
}

/** From the worker that checks a workspace. */
export type Progress =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "report"; readonly report: FileReport }
  | { readonly kind: "unusable"; readonly problem: string }
  | { readonly kind: "end"; readonly files: number; readonly document?: string };
