import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Pool } from "pg";

import type { Config } from "./config.js";
import type { Journal, JournalEntry } from "./journal.js";
import { claim, forgetClaims, lockInbox, unlockInbox } from "./locks.js";
import { log } from "./log.js";
import { parseReadings } from "./readings.js";
import { renderPreview, verifyReport, writeBundle, writeReport } from "./reports.js";
import { recordReport, refreshTotals, storeReadings, totalsOf } from "./store.js";
import { archiveUpload, checksum, countReadings, listUploads, looksLikeUpload } from "./uploads.js";
import { firstCompatible, openFeed, readBanner, requestUploads } from "./upstreams.js";

/** Looks into the inbox again and again until it is told to stop. */
export async function runService(
  config: Config,
  pool: Pool,
  journal: Journal,
  signal: AbortSignal,
): Promise<void> {
  lockInbox(config.inbox);
  try {
    log.info("started", { forgotten: forgetClaims(config.inbox) });
    while (!signal.aborted) {
      await requestUploads(config.upstreams);
      for (const upload of await listUploads(config.inbox)) {
        journal.append(await ingest(config, pool, upload));
      }
      await sleep(config.pollMs, undefined, { signal });
    }
  } finally {
    unlockInbox(config.inbox);
  }
}

/** Stores one upload and moves it into the archive. */
async function ingest(config: Config, pool: Pool, upload: string): Promise<JournalEntry> {
  if (!(await looksLikeUpload(upload)) || (await countReadings(upload)) === 0) {
    return { upload, outcome: "skipped", readings: 0 };
  }
  try {
    claim(upload, config.dryRun);
    const digest = await checksum(upload);
    const text = await readFile(upload, "utf8");
    const readings = await storeReadings(pool, parseReadings(text));
    await archiveUpload(text, join(config.archive, basename(upload)));
    await rm(upload);
    return { upload, outcome: "ingested", readings, checksum: digest };
  } catch (error) {
    log.error("upload failed", error, { upload });
    return { upload, outcome: "failed", readings: 0 };
  }
}

/** Writes the reports of one day, `YYYY-MM-DD`. */
export async function reportDay(config: Config, pool: Pool, day: string): Promise<void> {
  await refreshTotals(pool);
  const totals = await totalsOf(pool, day);
  const report = await writeReport(totals, day, config.reports);
  const lines = await verifyReport(report);
  if (lines !== totals.length) throw new Error(`${report} holds ${String(lines)} lines`);
  await writeBundle(totals, join(config.reports, `${day}.tar.gz`));
  await recordReport(pool, day, report);
  log.info("reported", { day, preview: await renderPreview(totals) });
}

/** Says in the log which upstream we can talk to, and what it runs. */
export async function checkUpstreams(config: Config): Promise<boolean> {
  const upstream = await firstCompatible(config.upstreams);
  if (!upstream) {
    log.warn("no upstream is compatible");
    return false;
  }
  log.info("upstream found", { name: upstream.name, ...(await readBanner(upstream)) });

  const feed = openFeed(upstream);
  try {
    await once(feed, "connect");
    return feed.writable;
  } finally {
    feed.destroy();
  }
}
