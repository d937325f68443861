import { readFileSync } from "node:fs";
import path from "node:path";

import semver from "semver";

/** What a file's project declares about the engines and packages that its code may rely on. */
export interface ProjectFacts {
  /** Whether `unwind` is among the nearest package.json's dependencies. */
  readonly dependsOnRuntime: boolean;
  /** The lowest Node version that `engines.node` admits, or undefined where it says nothing. */
  readonly minimumNode: readonly [major: number, minor: number] | undefined;
  /**
   * Whether `using` may be written: the file is TypeScript (which lowers the syntax for older
   * targets), or its project's engines run it natively.
   */
  readonly usingSyntax: boolean;
}

type PackageFacts = Omit<ProjectFacts, "usingSyntax">;

/** The first Node release line whose engine runs `using` natively. */
const nodeWithUsing = 24;

const noPackage: PackageFacts = { dependsOnRuntime: false, minimumNode: undefined };

/** What holds for a folder's files, taken from the nearest package.json at or above it. */
const byFolder = new Map<string, PackageFacts>();

/**
 * Reads the package.json nearest to the file; remembers it by folder until `forgetProjects`.
 *
 * One that cannot be read or parsed counts as one that says nothing. Never throws.
 */
export function projectFacts(filePath: string): ProjectFacts {
  const facts = factsOfFolder(path.dirname(path.resolve(filePath)));
  const typeScript = /\.[cm]?tsx?$/i.test(filePath);
  const native = facts.minimumNode !== undefined && facts.minimumNode[0] >= nodeWithUsing;
  return { ...facts, usingSyntax: typeScript || native };
}

/** Forgets what was read, so that changed package.json files are read again. */
export function forgetProjects(): void {
  byFolder.clear();
}

function factsOfFolder(folder: string): PackageFacts {
  const passed: string[] = [];
  let facts: PackageFacts | undefined;
  for (let current = folder; ; current = path.dirname(current)) {
    facts = byFolder.get(current);
    if (facts !== undefined) break;
    passed.push(current);
    facts = readPackage(path.join(current, "package.json"));
    if (facts !== undefined) break;
    if (path.dirname(current) === current) {
      facts = noPackage;
      break;
    }
  }
  for (const each of passed) byFolder.set(each, facts);
  return facts;
}

/** Undefined where there is no such file. */
function readPackage(file: string): PackageFacts | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
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
