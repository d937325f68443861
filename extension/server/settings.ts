import type { Connection } from "vscode-languageserver/node";

/** The client's settings in `unwind.*` that the server reads. */
export interface Settings {
  readonly enable: boolean;
}

/** Reads settings by document, because a folder may have its own. */
export class SettingsReader {
  readonly #connection: Connection;
  readonly #known = new Map<string, Promise<Settings>>();
  #supported = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether the client answers `workspace/configuration`; defaults are used where it does not. */
  set supported(supported: boolean) {
    this.#supported = supported;
  }

  of(uri: string): Promise<Settings> {
    if (!this.#supported) return Promise.resolve({ enable: true });
    let settings = this.#known.get(uri);
    if (settings === undefined) {
      settings = this.#ask(uri);
      this.#known.set(uri, settings);
    }
    return settings;
  }

  delete(uri: string): void {
    this.#known.delete(uri);
  }

  /** The client's settings changed. */
  forget(): void {
    this.#known.clear();
  }

  async #ask(uri: string): Promise<Settings> {
    const given = (await this.#connection.workspace.getConfiguration({
      scopeUri: uri,
      section: "unwind",
    })) as Partial<Settings> | null;
    return { enable: given?.enable !== false };
  }
}
