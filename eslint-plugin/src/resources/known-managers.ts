/**
 * Functions that give managers which end otherwise when the body failed, as they do under `using` as
 * long as nobody says that it succeeded: `module` and `name` as in an import.
 */
export const outcomeAwareManagers: readonly {
  readonly module: string;
  readonly name: string;
  /** What they do when nobody says that the work succeeded, as the end of a sentence. */
  readonly otherwise: string;
  /** Options, set to `true` in an object literal, under which that loses nothing. */
  readonly unless: readonly string[];
}[] = [
  {
    module: "unwind/sql",
    name: "transaction",
    otherwise: "it rolls back",
    unless: ["readOnly"],
  },
];

/** Classes of the runtime whose objects are told the outcome by `complete()`, if their release asks. */
export const outcomeAwareBases: ReadonlySet<string> = new Set([
  "AbstractAsyncContextManager",
  "AbstractContextManager",
]);
