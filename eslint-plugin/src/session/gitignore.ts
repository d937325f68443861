import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import ignore, { type Ignore } from "ignore";

interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

/** What the .gitignore files from the repository's root down to a folder say. */
export class GitIgnore {
  /** The folder's own level last. */
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** For a folder and all above it, up to the root of the repository that it is in, if any. */
  static of(folder: string): GitIgnore {
    const folders = [folder];
    for (let current = folder; !existsSync(path.join(current, ".git"));) {
      const parent = path.dirname(current);
      // In no repository, what lies above the folder is none of its business.
      if (parent === current) return new GitIgnore([]).within(folder);
      folders.unshift(parent);
      current = parent;
    }
    let result = new GitIgnore([]);
    for (const each of folders) {
      // A folder that is asked for by name is searched, whatever those above say about it.
      if (result.ignores(each, true)) result = new GitIgnore([]);
      result = result.within(each);
    }
    return result;
  }

  /** With the rules of one folder deeper. */
  within(folder: string): GitIgnore {
    let text: string;
    try {
      text = readFileSync(path.join(folder, ".gitignore"), "utf8");
    } catch {
      return this;
    }
    return new GitIgnore([...this.#levels, { folder, rules: ignore().add(text) }]);
  }

  ignores(file: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.#levels.toReversed()) {
      const name = path.relative(folder, file).replaceAll(path.sep, "/");
      const { ignored, unignored } = rules.test(isFolder ? `${name}/` : name);
      if (ignored) return true;
      if (unignored) return false;
    }
    return false;
  }
}
