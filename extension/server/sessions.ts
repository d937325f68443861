import type { Session } from "eslint-plugin-unwind/session";

import type { AnalysisSettings } from "./messages.js";
import { usableSession } from "./usable-session.js";

interface Known {
  readonly session: Session;
  readonly settings: string;
}

/** Sessions whose programs stay in memory; each may hold a few. */
const mostWithPrograms = 3;

/** One session for each workspace folder, with the folder's settings. */
export class Sessions {
  readonly #types: boolean;
  /** By folder, the least recently used first. */
  readonly #known = new Map<string, Known>();

  constructor(types: boolean) {
    this.#types = types;
  }

  /** The folder's session; a new one where its settings have changed. */
  of(
    folder: string,
    settings: AnalysisSettings,
  ): { readonly session: Session; readonly unusable: readonly string[] } {
    const state = JSON.stringify(settings);
    const before = this.#known.get(folder);
    this.#known.delete(folder);
    if (before?.settings === state) {
      this.#known.set(folder, before);
      return { session: before.session, unusable: [] };
    }
    before?.session.close();
    const { session, unusable } = usableSession({ types: this.#types, watched: true }, settings);
    this.#known.set(folder, { session, settings: state });
    for (const { session: old } of [...this.#known.values()].slice(0, -mostWithPrograms)) {
      old.close();
    }
    return { session, unusable };
  }

  /** Looks on disk at what was read: returns whether any of it has changed. */
  refresh(): boolean {
    // Each of them is to look, whatever the others have found.
    return [...this.#known.values()].filter(({ session }) => session.refresh()).length > 0;
  }

  /** Lets the file on disk be seen again. */
  forget(path: string): void {
    for (const { session } of this.#known.values()) session.forget(path);
  }

  release(folder: string): void {
    this.#known.get(folder)?.session.close();
    this.#known.delete(folder);
  }
}
