import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { type DailyTotal, formatTotals } from "./readings.js";
import { openWorkspace } from "./workspace.js";

const run = promisify(execFile);

/** Renders totals as the plain-text table that goes into the daily mail. */
export async function renderPreview(totals: readonly DailyTotal[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "preview-"));
  const input = join(directory, "totals.csv");
  await writeFile(input, formatTotals(totals));
  const { stdout } = await run("column", ["-t", "-s", ";", input]);
  return stdout;
}

/** Writes the compressed report of one day into a folder; returns its path. */
export async function writeReport(
  totals: readonly DailyTotal[],
  day: string,
  folder: string,
): Promise<string> {
  const staging = await mkdtemp(join(tmpdir(), "report-"));
  const draft = join(staging, `${day}.csv`);
  await writeFile(draft, formatTotals(totals));
  await run("gzip", ["-9", draft]);
  const target = join(folder, `${day}.csv.gz`);
  await copyFile(`${draft}.gz`, target);
  await rm(staging, { recursive: true });
  return target;
}

/** Unpacks a report and reads it back, to be sure that it can be. */
export async function verifyReport(report: string): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), "verify-"));
  let text: string;
  try {
    const copy = join(scratch, basename(report));
    await copyFile(report, copy);
    await run("gunzip", [copy]);
    text = await readFile(copy.replace(/\.gz$/, ""), "utf8");
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
  await rm(scratch, { recursive: true, force: true });
  return text.trimEnd().split("\n").length - 1;
}

/** Packs one page for each meter into an archive. */
export async function writeBundle(totals: readonly DailyTotal[], target: string): Promise<void> {
  await using workspace = await openWorkspace();
  for (const total of totals) {
    await workspace.addPage(`${total.meter}.csv`, formatTotals([total]));
  }
  await run("tar", ["-czf", target, "-C", workspace.pages, "."]);
}
