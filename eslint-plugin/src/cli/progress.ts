import path from "node:path";

import yoctoSpinner from "yocto-spinner";

/** One line on standard error that tells how far the run is; silent where that is no terminal. */
export class Progress {
  readonly #spinner = isInteractive()
    ? yoctoSpinner({ stream: process.stderr, handleSignals: false })
    : undefined;
  readonly #total: number;
  #done = 0;
  #lastPause = 0;

  constructor(total: number) {
    this.#total = total;
    this.#spinner?.start(`Checking ${total} files`);
  }

  /** Lets the line be drawn, and signals and broken pipes be noticed. */
  async advance(file: string): Promise<void> {
    this.#done++;
    const now = performance.now();
    if (now - this.#lastPause < 50) return;
    this.#lastPause = now;
    if (this.#spinner !== undefined) {
      const width = process.stderr.columns || 80;
      const name = path.relative("", file);
      const text = `Checking ${this.#done} of ${this.#total}: ${name}`;
      this.#spinner.text = text.length > width - 3 ? `${text.slice(0, width - 4)}…` : text;
    }
    await new Promise(setImmediate);
  }

  stop(): void {
    this.#spinner?.stop();
  }
}

function isInteractive(): boolean {
  const { TERM, CI } = process.env;
  return process.stderr.isTTY && TERM !== "dumb" && CI === undefined;
}
