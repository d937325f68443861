import { applyEdits } from "eslint-plugin-unwind/session";
import ts from "typescript";

import { formOf } from "./forms.mjs";

/**
 * A declaration that an author changed to `using`.
 *
 * @typedef {object} Place
 * @property {string} name of the variable before
 * @property {"using" | "await using"} keyword
 * @property {number} line before, from 1
 * @property {readonly [number, number]} range of the declaration before
 * @property {string} after the text of the function around it, as the author left it
 */

const releases = /\.(?:close|stop|down|cancel|releaseLock|\[Symbol\.\w+\])\(/;

/**
 * The declarations that are `using` after a commit and were not before: each with its counterpart,
 * the one of the same order among those that are initialised alike.
 *
 * @param {string} file
 * @param {string} before
 * @param {string} after
 * @returns {Place[]}
 */
export function authorsPlaces(file, before, after) {
  const old = declarationsIn(file, before);
  const now = declarationsIn(file, after);
  const places = [];
  for (const [index, declaration] of now.entries()) {
    if (declaration.keyword === undefined) continue;
    const order = now.slice(0, index).filter(({ init }) => init === declaration.init).length;
    const counterpart = old.filter(({ init }) => init === declaration.init)[order];
    if (counterpart === undefined || counterpart.keyword !== undefined) continue;
    const { name, line, range } = counterpart;
    places.push({ name, line, range, keyword: declaration.keyword, after: declaration.around });
  }
  return places;
}

function declarationsIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      const flags = node.parent.flags & ts.NodeFlags.BlockScoped;
      const keyword =
        flags === ts.NodeFlags.AwaitUsing
          ? "await using"
          : flags === ts.NodeFlags.Using
            ? "using"
            : undefined;
      found.push({
        name: node.name.text,
        init: node.initializer.getText().replace(/\s+/g, ""),
        keyword,
        line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        range: [node.parent.getStart(), node.end],
        text: node.getText(),
        around: around(node).getText(),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function around(node) {
  let at = node.parent;
  while (!ts.isFunctionLike(at) && !ts.isSourceFile(at)) at = at.parent;
  return at;
}

/**
 * What our rule offers where an author wrote `using`.
 *
 * @param {Place} place
 * @param {readonly import("eslint-plugin-unwind/session").Finding[]} findings of the file before
 * @param {string} before
 * @returns {{ verdict: "same" | "different" | "not offered", ours?: string, why: string }}
 */
export function judgePlace(place, findings, before) {
  const [start, end] = place.range;
  const offers = findings.flatMap((finding) =>
    finding.rewrites.map((rewrite) => ({ ...rewrite, ours: formOf(finding, rewrite) })),
  );
  const own = offers.find(({ edits }) =>
    edits.some(
      ({ range, text }) =>
        range[0] >= start - 1 &&
        range[0] <= end &&
        (text.trim() === place.keyword || text.trim().startsWith(`${place.keyword} ${place.name}`)),
    ),
  );
  const finding = findings.find(({ place: { range } }) => range[0] >= start && range[1] <= end);
  if (own === undefined) {
    if (finding === undefined) return { verdict: "not offered", why: whySilent(place, before) };
    const [best] = finding.rewrites;
    if (best === undefined) return { verdict: "not offered", why: "no rewrite is safe" };
    const ours = formOf(finding, best);
    const why = `ours is "${ours}": the release stays before what follows it`;
    return { verdict: "different", ours, why };
  }
  const { ours } = own;
  const result = applyEdits(before, own.edits);
  const left = releasesOf(place.name, functionAt(result, start));
  const authors = releasesOf(place.name, place.after);
  if (left.length === authors.length) return { verdict: "same", ours, why: "" };
  const more = left.length > authors.length;
  return {
    verdict: "different",
    ours,
    why: more ? "a release stays that the author took away" : "a release goes that the author kept",
  };
}

/** The text of the function in which a declaration that starts at an offset stands. */
function functionAt(text, offset) {
  const [declaration] = declarationsIn("file.ts", text).filter(
    ({ range, keyword }) => keyword !== undefined && Math.abs(range[0] - offset) < 200,
  );
  return declaration?.around ?? "";
}

/** The calls that release a variable. */
function releasesOf(name, text) {
  const plain = name.replace(/^_+/, "");
  return text
    .split("\n")
    .filter((line) => new RegExp(`\\b_?${plain}\\??${releases.source}`).test(line));
}

/** Why the rule sees no leak, as far as the text tells. */
function whySilent({ name, range }, before) {
  const [declaration] = declarationsIn("file.ts", before).filter(
    (each) => each.range[0] === range[0],
  );
  const inside = declaration?.around ?? "";
  const [release] = releasesOf(name, inside);
  if (release === undefined) return "nothing releases it, as is usual for its kind";
  const start = inside.indexOf(declaration.text) + declaration.text.length;
  const between = inside.slice(start, inside.indexOf(release, start));
  if (!between.includes("(")) return "no leak: nothing stands between it and its release";
  if (new RegExp(`[(,[]\\s*${name}\\s*[,)\\]]`).test(between)) {
    return "no leak: it is passed to what may take it over";
  }
  if (/finally\s*\{/.test(inside)) return "no leak: a `finally` releases it";
  return between.includes("await ")
    ? "not known as an acquisition: no entry of the catalogue, no evidence"
    : "no leak: nothing fails between it and its release, as far as names tell";
}
