import { Worker } from "node:worker_threads";

import type { FileReport } from "eslint-plugin-unwind/session";

import type { Answer, Question, WorkerOptions } from "./messages.js";

/** A newer question about the same file took this one's place. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

export interface AnalyserOptions extends WorkerOptions {
  /** The script that the worker runs. */
  readonly script: string;
  /** Milliseconds after which a check counts as hung, and its worker is replaced. */
  readonly timeLimit: number;
}

interface Waiting {
  readonly path: string;
  readonly text: string;
  resolve(report: FileReport): void;
  reject(error: Error): void;
}

interface Running extends Waiting {
  readonly id: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Checks files in a worker thread, one at a time.
 *
 * A worker that hangs, crashes or runs out of memory fails the question that it was at and is
 * replaced for the next one; the server goes on.
 */
export class Analyser {
  readonly #options: AnalyserOptions;
  /** By path, in the order of asking; the newest question about a file is the only one kept. */
  readonly #waiting = new Map<string, Waiting>();
  #running: Running | undefined;
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(options: AnalyserOptions) {
    this.#options = options;
  }

  /**
   * Checks a file's text.
   *
   * @throws {@link Superseded} When a newer text of the same file was asked about before this one's
   *   turn came.
   */
  check(path: string, text: string): Promise<FileReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.get(path)?.reject(new Superseded());
      this.#waiting.set(path, { path, text, resolve, reject });
      this.#next();
    });
  }

  /** Lets other files see what is on disk in place of the text that was last given. */
  forget(path: string): void {
    this.#waiting.get(path)?.reject(new Superseded());
    this.#waiting.delete(path);
    this.#post({ kind: "forget", path });
  }

  /** Stops the worker; questions still open are rejected. */
  async close(): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(new Superseded());
    this.#waiting.clear();
    await this.#abandon(new Superseded());
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const [first] = this.#waiting.values();
    if (first === undefined) return;
    this.#waiting.delete(first.path);
    const id = ++this.#lastId;
    const timer = setTimeout(() => {
      const seconds = this.#options.timeLimit / 1000;
      void this.#abandon(new Error(`Checking ${first.path} took longer than ${seconds} s.`));
    }, this.#options.timeLimit);
    this.#running = { ...first, id, timer };
    this.#worker ??= this.#start();
    this.#post({ kind: "check", id, path: first.path, text: first.text });
  }

  #start(): Worker {
    const { script, types } = this.#options;
    const workerData: WorkerOptions = { types };
    const worker = new Worker(script, { workerData });
    worker.on("message", (answer: Answer) => {
      const running = this.#finish(answer.id);
      if (running === undefined) return;
      if ("report" in answer) running.resolve(answer.report);
      else running.reject(new Error(answer.failure));
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

  #post(question: Question): void {
    this.#worker?.postMessage(question);
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
