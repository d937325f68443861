import type { Connection } from "vscode-languageserver/node";

import type { AnalysisSettings } from "./messages.js";

/** The client's settings in `unwind.*` that the server reads. */
export interface Settings {
  readonly enable: boolean;
  /** Whether the ends of scopes say what is released there. */
  readonly inlayHints: boolean;
  readonly analysis: AnalysisSettings;
}

const defaults: Settings = { enable: true, inlayHints: false, analysis: {} };

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
    if (!this.#supported) return Promise.resolve(defaults);
    let settings = this.#known.get(uri);
    if (settings === undefined) {
      settings = this.#ask(uri).catch((error: unknown) => {
        this.#connection.console.warn(`The settings cannot be read: ${String(error)}`);
        this.#known.delete(uri);
        return defaults;
      });
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
    const given: unknown = await this.#connection.workspace.getConfiguration({
      scopeUri: uri,
      section: "unwind",
    });
    if (!isObject(given)) return defaults;
    const { enable, inlayHints, preset, rules, resources, rewrite } = given;
    return {
      enable: enable !== false,
      inlayHints: isObject(inlayHints) && inlayHints["enabled"] === true,
      analysis: withoutNull({ preset, rules, resources, rewrite }),
    };
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Clients may give null for what is not set. */
function withoutNull(settings: AnalysisSettings): AnalysisSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== null && value !== undefined),
  );
}
