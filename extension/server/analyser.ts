import { Worker } from "node:worker_threads";

import type { CancellationToken } from "vscode-languageserver/node";

import type {
  Answer,
  Kind,
  Message,
  Outdated,
  Question,
  Questions,
  WorkerOptions,
} from "./messages.js";

/** A newer question about the same file took this one's place, or nobody wants the answer. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

export interface AnalyserOptions extends WorkerOptions {
  /** The script that the worker runs. */
  readonly script: string;
  /** Milliseconds after which a check counts as hung, and its worker is replaced. */
  readonly timeLimit: number;
  /** Milliseconds after which a worker that nobody asks is ended. Default: never. */
  readonly idleLimit?: number;
  /** Is told when files have changed on which answers depended. */
  onOutdated?(): void;
  /** Is told of settings that cannot be used. */
  onUnusable?(problem: string): void;
}

type Asked = { [K in Kind]: Question<K> }[Kind];

interface Waiting {
  readonly question: Asked;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Running extends Waiting {
  readonly id: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Answers questions about texts in a worker thread, one at a time.
 *
 * A worker that hangs, crashes or runs out of memory fails the question that it was at and is
 * replaced for the next one; the server goes on.
 */
export class Analyser {
  readonly #options: AnalyserOptions;
  /** In the order of asking. Of the checks of a file, the newest is the only one kept. */
  readonly #waiting = new Map<string, Waiting>();
  #running: Running | undefined;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(options: AnalyserOptions) {
    this.#options = options;
  }

  /**
   * Asks a question about a text.
   *
   * @throws {@link Superseded} When a newer text of the same file was to be checked before this
   *   one's turn came, or the token was cancelled before.
   */
  ask<K extends Kind>(
    question: Question<K>,
    token?: CancellationToken,
  ): Promise<Questions[K]["answer"]> {
    return new Promise((resolve, reject) => {
      const { kind, path } = question;
      const key = kind === "check" ? `check:${path}` : `${kind}:${path}:${this.#lastId++}`;
      this.#drop(key);
      const cancellation = token?.onCancellationRequested(() => {
        this.#drop(key);
      });
      this.#waiting.set(key, {
        // The compiler does not see that a question of some kind is one of all kinds.
        question: question as Asked,
        resolve(value) {
          cancellation?.dispose();
          resolve(value as Questions[K]["answer"]);
        },
        reject(error) {
          cancellation?.dispose();
          reject(error);
        },
      });
      this.#next();
    });
  }

  /** Lets other files see what is on disk in place of the text that was last given. */
  forget(path: string): void {
    this.#drop(`check:${path}`);
    this.#post({ kind: "forget", path });
  }

  /** Files on disk may have changed. */
  refresh(): void {
    this.#post({ kind: "refresh" });
  }

  /** Releases what is kept for a workspace folder. */
  release(folder: string): void {
    this.#post({ kind: "release", folder });
  }

  /** Stops the worker; questions still open are rejected. */
  async close(): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(new Superseded());
    this.#waiting.clear();
    await this.#abandon(new Superseded());
  }

  #drop(key: string): void {
    this.#waiting.get(key)?.reject(new Superseded());
    this.#waiting.delete(key);
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const [next] = this.#waiting;
    clearTimeout(this.#idle);
    if (next === undefined) {
      this.#rest();
      return;
    }
    const [key, first] = next;
    this.#waiting.delete(key);
    const id = ++this.#lastId;
    const timer = setTimeout(() => {
      const seconds = this.#options.timeLimit / 1000;
      const { path } = first.question;
      void this.#abandon(new Error(`Checking ${path} took longer than ${seconds} s.`));
    }, this.#options.timeLimit);
    this.#running = { ...first, id, timer };
    this.#worker ??= this.#start();
    this.#post({ ...first.question, id });
  }

  /** Nobody asks: what the worker takes of memory goes after a while. */
  #rest(): void {
    const { idleLimit } = this.#options;
    if (idleLimit === undefined || this.#worker === undefined) return;
    this.#idle = setTimeout(() => {
      void this.#abandon(new Superseded());
    }, idleLimit);
  }

  #start(): Worker {
    const { script, types } = this.#options;
    const workerData: WorkerOptions = { types };
    const worker = new Worker(script, { workerData });
    worker.on("message", (answer: Answer | Outdated) => {
      if ("outdated" in answer) {
        this.#options.onOutdated?.();
        return;
      }
      const running = this.#finish(answer.id);
      if (running === undefined) return;
      if ("failure" in answer) running.reject(new Error(answer.failure));
      else {
        for (const problem of answer.unusable ?? []) this.#options.onUnusable?.(problem);
        running.resolve(answer.value);
      }
      this.#next();
    });
    const lost = (error: Error) => {
      if (this.#worker === worker) void this.#abandon(error);
    };
    worker.on("error", lost);
    worker.on("exit", (code) => {
      lost(new Error(`The analysis ended unexpectedly with exit code ${code}.`));
    });
    return worker;
  }

  #post(message: Message): void {
    this.#worker?.postMessage(message);
  }

  #finish(id: number): Running | undefined {
    const running = this.#running;
    if (running?.id !== id) return undefined;
    clearTimeout(running.timer);
    this.#running = undefined;
    return running;
  }

  /** Gives up the worker and the question that it is at, and goes on with the next question. */
  async #abandon(error: Error): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (this.#running !== undefined) this.#finish(this.#running.id)?.reject(error);
    this.#next();
    await worker?.terminate();
  }
}
