import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The clones below a folder: `OWNER+NAME` or `OWNER/NAME`.
 *
 * @param {string} corpus
 * @param {readonly string[] | undefined} repos `owner/name`; all where it is left out
 * @returns {{ repo: string, clone: string }[]}
 */
export function clonesBelow(corpus, repos) {
  const found = [];
  for (const name of foldersIn(corpus)) {
    if (name.includes("+")) found.push({ repo: name.replace("+", "/"), clone: join(corpus, name) });
    else if (existsSync(join(corpus, name, "package.json"))) continue;
    else {
      for (const each of foldersIn(join(corpus, name))) {
        found.push({ repo: `${name}/${each}`, clone: join(corpus, name, each) });
      }
    }
  }
  return found.filter(({ repo }) => repos?.includes(repo) ?? true);
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name);
}
