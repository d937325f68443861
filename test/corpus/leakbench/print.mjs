import { kindAgrees } from "./score.mjs";

/** @import { Score, Scored } from "./score.mjs" */

/**
 * Prints a score, counts beside percentages.
 *
 * @param {Score} score
 * @param {(scored: Scored) => boolean} isKnown whether the catalogue knows a site's acquisition
 */
export function printScore(score, isKnown) {
  const { truePositive, falsePositive, falseNegative, trueNegative, unlabelled } = score;
  const [tp, fp, fn] = [truePositive.length, falsePositive.length, falseNegative.length];
  const within = (select) => {
    const found = truePositive.filter(select).length;
    return share(found, found + falseNegative.filter(select).length);
  };
  const visible = (scope) => (each) => each.site.visible === scope;
  const rows = [
    ["precision", share(tp, tp + fp)],
    ["recall, all leaks", share(tp, tp + fn)],
    ["  that the function shows", within(visible("intra"))],
    ["    and the catalogue knows", within((each) => visible("intra")(each) && isKnown(each))],
    ["  that the file shows", within(visible("file"))],
    ["  that the project shows", within(visible("project"))],
    ["F1", percent((2 * tp) / Math.max(1, 2 * tp + fp + fn))],
    ["kind of leak agrees", share(truePositive.filter(kindAgrees).length, tp)],
  ];
  console.log(
    `TP ${tp}  FP ${fp}  FN ${fn}  TN ${trueNegative.length}; ` +
      `${unlabelled.length} further reports answer no scored site`,
  );
  for (const [title, value] of rows) console.log(`  ${title.padEnd(28)}${value}`);
}

/**
 * Prints each mistake with the label's reason, and each hit with our message.
 *
 * @param {Score} score
 */
export function printSites({ truePositive, falsePositive, falseNegative, unlabelled }) {
  for (const { site, report } of falsePositive) {
    print("FALSE POSITIVE", `${site.id} (${site.kind ?? site.label}, ${site.visible})`, site);
    console.log(`    we say:    ${report.message}\n    the label: ${site.why}`);
  }
  for (const { site } of falseNegative) {
    print("MISSED", `${site.id} (${site.kind}, ${site.visible})`, site);
    console.log(`    ${site.text}\n    the label: ${site.why}`);
  }
  for (const scored of truePositive) {
    const { site, report } = scored;
    const agrees = kindAgrees(scored) ? "" : `, we say ${report.messageId}`;
    print("FOUND", `${site.id} (${site.kind}, ${site.visible}${agrees})`, site);
    console.log(`    ${report.message}`);
  }
  for (const report of unlabelled) print("NO SCORED SITE", report.message, report);
}

function print(title, what, { repo, file, line }) {
  console.log(`${title} ${what} ${repo} ${file}:${line}`);
}

function share(part, whole) {
  return `${percent(part / Math.max(1, whole)).padStart(7)}  ${part}/${whole}`;
}

function percent(ratio) {
  return `${(100 * ratio).toFixed(1)} %`;
}
