import { isOnDisk } from "./analysed-path.js";
import { type Analyser, Superseded } from "./analyser.js";
import type { CheckedText } from "./messages.js";
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

/** Milliseconds for which a first report waits for types when the project is likely to be known. */
const patience = 150;

interface Asked {
  /** What the report depends on; a report of another state is out of date. */
  readonly state: string;
  readonly report: Promise<CheckedText>;
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
  /** Whether programs have been made, one of which may hold the next document, too. */
  #warm = false;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /**
   * The report for the document's present text.
   *
   * @throws {@link Superseded} When the document changed before its turn came.
   */
  async of(snapshot: Snapshot): Promise<CheckedText> {
    const { uri } = snapshot.document;
    if (!isOnDisk(uri)) return this.#withoutTypes(snapshot);
    if (this.#settled.has(uri)) return this.#withTypes(snapshot);
    const first = await this.#soonest(snapshot);
    if (this.#settled.has(uri)) return this.#withTypes(snapshot);
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

  /** The report with types where it does not take long, or the one without. */
  async #soonest(snapshot: Snapshot): Promise<CheckedText> {
    if (!this.#warm) {
      // The untyped first, because each of the two has to start its thread.
      const untyped = this.#withoutTypes(snapshot);
      return Promise.race([untyped, this.#withTypes(snapshot)]);
    }
    const typed = this.#withTypes(snapshot);
    const early = await Promise.race([typed, after(patience)]);
    return early ?? Promise.race([this.#withoutTypes(snapshot), typed]);
  }

  #withTypes(snapshot: Snapshot): Promise<CheckedText> {
    return this.#ask(this.#typed, snapshot, async () => {
      const { uri } = snapshot.document;
      try {
        const report = await this.#options.typed.ask({ kind: "check", ...snapshot.subject });
        this.#settled.add(uri);
        this.#warm = true;
        if (this.#provisional.delete(uri)) this.#options.onImproved();
        return report;
      } catch (error) {
        if (error instanceof Superseded) throw error;
        this.#options.log(`${uri}: analysed without types, because of ${String(error)}`);
        return this.#withoutTypes(snapshot);
      }
    });
  }

  #withoutTypes(snapshot: Snapshot): Promise<CheckedText> {
    return this.#ask(this.#untyped, snapshot, () =>
      this.#options.untyped.ask({ kind: "check", ...snapshot.subject }),
    );
  }

  /** Asks once for each state of a document, whoever wants to know. */
  #ask(
    asked: Map<string, Asked>,
    { document: { uri, version }, subject }: Snapshot,
    check: () => Promise<CheckedText>,
  ): Promise<CheckedText> {
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

function after(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}
