// What unwind/streams costs, as tables: how the time grows with the chunks, what memory a text keeps,
// and what metrics add.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { growth, kept, metered } from "./streams-rows.mjs";

const program = fileURLToPath(new URL("streams.mjs", import.meta.url));

/**
 * Prints the tables.
 *
 * @param {string} node The Node that is measured.
 * @param {number} processes How often each row with a limit is; the others are once.
 * @returns {boolean} Whether all rows are within their limits.
 */
export function benchStreams(node, processes) {
  const run = (...args) =>
    JSON.parse(
      execFileSync(node, ["--no-concurrent-recompilation", "--expose-gc", program, ...args], {
        encoding: "utf8",
      }),
    );
  const all = [benchGrowth(run, processes), benchMetrics(run, processes)];
  benchKept(run);
  return all.every(Boolean);
}

/** The medians of the processes; the exponent is the slope of a line through them, in logarithms. */
function benchGrowth(run, processes) {
  let passed = true;
  for (const [group, rows] of Object.entries(growth)) {
    const head = ["chunks: ms", "", "", "exponent", "limit"];
    console.log(`\n${group.padEnd(36)}${cells(head, 15)}`);
    for (const [row, { sizes, limit }] of Object.entries(rows)) {
      const count = limit === undefined ? 1 : processes;
      const samples = Array.from({ length: count }, () => run("growth", group, row));
      const times = sizes.map((size) => median(samples.map((sample) => sample[size])));
      const exponent = slope(sizes.map(Math.log), times.map(Math.log));
      const over = limit !== undefined && exponent > limit;
      if (over) passed = false;
      const timed = sizes.map((size, index) => `${short(size)}: ${times[index].toFixed(1)}`);
      const line = `  ${row.padEnd(34)}${cells([...timed, exponent.toFixed(2), limit?.toFixed(1) ?? ""], 15)}`;
      console.log(`${line}${over ? "  over its limit" : ""}`.trimEnd());
    }
  }
  return passed;
}

/** By how many bytes a character, which would take one by itself. */
function benchKept(run) {
  const head = kept.sizes.map((size) => `${size} a piece`);
  console.log(`\n${"bytes of memory a character".padEnd(36)}${cells(head, 12)}`);
  for (const row of Object.keys(kept.rows)) {
    const shown = kept.sizes.map((size) => run("kept", row, String(size)).toFixed(1));
    console.log(`  ${row.padEnd(34)}${cells(shown, 12)}`);
  }
}

function benchMetrics(run, processes) {
  let passed = true;
  const head = ["ns a chunk", "measured", "more", "limit"];
  console.log(`\n${"metrics of".padEnd(36)}${cells(head, 12)}`);
  for (const [source, { limit }] of Object.entries(metered)) {
    const samples = Array.from({ length: processes }, () => run("metrics", source));
    const [plain, measured, more] = [
      median(samples.map((sample) => sample.plain)),
      median(samples.map((sample) => sample.measured)),
      median(samples.map((sample) => sample.measured - sample.plain)),
    ];
    const over = limit !== undefined && more > limit;
    if (over) passed = false;
    const row = [plain, measured, more, limit].map((one) => one?.toFixed(0) ?? "");
    const line = `  ${source.padEnd(34)}${cells(row, 12)}`;
    console.log(`${line}${over ? "  over its limit" : ""}`.trimEnd());
  }
  return passed;
}

function cells(texts, width) {
  return texts.map((text) => text.padStart(width)).join("");
}

function short(size) {
  return size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1000} k`;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Of the line that fits best. */
function slope(xs, ys) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const products = xs.map((one, index) => (one - x) * (ys[index] - y));
  return mean(products) / mean(xs.map((one) => (one - x) ** 2));
}
