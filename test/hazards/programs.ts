import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { applyEdits, checks, Session } from "eslint-plugin-unwind/session";
import ts from "typescript";

import { root } from "../../scripts/lib/paths.mjs";

/** Programs of a test file: what a rule makes of them, and what they do. */
export class Programs {
  // Inside node_modules, so that the programs find the packages, and nobody transforms them again.
  readonly #folder: string;
  #count = 0;

  constructor() {
    const cache = path.join(root, "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    this.#folder = mkdtempSync(path.join(cache, "hazards-"));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * A program after the first rewrite of the only finding of a rule.
   *
   * @throws Where there is no finding, more than one, or no rewrite.
   */
  mended(text: string, rule: string): string {
    const [found, another] = this.#findingsIn(text, rule);
    const [rewrite] = found?.rewrites ?? [];
    if (!rewrite || another) throw new Error(`Not one finding with a rewrite in:\n${text}`);
    const after = applyEdits(text, rewrite.edits);
    const left = this.#findingsIn(after, rule);
    if (left.length > 0) throw new Error(`${left[0]?.message ?? ""} is still found in:\n${after}`);
    return after;
  }

  #findingsIn(text: string, rule: string) {
    const session = new Session({
      types: false,
      checks: checks.filter(({ name }) => name === rule),
      rules: { [rule]: "on" },
      rewrite: "runtime",
    });
    try {
      const { findings, problem } = session.check({
        path: path.join(this.#folder, "program.ts"),
        text,
      });
      if (problem) throw new Error(problem.message);
      return findings;
    } finally {
      session.close();
    }
  }

  /** Lowers `using`, as a user's build would do it, and gives what the program exports. */
  async load<Exports>(text: string): Promise<Exports> {
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    this.#count += 1;
    const file = path.join(this.#folder, `program-${this.#count}.mjs`);
    writeFileSync(file, outputText);
    return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Exports;
  }
}
