import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";

import { limit, type Step, takeSteps } from "./ui-steps.js";
import { settings, showsPath, type UserInterfaceOptions } from "./user-interface.js";
import { Browser, Server, Workspace } from "./visual-studio-code.js";

type Options = Omit<UserInterfaceOptions, "picture">;

const size = { width: 1000, height: 640 };

const manyFiles = 1_500;

/** Two folders in one window, of which one has a severity of its own. */
export async function openSeveralFolders(options: Options): Promise<void> {
  const { root, vsix, vscode, browser: executable } = options;
  await using workspace = await Workspace.create(root);
  const { folder } = workspace;
  const mild = path.join(folder, "mild");
  await cp(path.join(folder, "typed"), mild, { recursive: true });
  await cp(path.join(folder, ".vscode"), path.join(mild, ".vscode"), { recursive: true });
  const warn = { "unwind.rules": { "no-unmanaged-acquisition": "warn" } };
  await writeFile(path.join(mild, ".vscode", "settings.json"), JSON.stringify(warn));
  // Enough to have time for a click.
  const copied = path.join(folder, "typed", "src", "size-of.ts");
  for (let index = 0; index < manyFiles; index++) {
    await cp(copied, path.join(mild, "src", `copy-${index}.ts`));
  }
  const file = path.join(folder, "several.code-workspace");
  const folders = ["typed", "mild"].map((name) => ({ path: name }));
  await writeFile(file, JSON.stringify({ folders, settings: {} }));
  await using server = await Server.start({ vscode, vsix: [vsix], settings });
  await using browser = await Browser.start({ executable, size });
  const { page } = browser;
  page.setDefaultTimeout(limit);
  const open = async (name: string) => {
    const remote = server.remote(path.join(folder, name, "src", "size-of.ts"));
    await page.goto(server.window(file, [["openFile", remote]]));
    await page.locator(".editor-instance .view-line").first().waitFor();
  };
  const steps: readonly Step[] = [
    [
      "a leak in the one folder is an error",
      async () => {
        await open("typed");
        await page.locator(".squiggly-error").first().waitFor();
      },
    ],
    [
      "the same leak in the folder that asks for a warning is a warning",
      async () => {
        await open("mild");
        await page.locator(".squiggly-warning").first().waitFor();
        assert.equal(await page.locator(".squiggly-error").count(), 0);
      },
    ],
    [
      "a check of all files can be cancelled",
      async () => {
        const toast = page.locator(".notification-toast", { hasText: "checking the workspace" });
        await page.keyboard.press("F1");
        await page.keyboard.type("Unwind: Check Workspace");
        await page.keyboard.press("Enter");
        await toast.getByText(/\d+ of \d+ files/).waitFor();
        await toast.getByRole("button", { name: "Cancel" }).click();
        await toast.waitFor({ state: "detached" });
        // Only what ends by itself tells what was found.
        assert.equal(await page.getByText(/found in \d+ of/).count(), 0);
      },
    ],
  ];
  await takeSteps(steps, { ...options, page, server });
}

/** A folder that nobody has said to trust. */
export async function openUntrusted(options: Options): Promise<void> {
  const { root, vsix, vscode, browser: executable } = options;
  await using workspace = await Workspace.create(root);
  const folder = path.join(workspace.folder, "typed");
  const trust = {
    "security.workspace.trust.enabled": true,
    // In a browser it asks when something needs trust, and nothing of ours does.
    "security.workspace.trust.startupPrompt": "never",
  };
  const all = { ...settings, ...trust };
  await using server = await Server.start({
    ...{ vscode, vsix: [vsix], settings: all, asksForTrust: true },
  });
  await using browser = await Browser.start({ executable, size });
  const { page } = browser;
  page.setDefaultTimeout(limit);
  // An extension that comes with the oldest version asks all the same.
  await page.addLocatorHandler(
    page.getByRole("button", { name: "No, I don't trust the authors" }),
    async (refuse) => {
      await refuse.click();
    },
  );
  const steps: readonly Step[] = [
    [
      "the folder opens in Restricted Mode",
      async () => {
        const file = path.join(folder, "src", "first-line.ts");
        await page.goto(server.window(folder, [["openFile", server.remote(file)]]));
        await page.getByText("Restricted Mode").first().waitFor();
      },
    ],
    [
      "the leak is found all the same",
      async () => {
        await page.locator(".squiggly-error").first().waitFor();
      },
    ],
    [
      "and has its path",
      async () => {
        await page.locator(".editor-instance .view-line").first().click();
        await page.keyboard.press("F8");
        await showsPath(page.locator(".marker-widget"));
      },
    ],
  ];
  await takeSteps(steps, { ...options, page, server });
}
