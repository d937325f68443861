import { readFile } from "node:fs/promises";
import path from "node:path";

import { chromium } from "playwright-core";

import { root } from "../../scripts/lib/paths.mjs";

/** Nothing is asked of the network: all requests are answered from the repository. */
const origin = "https://unwind.example";

/**
 * Runs the checks, also those with native `using`, in headless Chromium.
 *
 * @param executablePath Chromium's.
 * @returns The browser's version, and what went wrong by the check's name.
 */
export async function runInChromium(
  executablePath: string,
): Promise<{ version: string; results: Record<string, string> }> {
  const browser = await chromium.launch({
    executablePath,
    // Chromium's sandbox refuses to run as root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const page = await browser.newPage();
    await page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") {
        await route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
        return;
      }
      const body = await readFile(path.join(root, pathname));
      await route.fulfill({ contentType: "text/javascript", body });
    });
    await page.goto(origin);
    const results: unknown = await page.evaluate(`(async () => {
      const unwind = await import("/runtime/dist/index.js");
      const { checks, run } = await import("/test/engines/checks.mjs");
      const { usingChecks } = await import("/test/engines/using-checks.mjs");
      return run({ ...checks(unwind), ...usingChecks(unwind) });
    })()`);
    return { version: browser.version(), results: results as Record<string, string> };
  } finally {
    await browser.close();
  }
}
