import type { Connection } from "vscode-languageserver/node";

import type { Analyser } from "./analyser.js";
import type { Folders } from "./folders.js";
import type { Reports } from "./reports.js";
import type { SettingsReader } from "./settings.js";
import type { Snapshots } from "./snapshots.js";

/** What the features of the server share. */
export interface ServerParts {
  readonly connection: Connection;
  readonly snapshots: Snapshots;
  readonly settings: SettingsReader;
  readonly folders: Folders;
  readonly reports: Reports;
  readonly untyped: Analyser;
  readonly typed: Analyser;
}
