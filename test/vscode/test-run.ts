/** What the tests in the extension host tell the process that started them. */
export interface TestRun {
  /** VS Code's. */
  readonly version: string;
  /** The test that runs; when the extension host has ended, the one in which it ended. */
  readonly running?: string;
  readonly tests: readonly {
    readonly title: string;
    readonly milliseconds: number;
    /** Why it failed. */
    readonly failure?: string;
  }[];
}
