import type { CancellationToken, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

import { analysedPath } from "./analysed-path.js";
import { Superseded } from "./analyser.js";
import type { Folders } from "./folders.js";
import type { Subject } from "./messages.js";
import type { Settings, SettingsReader } from "./settings.js";

/** A document as it was when somebody asked about it. */
export interface Snapshot {
  readonly document: TextDocument;
  readonly subject: Subject;
  readonly settings: Settings;
}

/** Open documents, with what a question about them needs. */
export class Snapshots {
  readonly #documents: TextDocuments<TextDocument>;
  readonly #settings: SettingsReader;
  readonly #folders: Folders;

  constructor(documents: TextDocuments<TextDocument>, settings: SettingsReader, folders: Folders) {
    this.#documents = documents;
    this.#settings = settings;
    this.#folders = folders;
  }

  /** Undefined where the document is not open, or the extension is off for it. */
  async of(uri: string): Promise<Snapshot | undefined> {
    const settings = await this.#settings.of(uri);
    const open = this.#documents.get(uri);
    if (open === undefined || !settings.enable) return undefined;
    // Editing replaces the text but keeps the object, so what is asked about is kept apart.
    const text = open.getText();
    const document = TextDocument.create(uri, open.languageId, open.version, text);
    const folder = this.#folders.of(uri);
    const path = analysedPath(document);
    return {
      document,
      settings,
      subject: { path, text, folder, settings: settings.analysis },
    };
  }

  /** @throws {@link Superseded} When the answer is of no use any more. */
  assertPresent({ document: { uri, version } }: Snapshot, token: CancellationToken): void {
    if (token.isCancellationRequested || this.#documents.get(uri)?.version !== version) {
      throw new Superseded();
    }
  }
}
