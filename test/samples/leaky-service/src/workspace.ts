import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AsyncExitStack } from "unwind";

/** A folder in which a bundle of reports is put together; gone when the workspace is closed. */
export class Workspace {
  readonly pages: string;
  readonly #exits: AsyncExitStack;

  constructor(directory: string, exits: AsyncExitStack) {
    this.pages = join(directory, "pages");
    this.#exits = exits;
  }

  async addPage(name: string, text: string): Promise<void> {
    await writeFile(join(this.pages, name), text, { flag: "wx" });
  }

  async close(): Promise<void> {
    await this.#exits.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Makes an empty workspace. Whoever asks for it closes it. */
export async function openWorkspace(): Promise<Workspace> {
  await using stack = new AsyncExitStack();
  const directory = stack.adopt(await mkdtemp(join(tmpdir(), "bundle-")), (path) =>
    rm(path, { recursive: true, force: true }),
  );
  await mkdir(join(directory, "pages"));
  return new Workspace(directory, stack.move());
}
