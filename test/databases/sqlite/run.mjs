// Runs the checks with one driver, and prints what went wrong by the check's name, as JSON.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { checks } from "./checks.mjs";

const [driver, module] = process.argv.slice(2);

async function opener() {
  if (driver === "node:sqlite") {
    const { DatabaseSync } = await import("node:sqlite");
    return (path, timeout = 1_000) => new DatabaseSync(path, { timeout });
  }
  const { default: Database } = await import(pathToFileURL(module).href);
  return (path, timeout = 1_000) => new Database(path, { timeout });
}

const folder = mkdtempSync(join(tmpdir(), "unwind-sqlite-"));
const results = {};
try {
  const all = checks(await opener(), (name) => join(folder, `${name}.db`));
  for (const [name, check] of Object.entries(all)) {
    try {
      await check();
      results[name] = "";
    } catch (error) {
      results[name] = String(error?.stack ?? error);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(JSON.stringify(results));
