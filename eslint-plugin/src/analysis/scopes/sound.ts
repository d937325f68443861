import type { Acquisition } from "../created/acquisitions.js";
import { destinationOf } from "../held/destination.js";
import { liesInOwnedDirectory } from "../held/enclosing-directory.js";
import { heldBy } from "../held/held-by.js";
import type { AnalysedFile } from "../file-analysis.js";
import { findLeaks } from "../paths/leaks.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import { lastName } from "../code/syntax.js";

/** An acquisition that its function releases or hands over on every path. */
export interface SoundAcquisition {
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
}

/** What an analysis of a file knows of acquisitions that do not leak. */
export interface SoundReport {
  readonly sound: readonly SoundAcquisition[];
  /** Those that go into an array: nobody follows them there. */
  readonly collected: readonly SoundAcquisition[];
  readonly provenance: Provenance;
}

/** Finds what the functions of a file acquire, hold in a variable, and lose on no path. */
export function findSound(file: AnalysedFile): SoundReport {
  const { leaks, acquisitions, provenance } = findLeaks(file, { paths: "all" });
  const leaking = new Set(leaks.map(({ acquisition }) => acquisition.call));
  const context = { provenance, types: file.types };
  const sound: SoundAcquisition[] = [];
  const collected: SoundAcquisition[] = [];
  for (const acquisition of acquisitions) {
    const { call, value, resource } = acquisition;
    if (leaking.has(call) || liesInOwnedDirectory(acquisition, provenance)) continue;
    const destination = destinationOf(value, resource, provenance);
    if (destination.kind === "argument" && lastName(destination.call.callee) === "push") {
      collected.push({ acquisition, ownership: { name: "", holders: [], uses: [] } });
      continue;
    }
    const held = heldBy(destination, acquisition, context);
    if (held?.ownership.variable) sound.push({ acquisition, ownership: held.ownership });
  }
  return { sound, collected, provenance };
}
