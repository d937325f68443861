/** A place in source code. */
export interface Place {
  /** An absolute path, or a URL where it is no file. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One line of a stack trace. */
export interface Frame extends Place {
  /** What the engine printed before the place: `at async save (`. */
  readonly before: string;
}

/** How many frames are captured: ours and Node's own come first, and are taken away. */
const depth = 40;

/** How many frames of the user's code a report shows. */
const shown = 6;

/** Where somebody was called from. The engine formats it when it is first read, which is the dear part. */
export interface Trace {
  readonly stack?: string | undefined;
  /** Whoever asked for what was then done without a stack of its own, in a later turn. */
  readonly origin?: Trace | undefined;
}

/** Captures the stack of the caller; a few microseconds. */
export function captureTrace(origin?: Trace): Trace {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  const trace: Error & { origin?: Trace } = new Error();
  Error.stackTraceLimit = limit;
  if (origin !== undefined) trace.origin = origin;
  return trace;
}

/** The frames of the user's code, the innermost first: without this package's and the engine's own. */
export function userFrames(trace: Trace | undefined): Frame[] {
  // Each trace may be the origin of the next; a loop of ticks must not be followed for ever.
  for (let steps = 0, next = trace; next !== undefined && steps < 20; steps++) {
    const users = parseStack(next.stack).filter(({ file }) => !isOwn(file));
    if (users.length > 0) return users;
    next = next.origin;
  }
  return [];
}

/** The first frame that is not in a dependency; where all are, the first. */
export function placeOf(frames: readonly Frame[]): Place | undefined {
  const frame = frames.find(({ file }) => !/[\\/]node_modules[\\/]/.test(file)) ?? frames[0];
  return frame && { file: frame.file, line: frame.line, column: frame.column };
}

/** Whether a test runner itself made something: what sets a limit to a test's time, for example. */
export function isRunners(trace: Trace | undefined): boolean {
  const [frame] = userFrames(trace);
  return frame !== undefined && isInRunner(frame);
}

/** The frames above the test itself tell nobody anything. */
export function withoutRunners(frames: readonly Frame[]): readonly Frame[] {
  const others = frames.filter((frame) => !isInRunner(frame));
  return others.length > 0 ? others : frames;
}

const runners = /\/node_modules\/(?:mocha|vitest|@vitest\/[^/]+|jest[^/]*|@jest\/[^/]+|tinypool)\//;

function isInRunner({ file }: Frame): boolean {
  return runners.test(file.replaceAll("\\", "/"));
}

/** `src/save.ts:12:5`: relative to the working directory where it is below. */
export function formatPlace({ file, line, column }: Place): string {
  return `${relative(file)}:${line}:${column}`;
}

/** The frames as a stack trace prints them, cut to what one reads. */
export function formatFrames(frames: readonly Frame[]): string {
  return frames
    .slice(0, shown)
    .map((frame) => `${frame.before}${formatPlace(frame)}${frame.before.endsWith("(") ? ")" : ""}`)
    .join("\n");
}

const line =
  /^\s*(?<before>at (?:.*? \()?(?:async )?)(?<file>(?!node:|native|<anonymous>)[^()]+):(?<line>\d+):(?<column>\d+)\)?$/;

function parseStack(stack: string | undefined): Frame[] {
  const frames: Frame[] = [];
  for (const text of (stack ?? "").split("\n")) {
    const groups = line.exec(text)?.groups;
    if (groups === undefined) continue;
    const { before = "", file = "", line: row, column } = groups;
    frames.push({ before, file: toPath(file), line: Number(row), column: Number(column) });
  }
  return frames;
}

/** Stack traces name files by URL or by path. */
function toPath(url: string): string {
  if (!url.startsWith("file://")) return url;
  const { pathname } = new URL(url);
  return decodeURIComponent(/^\/[A-Za-z]:\//.test(pathname) ? pathname.slice(1) : pathname);
}

/** The folder of the package: this file is two folders below it, compiled or as source. */
const home = toPath(new URL("../../", import.meta.url).href);
const isBundled = !/\/(?:dist|src)\/testing\/[^/]*$/.test(import.meta.url);

/** Source maps lead from the compiled files to the sources, which are ours as well. */
function isOwn(file: string): boolean {
  const path = file.replaceAll("\\", "/");
  return !isBundled && (path.startsWith(`${home}dist/`) || path.startsWith(`${home}src/`));
}

function relative(file: string): string {
  const { process } = globalThis as { process?: { cwd?: () => string } };
  const folder = process?.cwd?.();
  if (folder === undefined || !file.startsWith(folder)) return file;
  return /^[\\/]/.test(file.slice(folder.length)) ? file.slice(folder.length + 1) : file;
}
