import type ts from "typescript";

import { type Configuration, Configurations, withSlashes } from "./configuration.js";
import type { Documents } from "./documents.js";
import { inferredOptions, packageFolder, Project } from "./project.js";
import { SourceFiles } from "./source-files.js";
import { typescript } from "./typescript.js";

/** What a file is to be checked with. */
export interface Answer {
  /** A program that holds the file. */
  readonly program: ts.Program | undefined;
  /** A project that cannot be used as it stands: one line, told once. */
  readonly problem: string | undefined;
}

interface Entry {
  readonly project: Project;
  /** Another object than before tells that it was read anew. */
  readonly configuration: Configuration | undefined;
}

/** Programs kept alive between single questions; each takes up to half a gigabyte. */
const mostPrograms = 3;

/** Finds, makes, keeps and releases the programs that files are checked with. */
export class Projects {
  readonly #documents: Documents;
  readonly #configurations = new Configurations();
  readonly #sources: SourceFiles;
  /** By key, the least recently used first. */
  readonly #alive = new Map<string, Entry>();
  readonly #told = new Set<string>();
  #limit = mostPrograms;

  constructor(documents: Documents) {
    this.#documents = documents;
    this.#sources = new SourceFiles(documents);
  }

  /** How many programs are alive. */
  get size(): number {
    return this.#alive.size;
  }

  /** The disk may have changed. */
  refresh(): void {
    this.#configurations.refresh();
  }

  release(): void {
    for (const { project } of this.#alive.values()) project.release();
    this.#alive.clear();
    this.#sources.kept = [];
    this.#sources.sweep();
  }

  /** The program for a file. Those asked for before stay alive, up to a limit. */
  programFor(file: string): Answer {
    const { covering, nearest, broken } = this.#configurations.coverageOf(file);
    if (covering !== undefined) return this.#answer(() => this.#listed(covering, file), broken);
    return this.#answer(
      () =>
        this.#knownInferred(nearest, file) ??
        this.#imported(nearest, file) ??
        this.#inferred(nearest, [file], file),
      broken,
    );
  }

  /**
   * The program for each of many files, ordered so that a program serves all of its files before
   * the next one is made. Only one is alive at a time, and none afterwards.
   */
  *programsFor(files: Iterable<string>): Generator<Answer & { readonly file: string }> {
    this.release();
    this.#limit = 1;
    try {
      for (const { nearest, listed, others } of this.#group(files)) {
        for (const [file, covering] of listed) {
          yield { file, ...this.#answer(() => this.#listed(covering, file)) };
        }
        const strangers: typeof others = [];
        for (const other of others) {
          const answer = this.#answer(() => this.#imported(nearest, other.file));
          if (answer.program === undefined && answer.problem === undefined) strangers.push(other);
          else yield { file: other.file, ...answer };
        }
        const roots = strangers.map(({ file }) => file);
        for (const { file, broken } of strangers) {
          yield { file, ...this.#answer(() => this.#inferred(nearest, roots, file), broken) };
        }
      }
    } finally {
      this.#limit = mostPrograms;
      this.release();
    }
  }

  /** By the configuration that decides, in the order of each group's first file. */
  #group(files: Iterable<string>) {
    interface Group {
      readonly nearest: Configuration | undefined;
      readonly listed: [file: string, covering: Configuration][];
      readonly others: { readonly file: string; readonly broken: Configuration | undefined }[];
    }
    const groups = new Map<string, Group>();
    for (const file of files) {
      const { covering, nearest, broken } = this.#configurations.coverageOf(file);
      const deciding = covering ?? nearest;
      const key = deciding?.path ?? this.#inferredKey(undefined, file);
      let group = groups.get(key);
      if (group === undefined) {
        group = { nearest: deciding, listed: [], others: [] };
        groups.set(key, group);
      }
      if (covering === undefined) group.others.push({ file, broken });
      else group.listed.push([file, covering]);
    }
    return groups.values();
  }

  #answer(find: () => ts.Program | undefined, broken?: Configuration): Answer {
    const told = broken?.problem && this.#once(broken.problem.message, broken.problem.cause);
    try {
      return { program: find(), problem: told };
    } catch (error) {
      // TypeScript asserts much about itself and about what a host tells it.
      const why = String(error).split("\n", 1)[0] ?? "";
      const problem = `TypeScript could not load the project (${why}); analysed without types`;
      return { program: undefined, problem: told ?? this.#once(problem) };
    }
  }

  #once(problem: string, cause = problem): string | undefined {
    if (this.#told.has(cause)) return undefined;
    this.#told.add(cause);
    return problem;
  }

  #listed(configuration: Configuration, file: string): ts.Program | undefined {
    return holding(this.#configured(configuration).program(), file);
  }

  /** A file that no configuration lists may still be in a program: a listed one imports it. */
  #imported(nearest: Configuration | undefined, file: string): ts.Program | undefined {
    if (nearest === undefined || nearest.fileNames.length === 0) return undefined;
    return holding(this.#configured(nearest).program(), file);
  }

  #inferred(
    nearest: Configuration | undefined,
    roots: readonly string[],
    file: string,
  ): ts.Program | undefined {
    const project = this.#use(this.#inferredKey(nearest, file), nearest, () => ({
      folder: packageFolder(file, this.#documents),
      options: inferredOptions(nearest?.options),
      rootNames: roots,
      references: [],
    }));
    project.add(file);
    return holding(project.program(), file);
  }

  /** Spares the nearest program, where the file was once found not to be in it. */
  #knownInferred(nearest: Configuration | undefined, file: string): ts.Program | undefined {
    const known = this.#alive.get(this.#inferredKey(nearest, file));
    if (known?.configuration !== nearest || known?.project.lists(file) !== true) return undefined;
    return this.#inferred(nearest, [file], file);
  }

  #inferredKey(nearest: Configuration | undefined, file: string): string {
    return `inferred:${nearest?.path ?? packageFolder(file, this.#documents)}`;
  }

  #configured(configuration: Configuration): Project {
    return this.#use(configuration.path, configuration, () => ({
      folder: typescript.sys.resolvePath(`${configuration.path}/..`),
      options: configuration.options,
      rootNames: configuration.fileNames,
      references: configuration.projectReferences,
    }));
  }

  #use(
    key: string,
    configuration: Configuration | undefined,
    options: () => ConstructorParameters<typeof Project>[0],
  ): Project {
    const known = this.#alive.get(key);
    this.#alive.delete(key);
    if (known?.configuration === configuration && known !== undefined) {
      this.#alive.set(key, known);
      return known.project;
    }
    if (known === undefined) this.#makeRoom();
    const project = new Project(options(), this.#documents, this.#sources);
    if (known !== undefined) {
      // Made before the old one is released, so that files that both hold are not parsed again.
      project.program();
      known.project.release();
    }
    this.#alive.set(key, { project, configuration });
    return project;
  }

  #makeRoom(): void {
    for (const [key, { project }] of this.#alive) {
      if (this.#alive.size < this.#limit) return;
      this.#alive.delete(key);
      this.#sources.kept = project.libraries();
      project.release();
    }
  }
}

function holding(program: ts.Program | undefined, file: string): ts.Program | undefined {
  return program && sourceFileIn(program, file) && program;
}

/** The file in the program, under its own name or under the one that a symbolic link stands for. */
export function sourceFileIn(program: ts.Program, file: string): ts.SourceFile | undefined {
  const name = withSlashes(file);
  return (
    program.getSourceFile(name) ?? program.getSourceFile(typescript.sys.realpath?.(name) ?? name)
  );
}
