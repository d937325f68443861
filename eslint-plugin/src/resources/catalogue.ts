/** A place in a module's exports, or a member of a type that the module exports. */
export interface Origin {
  /** The package or Node module without `node:`, for example `fs/promises`. `""` for a global. */
  readonly module: string;
  /**
   * The path of names within the module: `open`, `promises.open`, `Pool#connect`. A `#` stands
   * before a member of an instance.
   */
  readonly name: string;
}

export type Release =
  /** A method of the resource: `handle.close()`. */
  | { readonly kind: "method"; readonly name: string; readonly async: boolean }
  /** A function that takes the resource as its first argument: `fs.closeSync(fd)`. */
  | { readonly kind: "function"; readonly origin: Origin; readonly async: boolean };

/** One kind of resource: what acquires it and what releases it. */
export interface Resource {
  /** What a reader calls it, for example "file handle". */
  readonly noun: string;
  readonly acquire: readonly Origin[];
  /** Whether the acquiring call returns a promise of the resource. */
  readonly async: boolean;
  /** The best first. */
  readonly release: readonly Release[];
  /**
   * What the value is: an object that others may take over, or a plain string or number, which a
   * callee uses but does not own.
   */
  readonly value: "object" | "plain";
  /**
   * The dispose symbol that the value has, and the first Node version of each release line that
   * has it at run time; absent where there is none.
   */
  readonly dispose?: {
    readonly symbol: "sync" | "async";
    readonly since: readonly (readonly [major: number, minor: number])[];
  };
}

export interface Catalogue {
  readonly resources: readonly Resource[];
}
