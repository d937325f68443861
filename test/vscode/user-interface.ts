import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";

import type { Locator, Page } from "playwright-core";

import type { VisualStudioCode } from "./install.js";
import { limit, repeat, type Step, takeSteps } from "./ui-steps.js";
import { Browser, Server, Workspace } from "./visual-studio-code.js";

export interface UserInterfaceOptions {
  readonly root: string;
  /** The extension, as it is installed. */
  readonly vsix: string;
  readonly vscode: VisualStudioCode;
  /** Chromium's executable. */
  readonly browser: string;
  /** Where to write the editor with the hover that shows the path. */
  readonly picture: string | undefined;
  /** Where to write the window when a step fails. */
  readonly failurePicture: string;
  tell(title: string, milliseconds: number, failure?: string): void;
}

/** Uses the installed extension as a person does, by keyboard. A failed step ends the test. */
export async function runInUserInterface(options: UserInterfaceOptions): Promise<void> {
  const { root, vsix, vscode, tell } = options;
  await using workspace = await Workspace.create(root);
  const folder = path.join(workspace.folder, "typed");
  const file = path.join(folder, "src", "first-line.ts");
  await using server = await Server.start({ vscode, vsix: [vsix], settings });
  await using browser = await Browser.start({
    executable: options.browser,
    size: { width: 860, height: 640 },
    scale: 2,
  });
  const { page } = browser;
  page.setDefaultTimeout(limit);

  const editor = page.locator(".editor-instance .monaco-editor").first();
  const squiggle = page.locator(".squiggly-error");
  const steps: readonly Step[] = [
    [
      "VS Code installed the .vsix",
      async () => {
        assert.ok(
          server.extensions.some((name) => name.startsWith("unwind.unwind-vscode-")),
          `installed: ${server.extensions.join(", ")}`,
        );
        await Promise.resolve();
      },
    ],
    [
      "the file opens",
      async () => {
        await page.goto(server.window(folder, [["openFile", server.remote(file)]]));
        await editor.locator(".view-line").first().waitFor();
        await page.keyboard.press("ControlOrMeta+B"); // the side bar only takes room
      },
    ],
    [
      "the leak has a squiggle",
      async () => {
        await squiggle.first().waitFor();
      },
    ],
    [
      "F8 goes to it and shows the path",
      async () => {
        await editor.locator(".view-line").first().click();
        await page.keyboard.press("F8");
        const peek = page.locator(".marker-widget");
        await showsPath(peek);
        await page.keyboard.press("Escape");
        await peek.waitFor({ state: "hidden" });
      },
    ],
    [
      "the hover shows the path",
      async () => {
        const hover = page.locator(".monaco-hover:visible").first();
        // The hover goes away when diagnostics arrive while it opens.
        await repeat(async () => {
          await page.keyboard.press("Escape");
          await page.keyboard.press("ControlOrMeta+K");
          await page.keyboard.press("ControlOrMeta+I");
          await showsPath(hover, 5_000);
        });
        if (options.picture !== undefined) await takePicture(page, options.picture);
        await page.keyboard.press("Escape");
      },
    ],
    [
      "Ctrl+. offers the rewrite, and Enter takes it",
      async () => {
        const rewrite = page.locator(".action-widget .monaco-list-row", { hasText: "await using" });
        // The menu closes when diagnostics arrive while it opens.
        await repeat(async () => {
          await page.keyboard.press("Escape");
          await page.keyboard.press("ControlOrMeta+.");
          await rewrite.first().waitFor({ timeout: 5_000 });
        });
        for (let downs = 0; !(await isFocused(rewrite.first())); downs++) {
          assert.ok(downs < 20, "the rewrite cannot be reached by the arrow keys");
          await page.keyboard.press("ArrowDown");
        }
        await page.keyboard.press("Enter");
        await editor.getByText("await using").first().waitFor();
      },
    ],
    [
      "no squiggle is left",
      async () => {
        await squiggle.first().waitFor({ state: "detached" });
      },
    ],
    [
      "the saved file holds `await using`",
      async () => {
        assert.doesNotMatch(await readFile(file, "utf8"), /await using/, "before it is saved");
        await page.keyboard.press("ControlOrMeta+S");
        await repeat(async () => {
          const text = await readFile(file, "utf8");
          assert.match(text, /^ {2}await using handle = await open\(path\);$/m);
        });
      },
    ],
    [
      "the saved file has no squiggle either",
      async () => {
        // Saving asks for the diagnostics again.
        await page.waitForTimeout(2_000);
        assert.equal(await page.locator(".squiggly-warning, .squiggly-error").count(), 0);
      },
    ],
  ];

  await takeSteps(steps, { page, server, failurePicture: options.failurePicture, tell });
}

/** What makes a quiet window, in which only our squiggles can appear. */
export const settings = {
  "workbench.colorTheme": "Default Dark Modern",
  "workbench.startupEditor": "none",
  // In a browser VS Code saves by itself.
  "files.autoSave": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "breadcrumbs.enabled": false,
  "chat.disableAIFeatures": true,
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.layoutControl.enabled": false,
  "security.workspace.trust.enabled": false,
};

/** Waits until the widget shows the numbered steps, in their order. */
export async function showsPath(widget: Locator, timeout = limit): Promise<void> {
  await widget
    .getByText(/\b1\. .*acquired here/)
    .first()
    .waitFor({ timeout });
  const text = await widget.innerText();
  const numbers = [...text.matchAll(/\b(\d+)\. /g)].map(([, number]) => Number(number));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
    `the steps in: ${text}`,
  );
  assert.ok(numbers.length >= 2, `a path has at least two steps: ${text}`);
}

async function takePicture(page: Page, file: string): Promise<void> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  // Widgets fade in.
  await page.waitForTimeout(500);
  const { width } = page.viewportSize() ?? { width: 0 };
  const lines = await page.locator(".editor-instance .view-line").all();
  const bottoms = lines.map(async (line) => {
    const box = await line.boundingBox();
    return box === null ? 0 : box.y + box.height;
  });
  const height = Math.max(...(await Promise.all(bottoms)));
  await page.screenshot({ path: file, clip: { x: 0, y: 0, width, height } });
}

async function isFocused(row: Locator): Promise<boolean> {
  return ((await row.getAttribute("class")) ?? "").split(/\s+/).includes("focused");
}
