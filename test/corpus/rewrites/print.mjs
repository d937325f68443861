import { formOf } from "./forms.mjs";

export function printRepository(about, results) {
  const { repo, commit, files, typed, findings, seconds, problems } = about;
  const wrong = results.filter((result) => result.wrong).length;
  console.log(
    `\n${repo} at ${String(commit).slice(0, 9)}: ${files} files (${typed} with types), ${findings} findings, ${results.length} rewrites, ${wrong} wrong, ${seconds.toFixed(0)} s`,
  );
  for (const [kind, count] of problems) console.log(`  note: ${count} files: ${kind}`);
}

export function printWrong({ file, text, finding, rewrite, wrong }, verbose) {
  const { line } = finding.place.loc.start;
  console.log(`  wrong: ${file}:${line} ${rewrite.kind} "${rewrite.title}"`);
  console.log(`    ${wrong.kind}: ${wrong.detail}`);
  if (verbose) printEdits(text, rewrite.edits);
}

/** Each edit of a rewrite: what goes, and what comes in its place. */
function printEdits(text, edits) {
  for (const { range, text: inserted } of edits) {
    const line = text.slice(0, range[0]).split("\n").length;
    const removed = JSON.stringify(text.slice(...range));
    console.log(`      ${line}: ${removed} → ${JSON.stringify(inserted)}`);
  }
}

/** The tables of all repositories: by form, and what is wrong by kind. */
export function printTables(judged, types) {
  const rows = new Map();
  for (const { finding, rewrite, types: checked, wrong } of judged) {
    const form = formOf(finding, rewrite);
    const row = rows.get(form) ?? {
      fix: 0,
      suggestion: 0,
      applied: 0,
      checked: 0,
      left: 0,
      wrong: 0,
    };
    rows.set(form, row);
    row[rewrite.kind]++;
    if (wrong?.kind !== "edits") row.applied++;
    if (checked === "checked") row.checked++;
    if (checked === "unresolved") row.left++;
    if (wrong) row.wrong++;
  }
  const heads = ["fix", "suggestion", "applied", "wrong"];
  if (types) heads.splice(3, 0, "type-checked", "unresolved");
  const keys = { "type-checked": "checked", unresolved: "left" };
  const cells = (row) => heads.map((head) => row[keys[head] ?? head]);
  const sum = Object.fromEntries(
    ["fix", "suggestion", "applied", "checked", "left", "wrong"].map((key) => [
      key,
      [...rows.values()].reduce((total, row) => total + row[key], 0),
    ]),
  );
  const sorted = [...rows].sort((a, b) => b[1].applied - a[1].applied);
  console.log(
    `\n${table(
      ["offered", ...heads],
      [...sorted, ["all", sum]].map(([form, row]) => [form, ...cells(row)]),
    )}`,
  );
  if (types) {
    console.log(
      "\nunresolved: not type-checked, because an import of the file does not resolve in the clone",
    );
  }
  const kinds = new Map();
  for (const { wrong } of judged) {
    if (wrong) kinds.set(wrong.kind, (kinds.get(wrong.kind) ?? 0) + 1);
  }
  console.log(`\n${sum.wrong} of ${sum.fix + sum.suggestion} are wrong`);
  for (const [kind, count] of kinds) console.log(`  ${String(count).padStart(5)}  ${kind}`);
}

function table(heads, rows) {
  const all = [heads, ...rows].map((row) => row.map(String));
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
        )
        .join("  "),
    )
    .join("\n");
}
