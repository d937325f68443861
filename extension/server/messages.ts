import type { FileReport } from "eslint-plugin-unwind/session";

/** What the worker is started with. */
export interface WorkerOptions {
  /** Whether it may ask TypeScript for types; without them it answers at once. */
  readonly types: boolean;
}

/** From the server to the worker. */
export type Question =
  | { readonly kind: "check"; readonly id: number; readonly path: string; readonly text: string }
  /** The document was closed: from now on what is on disk counts. */
  | { readonly kind: "forget"; readonly path: string };

/** From the worker to the server: one for each `check`. */
export type Answer =
  | { readonly id: number; readonly report: FileReport }
  | { readonly id: number; readonly failure: string };
