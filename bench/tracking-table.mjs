// What tracking resources costs, as a table: each row is the median of some processes.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { rows } from "./tracking.mjs";

const program = fileURLToPath(new URL("tracking.mjs", import.meta.url));

/**
 * Prints the table.
 *
 * @param {string} node The Node that is measured.
 * @param {number} processes How often each row is.
 * @returns {boolean} Whether all rows are within their limits.
 */
export function benchTracking(node, processes) {
  const flags = ["--no-concurrent-recompilation", program];
  const measured = {};
  for (const name of Object.keys(rows)) {
    const samples = Array.from({ length: processes }, () =>
      Number(execFileSync(node, [...flags, name], { encoding: "utf8" })),
    );
    measured[name] = samples.sort((a, b) => a - b)[Math.floor(processes / 2)];
  }

  console.log(
    `\n${"tracking, an acquisition".padEnd(36)}${"ns".padStart(8)}${"more".padStart(8)}${"limit".padStart(8)}`,
  );
  let passed = true;
  for (const [name, { base, limit }] of Object.entries(rows)) {
    const more = base === undefined ? undefined : measured[name] - measured[base];
    const over = limit !== undefined && more > limit;
    if (over) passed = false;
    const cells = [measured[name].toFixed(0), more?.toFixed(0) ?? "", limit?.toFixed(0) ?? ""];
    const line = `  ${name.padEnd(34)}${cells.map((cell) => cell.padStart(8)).join("")}`;
    console.log(`${line}${over ? "  over its limit" : ""}`.trimEnd());
  }
  return passed;
}
