// npm run leakbench: lints the files of labelled acquisition sites and scores the reports.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { checks, Session } from "eslint-plugin-unwind/session";

import { catalogueKnows } from "./known.mjs";
import { defaultLabels, readLabels } from "./labels.mjs";
import { printScore, printSites } from "./print.mjs";
import { score } from "./score.mjs";
import { locate } from "./sites.mjs";

const rule = "no-unmanaged-acquisition";

const usage = `npm run leakbench -- --corpus DIR [options]

  --corpus DIR     the clones of the labelled repositories: DIR/OWNER+NAME or DIR/OWNER/NAME
  --labels FILE    the labelled sites (default: ${defaultLabels})
  --repo NAME      only the sites of this repository (OWNER/NAME; may be given again)
  --no-types       without types
  --verbose        print each mistake with its reason, and each hit with our message
  --findings FILE  write the reports as JSON, in the form that LeakBench's score.mjs reads

So that types resolve, first install what the labelled files import:
  node test/corpus/install-types.mjs --corpus DIR [--labels FILE]`;

const { corpus, labels, repos, types, verbose, findings } = readOptions();
const { sites, files, sources, notices } = locate(
  readLabels(labels).filter(({ repo }) => repos?.includes(repo) ?? true),
  corpus,
);
for (const notice of notices) console.error(`note: ${notice}`);
if (sites.length === 0) fail("No labelled file is there.");

const started = performance.now();
const reports = check();
if (findings !== undefined) writeFileSync(findings, JSON.stringify(reports, undefined, 1));
const result = score(sites, reports);
if (verbose) printSites(result);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `\n${sites.length} sites in ${files.size} files, ${types ? "with" : "without"} types, ${seconds} s, ${reports.length} reports`,
);
printScore(result, ({ site }) => catalogueKnows(sources.get(site), site.line));

/** Only the labelled files, each in the program of its own tsconfig.json. */
function check() {
  const session = new Session({ types, checks: checks.filter(({ name }) => name === rule) });
  const found = [];
  const problems = new Map();
  let typed = 0;
  for (const { path, findings, typed: withTypes, problem } of session.checkFiles(files.keys())) {
    const { repo, file } = files.get(path);
    if (withTypes) typed++;
    if (problem) note(problems, problem, `${repo} ${file}`);
    for (const { messageId, message, place } of findings) {
      found.push({ repo, file, line: place.loc.start.line, rule, messageId, message });
    }
  }
  session.close();
  for (const [message, at] of problems) {
    const others = at.length > 1 ? `, and ${at.length - 1} others` : "";
    console.error(`note: ${message} (${at[0]}${others})`);
  }
  if (types && typed < files.size) {
    console.error(`note: ${files.size - typed} of ${files.size} files were checked without types`);
  }
  return found;
}

/** What is in the way of many files alike is told once. A rule that fails makes the run fail. */
function note(problems, { kind, message }, where) {
  if (kind === "internal") process.exitCode = 1;
  const alike = message.replace(/ on \S+/, "");
  problems.set(alike, [...(problems.get(alike) ?? []), where]);
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        corpus: { type: "string" },
        labels: { type: "string" },
        repo: { type: "string", multiple: true },
        "no-types": { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        findings: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    fail(`${error.message}\n\n${usage}`);
  }
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  if (values.corpus === undefined) fail(`Name the folder of the clones.\n\n${usage}`);
  // npm changes to the repository's root; a relative path is meant from where the person stands.
  const base = process.env.INIT_CWD ?? process.cwd();
  return {
    corpus: resolve(base, values.corpus),
    labels: values.labels === undefined ? defaultLabels : resolve(base, values.labels),
    repos: values.repo,
    findings: values.findings && resolve(base, values.findings),
    types: !values["no-types"],
    verbose: values.verbose,
  };
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
