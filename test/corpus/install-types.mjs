// Installs what the files of a corpus import, so that their types resolve:
//
//   node test/corpus/install-types.mjs --corpus DIR [--labels FILE] [--repo OWNER/NAME …]
//
// For each clone of the labelled repositories: what the labelled files import, in the versions
// that the clone's manifests name; for a `--repo`: what any of its source files imports. Nothing
// that was installed runs. The packages go to DIR/.types, and the clone's node_modules leads there.
// The clone's own packages are linked, and their declarations, which nobody has built, lead to
// their sources.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { npm } from "../../scripts/lib/run.mjs";
import { defaultLabels, readLabels } from "./leakbench/labels.mjs";
import { importedPackages, packageFolder, readWorkspace, typesOf } from "./packages.mjs";
import { declareSources } from "./declare-sources.mjs";
import { cloneOf } from "./repositories.mjs";
import { sourceFiles } from "./source-files.mjs";

const { values } = parseArgs({
  options: {
    corpus: { type: "string" },
    labels: { type: "string" },
    repo: { type: "string", multiple: true },
  },
});
if (values.corpus === undefined) {
  console.error("usage: install-types.mjs --corpus DIR [--labels FILE] [--repo OWNER/NAME …]");
  process.exit(2);
}
const corpus = resolve(values.corpus);
for (const [repo, files] of values.repo ? wholeRepositories() : labelledFiles()) {
  const clone = cloneOf(corpus, repo);
  if (clone === undefined) console.log(`${repo}: not in ${corpus}, left out`);
  else install(repo, clone, files ?? [...sourceFiles(clone)]);
}

function labelledFiles() {
  const files = new Map();
  for (const { repo, file } of readLabels(values.labels ?? defaultLabels)) {
    const clone = cloneOf(corpus, repo);
    const path = clone && join(clone, file);
    if (!files.has(repo)) files.set(repo, []);
    if (path && existsSync(path)) files.get(repo).push(path);
  }
  return files;
}

function wholeRepositories() {
  return values.repo.map((repo) => [repo, undefined]);
}

function install(repo, clone, files) {
  const workspace = readWorkspace(clone);
  const wanted = new Map();
  for (const [name, range] of importedPackages(workspace, files)) {
    if (range !== undefined) wanted.set(name, range);
  }
  const folder = join(corpus, ".types", repo.replace("/", "+"));
  const modules = join(folder, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  npmInstall(folder, wanted);
  const untyped = [...wanted.keys()].filter((name) => isUntyped(packageFolder(modules, name)));
  for (const name of untyped) {
    if (!name.startsWith("@types/") && !wanted.has(typesOf(name))) wanted.set(typesOf(name), "*");
  }
  npmInstall(folder, wanted);
  for (const [name, target] of workspace.members) {
    const link = packageFolder(modules, name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, "dir");
  }
  const declared = declareSources(workspace);
  leadTo(modules, join(clone, "node_modules"));
  console.log(
    `${repo}: ${wanted.size} packages for ${files.length} files; ${declared} entries lead to sources`,
  );
}

/** What the registry does not have, a private package for example, is left out. */
function npmInstall(folder, wanted) {
  for (;;) {
    const manifest = { private: true, dependencies: Object.fromEntries(wanted) };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, undefined, 1));
    rmSync(join(folder, "package-lock.json"), { force: true });
    const [program, ...args] = npm(
      "install",
      "--ignore-scripts",
      "--legacy-peer-deps",
      "--omit=optional",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    );
    const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
    if (status === 0) return;
    const name = refused(stderr, wanted);
    if (name === undefined) throw new Error(`npm install failed in ${folder}:\n${stderr}`);
    // A version that was never published: any other has nearly the same types.
    if (wanted.get(name) === "*" || !/ETARGET|EINVALID/.test(stderr)) wanted.delete(name);
    else wanted.set(name, "*");
  }
}

function refused(stderr, wanted) {
  const named = stderr.replaceAll("%2f", "/");
  return [...wanted.keys()]
    .filter((name) => new RegExp(`(?:^|['"\\s/])${name}(?:@|['"\\s]|$)`, "m").test(named))
    .sort((a, b) => b.length - a.length)[0];
}

function isUntyped(folder) {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return false;
  const { types, typings, exports } = JSON.parse(readFileSync(manifest, "utf8"));
  if (types !== undefined || typings !== undefined) return false;
  if (JSON.stringify(exports ?? "").includes("types")) return false;
  return !existsSync(join(folder, "index.d.ts"));
}

function leadTo(modules, link) {
  const existing = lstatSync(link, { throwIfNoEntry: false });
  if (existing?.isSymbolicLink()) rmSync(link);
  else if (existing !== undefined) {
    console.log(`${link} is there already; what was installed for it lies in ${modules}`);
    return;
  }
  symlinkSync(modules, link, "dir");
}
