import type { FileReport } from "eslint-plugin-unwind/session";

import { isOnDisk } from "./analysed-path.js";
import { type Analyser, Superseded } from "./analyser.js";
import type { Snapshot } from "./snapshots.js";

export interface ReportsOptions {
  /** Answers at once. */
  readonly untyped: Analyser;
  /** Answers when TypeScript has read the project. */
  readonly typed: Analyser;
  /** A better report than the one that was given is ready. */
  onImproved(): void;
  log(message: string): void;
}

interface Asked {
  /** What the report depends on; a report of another state is out of date. */
  readonly state: string;
  readonly report: Promise<FileReport>;
}

/**
 * The reports of open documents.
 *
 * The first question about a document is answered without types, at once; the typed report follows
 * when TypeScript has read the project. From then on the document's reports are the typed ones, so
 * that findings do not come and go while one types.
 */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #typed = new Map<string, Asked>();
  readonly #untyped = new Map<string, Asked>();
  /** Documents whose typed report has been given or is ready to be. */
  readonly #settled = new Set<string>();
  /** Documents whose newest report is the untyped one, until the typed one is ready. */
  readonly #provisional = new Set<string>();
  #generation = 0;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /**
   * The report for the document's present text.
   *
   * @throws {@link Superseded} When the document changed before its turn came.
   */
  async of(snapshot: Snapshot): Promise<FileReport> {
    const { uri } = snapshot.document;
    if (!isOnDisk(uri)) return this.#withoutTypes(snapshot);
    if (this.#settled.has(uri)) return this.#withTypes(snapshot);
    // First, because each of the two may have to start its thread.
    const untyped = this.#withoutTypes(snapshot);
    const typed = this.#withTypes(snapshot);
    const first = await Promise.race([untyped, typed]);
    if (this.#settled.has(uri)) return typed;
    this.#provisional.add(uri);
    return first;
  }

  /** Who answers at once what its present report is based on. */
  analyserOf(uri: string): Analyser {
    return this.#settled.has(uri) ? this.#options.typed : this.#options.untyped;
  }

  /** A document or a file changed, on which the report of any other may depend. */
  invalidate(): void {
    this.#generation++;
  }

  /** The document was closed. */
  delete(uri: string, path: string): void {
    for (const known of [this.#typed, this.#untyped, this.#settled, this.#provisional]) {
      known.delete(uri);
    }
    this.#options.untyped.forget(path);
    this.#options.typed.forget(path);
    this.invalidate();
  }

  #withTypes(snapshot: Snapshot): Promise<FileReport> {
    return this.#ask(this.#typed, snapshot, async () => {
      const { uri } = snapshot.document;
      try {
        const report = await this.#options.typed.ask({ kind: "check", ...snapshot.subject });
        this.#settled.add(uri);
        if (this.#provisional.delete(uri)) this.#options.onImproved();
        return report;
      } catch (error) {
        if (error instanceof Superseded) throw error;
        this.#options.log(`${uri}: analysed without types, because of ${String(error)}`);
        return this.#withoutTypes(snapshot);
      }
    });
  }

  #withoutTypes(snapshot: Snapshot): Promise<FileReport> {
    return this.#ask(this.#untyped, snapshot, () =>
      this.#options.untyped.ask({ kind: "check", ...snapshot.subject }),
    );
  }

  /** Asks once for each state of a document, whoever wants to know. */
  #ask(
    asked: Map<string, Asked>,
    { document: { uri, version }, subject }: Snapshot,
    check: () => Promise<FileReport>,
  ): Promise<FileReport> {
    const state = [this.#generation, version, JSON.stringify(subject.settings)].join(":");
    const before = asked.get(uri);
    if (before?.state === state) return before.report;
    const question: Asked = { state, report: check() };
    asked.set(uri, question);
    question.report.catch(() => {
      if (asked.get(uri) === question) asked.delete(uri);
    });
    return question.report;
  }
}
