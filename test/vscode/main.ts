import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { runInExtensionHost } from "./extension-host.js";
import { Unavailable } from "./failures.js";
import { installChromium, installVisualStudioCode } from "./install.js";
import { runInUserInterface } from "./user-interface.js";
import { openSeveralFolders, openUntrusted } from "./workspaces.js";

export interface MainOptions {
  /** The repository. */
  readonly root: string;
  /** Where this and the tests were bundled to. */
  readonly built: string;
  readonly args: readonly string[];
}

/** @returns The exit code: 1 when a test failed, 2 when the tests could not run. */
export async function main({ root, built, args }: MainOptions): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      picture: { type: "string" },
      vsix: { type: "string" },
      counts: { type: "string" },
      "code-server": { type: "string" },
    },
  });
  const counts = { numPassedTests: 0, numFailedTests: 0 };
  const tell = (title: string, milliseconds: number, failure?: string) => {
    counts[failure === undefined ? "numPassedTests" : "numFailedTests"]++;
    const seconds = (milliseconds / 1000).toFixed(1);
    console.log(`  ${failure === undefined ? "✔" : "✖"} ${title} (${seconds} s)`);
    if (failure !== undefined) console.log(failure.replace(/^/gm, "      "));
  };

  try {
    const vsix = path.resolve(values.vsix ?? newestVsix(root));
    const cache = path.resolve(process.env["UNWIND_CACHE"] ?? path.join(root, ".cache", "vscode"));
    const vscode = await installVisualStudioCode(cache, values["code-server"]);
    const browser = () => installChromium(cache);
    console.log(`VS Code ${vscode.version}`);

    if (values.only !== "ui") {
      const { version, tests } = await runInExtensionHost({ root, built, cache, vscode, browser });
      console.log(`\nExtension-host suite (VS Code ${version})`);
      for (const { title, milliseconds, failure } of tests) tell(title, milliseconds, failure);
      if (tests.length === 0) tell("has tests", 0, "No test ran.");
    }
    if (values.only !== "host") {
      const options = { root, vsix, vscode, browser: await browser(), tell };
      console.log(`\nUI test on the installed ${path.basename(vsix)} (VS Code ${vscode.version})`);
      await runInUserInterface({
        ...options,
        picture: values.picture,
        failurePicture: path.join(built, "ui-failure.png"),
      });
      console.log("\nUI tests of a workspace of several folders, and of one that is not trusted");
      const failurePicture = (name: string) => path.join(built, `${name}-failure.png`);
      await openSeveralFolders({ ...options, failurePicture: failurePicture("folders") });
      await openUntrusted({ ...options, failurePicture: failurePicture("untrusted") });
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.error(error.message);
    return 2;
  }
  if (values.counts !== undefined) await writeFile(values.counts, JSON.stringify(counts));
  console.log(`\n${counts.numPassedTests} passing, ${counts.numFailedTests} failing`);
  return counts.numFailedTests === 0 ? 0 : 1;
}

function newestVsix(root: string): string {
  const [name] = readdirSync(root).filter((each) => each.endsWith(".vsix"));
  const built = existsSync(path.join(root, "extension", "dist", "server.cjs"));
  if (name === undefined || !built) {
    throw new Unavailable("There is no .vsix to test: run `npm run package` first.");
  }
  return path.join(root, name);
}
