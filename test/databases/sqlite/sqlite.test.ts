import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { root } from "../../../scripts/lib/paths.mjs";
import { installNode, installOnce, npmInstall } from "../../vscode/install.js";

const cache = path.resolve(process.env["UNWIND_CACHE"] ?? path.join(root, ".cache", "engines"));
const betterSqlite3 = "13.2.0";

// Both need a newer Node than the oldest that the runtime supports: it is installed beside.
test.each(["node:sqlite", "better-sqlite3"])(
  "%s",
  async (driver) => {
    const node = await installNode(cache, "24");
    const args = [path.join(import.meta.dirname, "run.mjs"), driver];
    if (driver === "better-sqlite3") {
      const folder = await installOnce(cache, `better-sqlite3-${betterSqlite3}`, (partial) =>
        npmInstall(partial, [`better-sqlite3@${betterSqlite3}`]),
      );
      args.push(path.join(folder, "node_modules", "better-sqlite3", "lib", "index.js"));
    }
    const { stdout } = await promisify(execFile)(node, ["--no-warnings", ...args]);
    const results = JSON.parse(stdout) as Record<string, string>;
    expect(Object.entries(results).filter(([, failure]) => failure !== "")).toEqual([]);
    expect(Object.keys(results).length).toBeGreaterThanOrEqual(11);
  },
  300_000,
);
