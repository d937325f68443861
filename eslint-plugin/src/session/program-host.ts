import path from "node:path";

import type ts from "typescript";

import { canonical } from "./configuration.js";
import type { Documents } from "./documents.js";
import { SourceFiles } from "./source-files.js";
import { typescript } from "./typescript.js";

/** What `createProgram` reads from a host, though its declaration of the interface does not list it. */
interface UnlistedHost {
  /** Lets a project see the sources of the projects that it references, built or not. */
  useSourceOfProjectReferenceRedirect(): boolean;
  /** Spares a look into the folders of `@types` packages. */
  hasChangedAutomaticTypeDirectiveNames(): boolean;
}

/**
 * What a program sees of the world. It remembers where imports lead until files come or go, so that
 * the program after an edit costs little more than the file that was edited.
 */
export class ProgramHost {
  readonly #folder: string;
  readonly #options: ts.CompilerOptions;
  readonly #documents: Documents;
  readonly #sources: SourceFiles;
  readonly compilerHost: ts.CompilerHost & UnlistedHost;
  /** The files that the program was made of, by path. */
  #files = new Map<string, ts.SourceFile>();
  /** Those of the program before, while one is made. */
  #before = new Map<string, ts.SourceFile>();
  #resolutions: ts.ModuleResolutionCache;
  /** Of the documents, when the resolutions were made. */
  #structure: number;
  /** Whether imports of files that have not changed may lead elsewhere. */
  #invalidated = false;

  constructor(
    folder: string,
    options: ts.CompilerOptions,
    documents: Documents,
    sources: SourceFiles,
  ) {
    this.#folder = folder;
    this.#options = options;
    this.#documents = documents;
    this.#sources = sources;
    this.#structure = documents.structure;
    this.#resolutions = this.#noResolutions();
    this.compilerHost = this.#makeHost();
  }

  /** Whether a program would be made of the same files, with the same texts, as the last. */
  isCurrent(): boolean {
    if (this.#structure !== this.#documents.structure) return false;
    return [...this.#files.values()].every((file) => this.#sources.isCurrent(file));
  }

  /** Lets a program be made. */
  during<Result>(make: () => Result): Result {
    const { structure } = this.#documents;
    if (this.#structure !== structure) {
      this.#structure = structure;
      this.#resolutions = this.#noResolutions();
      this.#invalidated = true;
    }
    this.#before = this.#files;
    this.#files = new Map();
    try {
      return make();
    } finally {
      this.#before = new Map();
      this.#invalidated = false;
    }
  }

  release(): void {
    this.#files = new Map();
    this.#resolutions = this.#noResolutions();
  }

  #noResolutions(): ts.ModuleResolutionCache {
    return typescript.createModuleResolutionCache(this.#folder, canonical, this.#options);
  }

  #unchanged(name: string, manner: ts.ScriptTarget | ts.CreateSourceFileOptions) {
    const file = this.#before.get(name);
    if (file === undefined || typeof manner !== "object") return undefined;
    const parsedAlike = file.impliedNodeFormat === manner.impliedNodeFormat;
    return parsedAlike && this.#sources.isCurrent(file) ? file : undefined;
  }

  #makeHost(): ts.CompilerHost & UnlistedHost {
    const documents = this.#documents;
    const key = SourceFiles.keyOf(this.#options);
    const { sys } = typescript;
    const getSourceFile = (name: string, manner: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
      const file = this.#unchanged(name, manner) ?? this.#sources.get(name, key, manner);
      if (file !== undefined) this.#files.set(name, file);
      return file;
    };
    return {
      getSourceFile,
      getDefaultLibFileName: (options) => typescript.getDefaultLibFilePath(options),
      getDefaultLibLocation: () => path.dirname(typescript.getDefaultLibFilePath(this.#options)),
      getCurrentDirectory: () => this.#folder,
      getCanonicalFileName: canonical,
      useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
      getNewLine: () => "\n",
      writeFile: () => undefined,
      fileExists: (name) => documents.has(name),
      readFile: (name) => documents.read(name),
      readDirectory: (...asked) => sys.readDirectory(...asked),
      directoryExists: (name) => documents.hasFolder(name),
      getDirectories: (name) => sys.getDirectories(name),
      ...(sys.realpath && { realpath: sys.realpath }),
      getModuleResolutionCache: () => this.#resolutions,
      resolveModuleNameLiterals: (literals, containing, redirected, options, file) =>
        literals.map((literal) => {
          const mode = typescript.getModeForUsageLocation(
            file,
            literal,
            redirected?.commandLine.options ?? options,
          );
          return typescript.resolveModuleName(
            literal.text,
            containing,
            options,
            this.compilerHost,
            this.#resolutions,
            redirected,
            mode,
          );
        }),
      hasInvalidatedResolutions: () => this.#invalidated,
      hasChangedAutomaticTypeDirectiveNames: () => this.#invalidated,
      useSourceOfProjectReferenceRedirect: () => true,
    };
  }
}
