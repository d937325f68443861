import {
  client,
  connection,
  database,
  descriptor,
  directory,
  everyKind,
  folder,
  folderSync,
  handle,
  type Kind,
  pooled,
  socket,
} from "./kinds.js";
import { begun, child, lent, runner, server, stream } from "./kinds-of-disposers.js";
import type { AcquisitionForm } from "./acquisitions.js";

/** What a program is to show first of all, so that every form of rewrite comes up often enough. */
export interface Focus {
  readonly forms: readonly [AcquisitionForm, ...AcquisitionForm[]];
  readonly kinds: readonly [Kind, ...Kind[]];
  /** The setting `rewrite`. */
  readonly mode: "auto" | "runtime" | "native" | "try-finally";
  /** Whether the package's engines are the newest, which know every dispose symbol. */
  readonly newest?: boolean;
  /** Whether the function may wait, whatever it acquires. */
  readonly waits?: boolean;
  /** Whether nothing follows, so that what is released last may be left to the function's end. */
  readonly last?: boolean;
}

/** Programs take them in turn. What follows the first acquisition is random. */
export const focuses: readonly Focus[] = [
  { forms: ["plain"], kinds: [handle], mode: "auto" },
  { forms: ["plain"], kinds: [directory, database], mode: "auto", newest: true },
  { forms: ["plain"], kinds: [directory], mode: "auto", newest: true },
  { forms: ["plain"], kinds: [database], mode: "auto", newest: true },
  { forms: ["plain"], kinds: [connection], mode: "runtime" },
  { forms: ["plain"], kinds: [client, socket], mode: "runtime" },
  { forms: ["plain"], kinds: [descriptor, folderSync], mode: "runtime" },
  { forms: ["plain"], kinds: [folder, pooled], mode: "runtime" },
  { forms: ["plain"], kinds: [descriptor, folderSync, client], mode: "native" },
  { forms: ["plain"], kinds: [folder, connection], mode: "native" },
  { forms: ["returned", "stored"], kinds: [descriptor, folderSync, socket], mode: "runtime" },
  { forms: ["returned", "stored"], kinds: [connection, folder, handle], mode: "runtime" },
  { forms: ["returned", "stored"], kinds: [descriptor, folderSync, socket], mode: "native" },
  { forms: ["returned", "stored"], kinds: [connection, folder, handle], mode: "native" },
  { forms: ["plain", "conditional", "old", "choice"], kinds: everyKind, mode: "try-finally" },
  { forms: ["returned"], kinds: [handle, connection, client], mode: "try-finally" },
  { forms: ["returned", "stored"], kinds: [descriptor, socket, database], mode: "try-finally" },
  { forms: ["returned"], kinds: [folder, folderSync], mode: "try-finally" },
  { forms: ["overwritten"], kinds: [handle, client, connection], mode: "auto" },
  { forms: ["overwritten"], kinds: [directory, database, socket], mode: "auto" },
  { forms: ["discarded", "caught", "closure"], kinds: everyKind, mode: "auto" },
  { forms: ["discarded"], kinds: everyKind, mode: "runtime" },
  { forms: ["finally", "lazy"], kinds: [handle], mode: "auto", newest: true },
  { forms: ["finally", "lazy"], kinds: [directory, database], mode: "auto", newest: true },
  { forms: ["several", "nested"], kinds: everyKind, mode: "native" },
  { forms: ["several", "nested"], kinds: everyKind, mode: "runtime" },
  { forms: ["nested"], kinds: [descriptor, folder, connection], mode: "native" },
  { forms: ["managed"], kinds: [handle, directory, database], mode: "auto" },
  { forms: ["array"], kinds: everyKind, mode: "runtime" },
  { forms: ["array"], kinds: everyKind, mode: "native" },
  { forms: ["plain"], kinds: [stream], mode: "auto", newest: true, waits: true },
  { forms: ["plain"], kinds: [server], mode: "auto", newest: true, waits: true },
  { forms: ["plain"], kinds: [child], mode: "auto", newest: true, waits: true },
  { forms: ["inTransaction"], kinds: [lent], mode: "auto", newest: true, last: true },
  { forms: ["inTransaction"], kinds: [runner], mode: "auto", newest: true, last: true },
  { forms: ["begun"], kinds: [begun], mode: "runtime", last: true },
  { forms: ["begun"], kinds: [begun], mode: "try-finally", last: true },
  { forms: ["listed"], kinds: [handle], mode: "auto", newest: true, last: true },
  { forms: ["listed"], kinds: [connection, client, handle], mode: "runtime", last: true },
  { forms: ["mapped"], kinds: [handle, connection, client], mode: "runtime", last: true },
  { forms: ["mapped"], kinds: [handle, connection, client], mode: "native", last: true },
  { forms: ["constructed"], kinds: [database, directory], mode: "auto" },
];
