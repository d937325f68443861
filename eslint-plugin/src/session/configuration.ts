import { statSync } from "node:fs";
import path from "node:path";

import type ts from "typescript";

import { typescript } from "./typescript.js";

/** A tsconfig.json or jsconfig.json that was read. */
export interface Configuration {
  readonly path: string;
  readonly options: ts.CompilerOptions;
  readonly fileNames: readonly string[];
  readonly projectReferences: readonly ts.ProjectReference[];
  readonly problem?: ConfigurationProblem;
}

/** Why a configuration cannot be used. */
export interface ConfigurationProblem {
  /** One line: cause and cure. */
  readonly message: string;
  /** The same for configurations that are broken for one reason, which need not be told twice. */
  readonly cause: string;
}

/** Where a file belongs. */
export interface Coverage {
  /** The configuration that lists the file. */
  readonly covering?: Configuration;
  /** The nearest one upwards that can be used, whether or not it lists the file. */
  readonly nearest?: Configuration;
  /** The nearest one upwards, where it cannot be used. */
  readonly broken?: Configuration;
}

interface Known extends Configuration {
  readonly files: ReadonlySet<string>;
  /** The configuration itself, those that it extends, and their state when they were read. */
  readonly sources: ReadonlyMap<string, number | undefined>;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
  /** Files on disk that were asked about and are not listed. */
  readonly strangers: Set<string>;
}

/**
 * What a project may say that we do not understand and need not: an empty list of files, which a
 * solution has, and options that another version of TypeScript knows.
 */
const harmless = new Set([
  18002, // The 'files' list is empty.
  18003, // No inputs were found.
  5023, // Unknown compiler option.
  5025, // Unknown compiler option, did you mean …
  5024, // Compiler option requires a value of another type.
  6044, // Compiler option expects an argument.
  6046, // Argument for an option must be one of …
]);

const names = ["tsconfig.json", "jsconfig.json"];

/** Finds the configuration that a file belongs to, as TypeScript's own server does. */
export class Configurations {
  readonly #known = new Map<string, Known>();
  readonly #inFolder = new Map<string, string | undefined>();
  /** Configurations found unchanged since the last `refresh`. */
  readonly #current = new Set<string>();

  /** The disk may have changed. */
  refresh(): void {
    this.#inFolder.clear();
    this.#current.clear();
  }

  /** Looks upwards from the file, and from a solution into the projects that it references. */
  coverageOf(file: string): Coverage {
    let nearest: Configuration | undefined;
    for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
      const found = this.#configurationIn(folder);
      if (found !== undefined) {
        const configuration = this.#read(found, file);
        if (configuration.problem !== undefined) {
          return nearest === undefined ? { broken: configuration } : { nearest };
        }
        const covering = this.#search(configuration, file, new Set());
        nearest ??= configuration;
        if (covering !== undefined) return { covering, nearest };
      }
      if (path.dirname(folder) === folder) return nearest === undefined ? {} : { nearest };
    }
  }

  #configurationIn(folder: string): string | undefined {
    if (!this.#inFolder.has(folder)) {
      const candidates = names.map((name) => path.join(folder, name));
      this.#inFolder.set(folder, candidates.find(typescript.sys.fileExists));
    }
    return this.#inFolder.get(folder);
  }

  #search(from: Known, file: string, visited: Set<string>): Configuration | undefined {
    if (from.files.has(canonical(file))) return from;
    visited.add(from.path);
    for (const reference of from.projectReferences) {
      const target = typescript.resolveProjectReferencePath(reference);
      if (visited.has(target) || !typescript.sys.fileExists(target)) continue;
      const referenced = this.#read(target, file);
      if (referenced.problem !== undefined) continue;
      const found = this.#search(referenced, file, visited);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #read(configPath: string, file: string): Known {
    const known = this.#known.get(configPath);
    if (known !== undefined && this.#isCurrent(known) && !isNewFile(known, file)) return known;
    const read = readConfiguration(configPath);
    this.#known.set(configPath, read);
    this.#current.add(configPath);
    return read;
  }

  #isCurrent(known: Known): boolean {
    if (this.#current.has(known.path)) return true;
    for (const [source, state] of known.sources) {
      if (stateOf(source) !== state) return false;
    }
    this.#current.add(known.path);
    return true;
  }
}

