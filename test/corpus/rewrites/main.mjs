// npm run rewrites: applies every rewrite that is offered in real code, one at a time, to a copy in
// memory, and says which of them are wrong. Fails where one is.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { headOf } from "../repositories.mjs";
import { Judge } from "./judge.mjs";
import { offeredIn } from "./offered.mjs";
import { printRepository, printTables, printWrong } from "./print.mjs";
import { clonesBelow } from "./repositories.mjs";

const usage = `npm run rewrites -- --corpus DIR [options]

  --corpus DIR   clones of repositories: DIR/OWNER+NAME or DIR/OWNER/NAME (may be given again)
  --repo NAME    only this repository (OWNER+NAME or OWNER/NAME; may be given again)
  --no-types     without types: for clones whose dependencies are not installed
  --verbose      print the edits of each wrong rewrite

So that types resolve, first install what a repository's files import:
  node test/corpus/install-types.mjs --corpus DIR --repo OWNER/NAME`;

const { corpora, repos, types, verbose } = readOptions();
const clones = corpora.flatMap((corpus) => clonesBelow(corpus, repos));
if (clones.length === 0) fail("There is no clone to run on.");

const judged = [];
for (const { repo, clone } of clones) {
  const started = performance.now();
  const { offered, findings, files, typed, problems } = offeredIn(clone, types);
  const judge = new Judge(types);
  const results = offered.map((one) => ({ repo, ...one, ...judge.judge(one) }));
  judge.close();
  judged.push(...results);
  const seconds = (performance.now() - started) / 1000;
  const about = { repo, commit: headOf(clone), files, typed, findings, seconds, problems };
  printRepository(about, results);
  for (const result of results) if (result.wrong) printWrong(result, verbose);
}
printTables(judged, types);
process.exitCode = judged.some(({ wrong }) => wrong !== undefined) ? 1 : 0;

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        corpus: { type: "string", multiple: true },
        repo: { type: "string", multiple: true },
        "no-types": { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
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
    corpora: values.corpus.map((corpus) => resolve(base, corpus)),
    repos: values.repo?.map((repo) => repo.replace("+", "/")),
    types: !values["no-types"],
    verbose: values.verbose,
  };
}

function fail(line) {
  console.error(line);
  process.exit(2);
}
