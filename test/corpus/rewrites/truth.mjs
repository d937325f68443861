// Compares rewrites with what authors did by hand: in commits that moved code to `using`, from the
// parent commit, for each declaration that the author changed.
//
//   node test/corpus/rewrites/truth.mjs --corpus DIR [--repo OWNER/NAME …] [--write]
//
// DIR (may be given again) holds clones with their history (OWNER+NAME, OWNER/NAME, or bare as OWNER+NAME/repo). Fails
// where a place is not as truth.json has it; with --write the file is written anew.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { Session } from "eslint-plugin-unwind/session";

import { cloneOf } from "../repositories.mjs";
import { commits } from "./commits.mjs";
import { rules } from "./offered.mjs";
import { authorsPlaces, judgePlace } from "./places.mjs";

const kept = join(import.meta.dirname, "truth.json");

const { values } = parseArgs({
  options: {
    corpus: { type: "string", multiple: true },
    repo: { type: "string", multiple: true },
    write: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
if (values.corpus === undefined) {
  console.error("usage: truth.mjs --corpus DIR [--repo OWNER/NAME …] [--write] [--verbose]");
  process.exit(2);
}

const rows = [];
for (const commit of commits) {
  if (!(values.repo?.includes(commit.repo) ?? true)) continue;
  rows.push(...placesOf(commit));
}
printTable(rows);
if (values.write) writeFileSync(kept, `${JSON.stringify(rows, undefined, 2)}\n`);
else compareWithKept(rows);

function placesOf(commit) {
  const { repo, hash, types, resources } = commit;
  const corpora = values.corpus.map((each) => resolve(process.env.INIT_CWD ?? ".", each));
  const [clone] = corpora.flatMap((corpus) => cloneOf(corpus, repo) ?? []);
  if (clone === undefined) throw new Error(`There is no clone of ${repo}; leave it out by --repo.`);
  const repository = existsSync(join(clone, "repo", "HEAD")) ? join(clone, "repo") : clone;
  const folder = mkdtempSync(join(tmpdir(), "unwind-truth-"));
  const session = new Session({ types, rules, ...(resources && { resources }) });
  const found = [];
  try {
    const files = git(repository, "diff", "--name-only", `${hash}^`, hash).trim().split("\n");
    checkOut(repository, `${hash}^`, types ? ["."] : files, folder);
    // What the library itself gained by the commit, the rewrites of its users need.
    const gained = files.filter((file) => commit.library?.test(file));
    if (gained.length > 0) checkOut(repository, hash, gained, folder);
    if (types && existsSync(join(clone, "node_modules"))) {
      symlinkSync(join(clone, "node_modules"), join(folder, "node_modules"), "dir");
    }
    for (const file of files.filter((each) => /\.[cm]?tsx?$/.test(each))) {
      if (gained.includes(file)) continue;
      const after = git(repository, "show", `${hash}:${file}`);
      const path = join(folder, file);
      if (!existsSync(path)) continue;
      const before = readFileSync(path, "utf8");
      const places = authorsPlaces(file, before, after);
      if (places.length === 0) continue;
      const { findings, problem } = session.check({ path, text: before });
      if (problem) console.error(`note: ${file}: ${problem.message}`);
      if (problem?.kind === "internal") process.exitCode = 1;
      for (const place of places) {
        const { verdict, ours, why } = judgePlace(place, findings, before, after);
        const { line, name, keyword } = place;
        found.push({ repo, file, line, name, author: keyword, ours, verdict, why });
      }
    }
  } finally {
    session.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return found;
}

function checkOut(repository, commit, paths, folder) {
  const archive = execFileSync("git", ["-C", repository, "archive", commit, "--", ...paths], {
    maxBuffer: 1e9,
  });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
}

function git(repository, ...args) {
  return execFileSync("git", ["-C", repository, ...args], { encoding: "utf8", maxBuffer: 1e9 });
}

function printTable(all) {
  for (const { repo, hash } of commits) {
    const own = all.filter((row) => row.repo === repo);
    if (own.length === 0) continue;
    console.log(
      `\n${repo} ${hash}: ${own.length} declarations that the author changed to \`using\``,
    );
    const counts = new Map();
    for (const { verdict, why } of own) {
      const key = why === "" ? verdict : `${verdict}: ${why}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      console.log(`  ${String(count).padStart(4)}  ${key}`);
    }
    if (!values.verbose) continue;
    for (const { file, line, name, author, ours, verdict, why } of own) {
      console.log(
        `    ${file}:${line} ${author} ${name}: ${verdict}; ${ours ?? "nothing"}; ${why}`,
      );
    }
  }
}

function compareWithKept(all) {
  const known = new Map(JSON.parse(readFileSync(kept, "utf8")).map((row) => [keyOf(row), row]));
  for (const row of all) {
    const before = known.get(keyOf(row));
    if (before?.verdict === row.verdict) continue;
    console.error(`${keyOf(row)}: ${row.verdict} (${row.why}), kept as ${before?.verdict}`);
    process.exitCode = 1;
  }
}

function keyOf({ repo, file, line, name }) {
  return `${repo} ${file}:${line} ${name}`;
}