/** Milliseconds by which a file system's clock may lag behind ours. */
const clockLag = 50;

/** Whether the file came into being after the configuration's list of files was made. */
function isNewFile({ files, readAt, strangers }: Known, file: string): boolean {
  const name = canonical(file);
  if (files.has(name) || strangers.has(name)) return false;
  const changed = statSync(file, { throwIfNoEntry: false })?.ctimeMs;
  if (changed === undefined) return false;
  strangers.add(name);
  return changed > readAt - clockLag;
}

function readConfiguration(configPath: string): Known {
  const sources = new Map<string, number | undefined>();
  const readAt = Date.now();
  const host: ts.ParseConfigFileHost = {
    useCaseSensitiveFileNames: typescript.sys.useCaseSensitiveFileNames,
    getCurrentDirectory: () => path.dirname(configPath),
    fileExists: typescript.sys.fileExists,
    readDirectory: typescript.sys.readDirectory,
    readFile(name) {
      sources.set(name, stateOf(name));
      return typescript.sys.readFile(name);
    },
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      failure = diagnostic;
    },
  };
  sources.set(configPath, stateOf(configPath));
  let failure: ts.Diagnostic | undefined;
  let parsed: ts.ParsedCommandLine | undefined;
  try {
    parsed = typescript.getParsedCommandLineOfConfigFile(configPath, {}, host);
    failure ??= (parsed && typescript.getConfigFileParsingDiagnostics(parsed))?.find(
      ({ category, code }) =>
        category === typescript.DiagnosticCategory.Error && !harmless.has(code),
    );
  } catch (error) {
    return broken(configPath, sources, readAt, { why: String(error) });
  }
  if (parsed === undefined || failure !== undefined) {
    return broken(configPath, sources, readAt, failure && describe(failure));
  }
  return {
    path: configPath,
    options: parsed.options,
    fileNames: parsed.fileNames,
    files: new Set(parsed.fileNames.map(canonical)),
    projectReferences: parsed.projectReferences ?? [],
    sources,
    readAt,
    strangers: new Set(),
  };
}

function broken(
  configPath: string,
  sources: Known["sources"],
  readAt: number,
  { why, cause = configPath }: { why: string; cause?: string } = { why: "it cannot be read" },
): Known {
  const message = `${configPath} is broken: ${why}; default options are used until it is mended`;
  return {
    path: configPath,
    options: {},
    fileNames: [],
    files: new Set(),
    projectReferences: [],
    sources,
    readAt,
    strangers: new Set(),
    problem: { message, cause },
  };
}

/** The error for a configuration that `extends` one that is not there. */
const fileNotFound = 6053;

function describe({ code, file, start, messageText }: ts.Diagnostic) {
  const flat = typescript.flattenDiagnosticMessageText(messageText, " ").replace(/\s+/g, " ");
  let why = flat.replace(/\.$/, "");
  if (file !== undefined && start !== undefined) {
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    why += ` (line ${line + 1}, column ${character + 1})`;
  }
  // In a repository whose packages are not installed, every configuration may lack the same base.
  if (code === fileNotFound) return { why: `${why}; is it installed?`, cause: flat };
  return { why };
}

function stateOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/** TypeScript's form of a path: forward slashes, and lower case where the file system has no case. */
export function canonical(file: string): string {
  const slashed = withSlashes(file);
  return typescript.sys.useCaseSensitiveFileNames ? slashed : slashed.toLowerCase();
}

export function withSlashes(file: string): string {
  return path.sep === "\\" ? file.replaceAll("\\", "/") : file;
}
