import {
  formatFrames,
  formatPlace,
  type Place,
  placeOf,
  type Trace,
  userFrames,
  withoutRunners,
} from "./places.js";

/** A resource that was acquired and not released, and that no other unreleased one holds. */
export interface Leak {
  /** What it is, with its article: `a FileHandle`, `a server`, `a timer (setInterval)`. */
  readonly resource: string;
  /** Where the user's code acquired it; absent where no stack was captured, or none led there. */
  readonly place: Place | undefined;
  /** The frames of the user's code at that moment, one a line; empty where there are none. */
  readonly stack: string;
  /** What it holds in turn, which is not listed again. */
  readonly holds: readonly string[];
}

/** Makes the report of one root. */
export function leak(resource: string, trace?: Trace, holds: readonly string[] = []): Leak {
  const frames = withoutRunners(userFrames(trace));
  return { resource, place: placeOf(frames), stack: formatFrames(frames), holds };
}

/** `an ExitStack that holds a Pool and 2 more, acquired at src/save.ts:12:5`. */
export function describeLeak({ resource, place, holds }: Leak): string {
  const [first, ...rest] = holds;
  const more = rest.length > 0 ? ` and ${rest.length} more` : "";
  const held = first === undefined ? "" : ` that holds ${first}${more}`;
  return `${resource}${held}, acquired ${place ? `at ${formatPlace(place)}` : "at an unknown place"}`;
}

/** How many leaks a message lists: it is read by people. */
const listed = 10;

/** The leaks one below the other, each with its stack. */
export function listLeaks(leaks: readonly Leak[], indent: string): string {
  const lines = leaks
    .slice(0, listed)
    .flatMap((one) => [`${indent}${describeLeak(one)}`, ...framesOf(one, `${indent}    `)]);
  if (leaks.length > listed) lines.push(`${indent}… and ${leaks.length - listed} more`);
  return lines.join("\n");
}

/** The lines of a leak's stack. */
export function framesOf({ stack }: Leak, indent: string): string[] {
  return stack === "" ? [] : stack.split("\n").map((frame) => `${indent}${frame}`);
}
