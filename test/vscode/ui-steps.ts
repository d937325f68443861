import type { Page } from "playwright-core";

import type { Server } from "./visual-studio-code.js";

/** Milliseconds that a step may take. */
export const limit = 60_000;

export type Step = readonly [title: string, run: () => Promise<void>];

export interface StepOptions {
  readonly page: Page;
  readonly server: Server;
  /** Where to write the window when a step fails. */
  readonly failurePicture: string;
  tell(title: string, milliseconds: number, failure?: string): void;
}

/** Takes the steps of a test in turn. A failed step ends it. */
export async function takeSteps(
  steps: readonly Step[],
  { page, server, failurePicture, tell }: StepOptions,
): Promise<void> {
  for (const [title, run] of steps) {
    const start = performance.now();
    try {
      await withinLimit(run());
    } catch (error) {
      await page.screenshot({ path: failurePicture }).catch(() => undefined);
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const log = server.log().slice(-2_000);
      const failure = `${why}\n\nThe window: ${failurePicture}\nThe server's log:\n${log}`;
      tell(title, performance.now() - start, failure);
      return;
    }
    tell(title, performance.now() - start);
  }
}

/** Until it succeeds; the limit of the step ends it. */
export async function repeat(attempt: () => Promise<void>): Promise<void> {
  const end = performance.now() + limit - 6_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function withinLimit(step: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The step took longer than ${limit / 1000} s.`));
    }, limit);
  });
  try {
    await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}
