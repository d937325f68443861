import path from "node:path";

import type ts from "typescript";

import { canonical, withSlashes } from "./configuration.js";
import type { Documents } from "./documents.js";
import { typescript } from "./typescript.js";

export interface ProjectOptions {
  /** The folder that relative paths and `@types` packages are looked up from. */
  readonly folder: string;
  readonly options: ts.CompilerOptions;
  readonly rootNames: readonly string[];
  readonly references: readonly ts.ProjectReference[];
}

/** One TypeScript program, kept up to date with the documents until it is released. */
export class Project {
  readonly #given: ProjectOptions;
  readonly #documents: Documents;
  readonly #registry: ts.DocumentRegistry;
  readonly #service: ts.LanguageService;
  readonly #rootNames: Map<string, string>;
  #program: ts.Program | undefined;
  #generation: number | undefined;
  #rootsVersion = 0;

  constructor(given: ProjectOptions, documents: Documents, registry: ts.DocumentRegistry) {
    const { folder, options, rootNames, references } = given;
    this.#given = given;
    this.#documents = documents;
    this.#registry = registry;
    this.#rootNames = new Map(rootNames.map((name) => [canonical(name), withSlashes(name)]));
    const settings = analysisOptions(options);
    const host: ts.LanguageServiceHost & {
      // Lets a project see the sources of the projects that it references, built or not. TypeScript
      // reads this from the host, though its declaration of the interface does not list it.
      useSourceOfProjectReferenceRedirect(): boolean;
    } = {
      getCompilationSettings: () => settings,
      getScriptFileNames: () => [...this.#rootNames.values()],
      getProjectVersion: () => `${documents.generation}:${this.#rootsVersion}`,
      getScriptVersion: (name) => documents.version(name) ?? "",
      getScriptSnapshot: (name) => (documents.has(name) ? snapshot(documents, name) : undefined),
      getProjectReferences: () => references,
      useSourceOfProjectReferenceRedirect: () => true,
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (each) => typescript.getDefaultLibFilePath(each),
      useCaseSensitiveFileNames: () => typescript.sys.useCaseSensitiveFileNames,
      fileExists: (name) => documents.has(name),
      readFile: (name) => documents.read(name),
      readDirectory: typescript.sys.readDirectory,
      directoryExists: typescript.sys.directoryExists,
      getDirectories: typescript.sys.getDirectories,
      ...(typescript.sys.realpath && { realpath: typescript.sys.realpath }),
    };
    this.#service = typescript.createLanguageService(host, registry);
  }

  /** Whether the file is listed, rather than imported by one that is. */
  lists(file: string): boolean {
    return this.#rootNames.has(canonical(file));
  }

  /** Makes the file part of the program. */
  add(file: string): void {
    const key = canonical(file);
    if (this.#rootNames.has(key)) return;
    this.#rootNames.set(key, withSlashes(file));
    this.#rootsVersion++;
    this.#program = undefined;
  }

  /** The up-to-date program, or undefined where TypeScript could not make one. */
  program(): ts.Program | undefined {
    if (this.#program === undefined || this.#generation !== this.#documents.generation) {
      this.#program = this.#service.getProgram();
      this.#generation = this.#documents.generation;
    }
    return this.#program;
  }

  /**
   * A project of nothing but the library declarations of this one. While it is alive, a next
   * project with the same options takes them over; to parse them again takes longer than all else.
   */
  libraries(): Project | undefined {
    const library = this.#program
      ?.getSourceFiles()
      .find((file) => this.#program?.isSourceFileDefaultLibrary(file));
    if (library === undefined) return undefined;
    const { folder, options } = this.#given;
    const given = { folder, options, rootNames: [library.fileName], references: [] };
    const libraries = new Project(given, this.#documents, this.#registry);
    libraries.program();
    return libraries;
  }

  release(): void {
    this.#program = undefined;
    this.#service.dispose();
  }
}

/**
 * A file's text, read when TypeScript wants it. It asks for the snapshot of every file whenever
 * anything may have changed, but for the text only of those whose version is another.
 */
function snapshot(documents: Documents, name: string): ts.IScriptSnapshot {
  let known: string | undefined;
  const text = () => (known ??= documents.read(name) ?? "");
  return {
    getText: (start, end) => text().slice(start, end),
    getLength: () => text().length,
    getChangeRange: () => undefined,
  };
}

/** A project's options, without what would write files, run code or hide types from us. */
function analysisOptions(options: ts.CompilerOptions): ts.CompilerOptions {
  const { plugins: _plugins, ...kept } = options;
  return {
    ...kept,
    noEmit: true,
    skipLibCheck: true,
    // Before TypeScript 6, a project that listed no `types` saw every `@types` package.
    types: kept.types ?? ["*"],
  };
}

/** For files that no configuration covers. */
export function inferredOptions(nearest: ts.CompilerOptions | undefined): ts.CompilerOptions {
  const defaults: ts.CompilerOptions = {
    target: typescript.ScriptTarget.ESNext,
    module: typescript.ModuleKind.Preserve,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    strict: true,
  };
  const { composite, incremental, rootDir, rootDirs, outDir, declaration, ...rest } = nearest ?? {};
  void [composite, incremental, rootDir, rootDirs, outDir, declaration];
  return {
    ...(nearest === undefined ? defaults : rest),
    allowJs: true,
    jsx: nearest?.jsx ?? typescript.JsxEmit.Preserve,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
  };
}

/** The folder that an inferred project is looked up from: the nearest with a package.json. */
export function packageFolder(file: string, documents: Documents): string {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (documents.has(path.join(folder, "package.json"))) return folder;
    if (path.dirname(folder) === folder) return path.dirname(file);
  }
}
