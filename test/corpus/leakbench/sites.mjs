import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { cloneOf, headOf } from "../repositories.mjs";
import { relocate } from "./labels.mjs";

/** @import { Site } from "./labels.mjs" */

/**
 * The labelled sites as they stand in the clones.
 *
 * @typedef {object} Located
 * @property {Site[]} sites those whose file is there, with the line at which they stand there
 * @property {Map<string, Site>} files a site of each labelled file, by the file's absolute path
 * @property {Map<Site, string>} sources the text of each site's file
 * @property {string[]} notices what is missing or differs, one line each
 */

/**
 * Looks the labelled files up in the clones. At another commit than the labels', a site is where
 * its text stands.
 *
 * @param {readonly Site[]} sites
 * @param {string} corpus
 * @returns {Located}
 */
export function locate(sites, corpus) {
  const located = { sites: [], files: new Map(), sources: new Map(), notices: [] };
  for (const [repo, ofRepo] of groupBy(sites, ({ repo }) => repo)) {
    const clone = cloneOf(corpus, repo);
    if (clone === undefined) {
      located.notices.push(
        `${repo} is missing: ${ofRepo.length} sites are not scored; clone it to ${join(corpus, repo.replace("/", "+"))} at ${ofRepo[0].commit}`,
      );
      continue;
    }
    const head = headOf(clone);
    const moved = ofRepo.some(({ commit }) => commit !== head);
    if (moved) {
      located.notices.push(
        `${repo} is at ${head ?? "no commit"}, the labels at ${ofRepo[0].commit}: lines are matched by their text`,
      );
    }
    for (const site of ofRepo) place(site, clone, moved, located);
  }
  return located;
}

function place(site, clone, moved, located) {
  const path = join(clone, site.file);
  if (!existsSync(path)) {
    located.notices.push(`${site.repo} has no ${site.file}: ${site.id} is not scored`);
    return;
  }
  const source = readFileSync(path, "utf8");
  const line = moved ? relocate(site, source) : site.line;
  if (line === undefined) {
    located.notices.push(`${site.repo} ${site.file} no longer holds ${site.id}: not scored`);
    return;
  }
  const placed = { ...site, line };
  located.sites.push(placed);
  located.sources.set(placed, source);
  located.files.set(path, placed);
}

function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}
