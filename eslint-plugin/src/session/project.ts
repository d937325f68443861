import path from "node:path";

import type ts from "typescript";

import { canonical, withSlashes } from "./configuration.js";
import type { Documents } from "./documents.js";
import { ProgramHost } from "./program-host.js";
import type { SourceFiles } from "./source-files.js";
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
  readonly #settings: ts.CompilerOptions;
  readonly #documents: Documents;
  readonly #rootNames: Map<string, string>;
  readonly #host: ProgramHost;
  #program: ts.Program | undefined;
  /** Of the documents, when the program was known to be up to date. */
  #generation: number | undefined;

  constructor(given: ProjectOptions, documents: Documents, sources: SourceFiles) {
    this.#given = given;
    this.#settings = analysisOptions(given.options);
    this.#documents = documents;
    this.#rootNames = new Map(given.rootNames.map((name) => [canonical(name), withSlashes(name)]));
    this.#host = new ProgramHost(given.folder, this.#settings, documents, sources);
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
    this.#generation = undefined;
  }

  /** The up-to-date program, or undefined where TypeScript could not make one. */
  program(): ts.Program | undefined {
    const { generation } = this.#documents;
    if (this.#generation === generation) return this.#program;
    const known = this.#generation !== undefined && this.#program !== undefined;
    if (!known || !this.#host.isCurrent()) this.#program = this.#make();
    this.#generation = generation;
    return this.#program;
  }

  #make(): ts.Program {
    const before = this.#program;
    // Where it fails halfway, files of the old one may be taken apart already.
    this.#program = undefined;
    return this.#host.during(() =>
      typescript.createProgram({
        rootNames: [...this.#rootNames.values()],
        options: this.#settings,
        host: this.#host.compilerHost,
        projectReferences: this.#given.references,
        ...(before && { oldProgram: before }),
      }),
    );
  }

  /**
   * The library's declarations. While somebody keeps them, a next project with the same options takes
   * them over; to parse them again takes longer than all else.
   */
  libraries(): readonly ts.SourceFile[] {
    const program = this.#program;
    if (program === undefined) return [];
    return program.getSourceFiles().filter((file) => program.isSourceFileDefaultLibrary(file));
  }

  release(): void {
    this.#program = undefined;
    this.#generation = undefined;
    this.#host.release();
  }
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
