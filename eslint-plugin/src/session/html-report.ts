import path from "node:path";

import type { FileReport, ReportedFinding } from "./report.js";

/** Lines of source before and after a step that are shown with it. */
const around = 1;

/** Longer lines are cut. */
const widestLine = 200;

/**
 * One HTML page, without scripts and without anything from elsewhere, that shows findings with
 * their paths in the source and what mends them.
 *
 * @param workingDirectory What paths are given relative to.
 */
export function htmlReport(
  reports: Iterable<Pick<FileReport, "path" | "text" | "findings">>,
  workingDirectory: string,
): string {
  const sections: string[] = [];
  let count = 0;
  for (const { path: file, text, findings } of reports) {
    if (findings.length === 0) continue;
    count += findings.length;
    const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
    const name = path.relative(workingDirectory, file).replaceAll(path.sep, "/");
    const shown = findings.map((finding) => findingOf(finding, lines)).join("\n");
    sections.push(`<section>\n<h2>${escape(name)}</h2>\n${shown}\n</section>`);
  }
  const sum = `${count} ${count === 1 ? "finding" : "findings"} in ${sections.length} ${sections.length === 1 ? "file" : "files"}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Unwind: ${sum}</title>
<style>${style}</style>
</head>
<body>
<h1>${sum}</h1>
${sections.join("\n")}
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font: 600 1rem ui-monospace, monospace; border-bottom: 1px solid #8886; }
article { margin: 0 0 2rem; }
.error::before { content: "error "; color: #d33; }
.warn::before { content: "warning "; color: #b80; }
pre { overflow-x: auto; padding: .5rem 1rem; background: #8881; }
.step { font-style: italic; opacity: .8; }
.line { opacity: .5; }
`;

function findingOf(finding: ReportedFinding, lines: readonly string[]): string {
  const { rule, message, severity, place, path: steps, rewrites } = finding;
  const { line, column } = place.loc.start;
  const shown = steps.length === 0 ? [{ message: "here", place }] : steps;
  const items = shown.map((step) => {
    const at = step.place.loc.start.line;
    return `<li><span class="step">${escape(step.message)}, line ${at}</span>\n<pre>${excerpt(lines, at)}</pre></li>`;
  });
  const titles = rewrites.map(({ kind, title }) => `<li>${kind}: ${escape(title)}</li>`);
  return `<article>
<p class="${severity}">${line}:${column + 1} ${escape(message)} <code>${escape(rule)}</code></p>
<ol>${items.join("\n")}</ol>${titles.length > 0 ? `\n<ul>${titles.join("")}</ul>` : ""}
</article>`;
}

function excerpt(lines: readonly string[], line: number): string {
  const first = Math.max(1, line - around);
  const shown = lines.slice(first - 1, line + around).map((text, index) => {
    const cut = text.length > widestLine ? `${text.slice(0, widestLine)}…` : text;
    const number = String(first + index);
    const code = escape(cut);
    return `<span class="line">${number} </span>${first + index === line ? `<b>${code}</b>` : code}`;
  });
  return shown.join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** As text within HTML; characters that could turn the direction of reading are shown as such. */
function escape(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, "\uFFFD");
}
