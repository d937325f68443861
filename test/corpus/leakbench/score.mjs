/** @import { Site } from "./labels.mjs" */

/**
 * One report of the rule.
 *
 * @typedef {object} Report
 * @property {string} repo
 * @property {string} file relative to the repository's root
 * @property {number} line from 1
 * @property {string} [messageId]
 * @property {string} [message]
 *
 * @typedef {{ readonly site: Site, readonly report?: Report }} Scored
 *
 * @typedef {object} Score by what the label says and what the rule said; `UNSURE` is not scored
 * @property {Scored[]} truePositive
 * @property {Scored[]} falsePositive
 * @property {Scored[]} falseNegative
 * @property {Scored[]} trueNegative
 * @property {Report[]} unlabelled reports that answer no site
 */

/**
 * Sets reports against labelled sites. A report answers a site of its file when it starts at most
 * one line above it and at most two below; of several, the first counts.
 *
 * @param {readonly Site[]} sites
 * @param {readonly Report[]} reports
 * @returns {Score}
 */
export function score(sites, reports) {
  const byFile = new Map();
  for (const report of reports) {
    const key = fileOf(report);
    byFile.set(key, [...(byFile.get(key) ?? []), report]);
  }
  const result = {
    truePositive: [],
    falsePositive: [],
    falseNegative: [],
    trueNegative: [],
    unlabelled: [],
  };
  for (const site of sites) {
    if (site.label === "UNSURE") continue;
    const report = byFile.get(fileOf(site))?.find(({ line }) => answers(line, site));
    const leaks = site.label === "LEAK";
    if (report === undefined) result[leaks ? "falseNegative" : "trueNegative"].push({ site });
    else result[leaks ? "truePositive" : "falsePositive"].push({ site, report });
  }
  result.unlabelled = reports.filter(
    (report) =>
      !sites.some((site) => fileOf(site) === fileOf(report) && answers(report.line, site)),
  );
  return result;
}

function answers(line, site) {
  return line >= site.line - 1 && line <= site.line + 2;
}

function fileOf({ repo, file }) {
  return `${repo}\0${file}`;
}

/** What each message says about the path, in the labels' words. */
const kinds = {
  neverReleased: "never",
  discarded: "never",
  leftBehind: "never",
  leaksOnThrow: "exception",
  leaksOnEarlyExit: "early",
  leaksOnPartialFailure: "partial",
  overwritten: "overwritten",
};

/**
 * Whether a report names the path that the label names.
 *
 * @param {Scored} scored a true positive
 */
export function kindAgrees({ site, report }) {
  return kinds[report?.messageId] === site.kind;
}
