import { readFileSync } from "node:fs";
import path from "node:path";

import semver from "semver";

import { type CompilerFacts, compilerFactsIn } from "./compiler-options.js";

/** What a file's project declares about the engines and packages that its code may rely on. */
export interface ProjectFacts {
  /** Whether `unwind` is among the nearest package.json's dependencies. */
  readonly dependsOnRuntime: boolean;
  /** The lowest Node version that `engines.node` admits, or undefined where it says nothing. */
  readonly minimumNode: readonly [major: number, minor: number] | undefined;
  /**
   * Whether `using` may be written: its project's engines run it natively, or the file is TypeScript,
   * which lowers the syntax for older targets. Not where the compiler is told to keep it for
   * engines of which some cannot read it.
   */
  readonly usingSyntax: boolean;
  /**
   * Whether that is known: the engines run it, or the compiler's `target` has it lowered. Where no
   * configuration says anything, the compiler's default has.
   */
  readonly usingProven: boolean;
  /** Whether the compiler's `lib` says that the engines have the dispose symbols. */
  readonly declaresSymbols: boolean;
}

type PackageFacts = Pick<ProjectFacts, "dependsOnRuntime" | "minimumNode">;

/** The first Node release line whose engine runs `using` natively. */
const nodeWithUsing = 24;

const noPackage: PackageFacts = { dependsOnRuntime: false, minimumNode: undefined };

/** What holds for a folder's files, taken from the nearest package.json at or above it. */
const byFolder = new Map<string, PackageFacts | undefined>();

/** The same of the nearest tsconfig.json; undefined where there is none. */
const compilersByFolder = new Map<string, CompilerFacts | undefined>();

/**
 * Reads the package.json and the tsconfig.json nearest to the file; remembers them by folder until
 * `forgetProjects`.
 *
 * One that cannot be read or parsed counts as one that says nothing. Never throws.
 */
export function projectFacts(filePath: string): ProjectFacts {
  const folder = path.dirname(path.resolve(filePath));
  const facts = nearest(folder, byFolder, readPackage) ?? noPackage;
  const { minimumNode } = facts;
  const native = minimumNode !== undefined && minimumNode[0] >= nodeWithUsing;
  if (!/\.[cm]?tsx?$/i.test(filePath)) {
    return { ...facts, usingSyntax: native, usingProven: native, declaresSymbols: false };
  }
  const compiler = nearest(folder, compilersByFolder, compilerFactsIn);
  const kept = compiler?.using === "kept";
  return {
    ...facts,
    usingSyntax: native || !kept || minimumNode === undefined,
    usingProven: native || compiler === undefined || compiler.using === "lowered",
    declaresSymbols: compiler?.declaresSymbols === true,
  };
}

/** Forgets what was read, so that changed files are read again. */
export function forgetProjects(): void {
  byFolder.clear();
  compilersByFolder.clear();
}

/** What a folder says, or the nearest of those around it that says anything. */
function nearest<Facts>(
  folder: string,
  known: Map<string, Facts | undefined>,
  read: (folder: string) => Facts | undefined,
): Facts | undefined {
  const passed: string[] = [];
  let facts: Facts | undefined;
  for (let current = folder; ; current = path.dirname(current)) {
    facts = known.get(current);
    if (facts !== undefined || known.has(current)) break;
    passed.push(current);
    facts = read(current);
    if (facts !== undefined || path.dirname(current) === current) break;
  }
  for (const each of passed) known.set(each, facts);
  return facts;
}

/** Undefined where there is no such file. */
function readPackage(folder: string): PackageFacts | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, "package.json"), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : noPackage;
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return noPackage;
  }
  if (!isRecord(manifest)) return noPackage;
  const engines = manifest["engines"];
  return {
    dependsOnRuntime: ["dependencies", "devDependencies", "peerDependencies"].some((kind) => {
      const dependencies = manifest[kind];
      return isRecord(dependencies) && Object.hasOwn(dependencies, "unwind");
    }),
    minimumNode: isRecord(engines) ? lowestVersion(engines["node"]) : undefined,
  };
}

function lowestVersion(range: unknown): readonly [number, number] | undefined {
  // `minVersion` of a range that admits everything is 0.0.0, which says nothing about the engine.
  if (typeof range !== "string" || semver.validRange(range) === "*") return undefined;
  try {
    const lowest = semver.minVersion(range);
    return lowest === null ? undefined : [lowest.major, lowest.minor];
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
