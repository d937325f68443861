import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../analysis/created/acquisitions.js";
import type { Ownership } from "../analysis/uses/ownership.js";
import type { Provenance } from "../analysis/code/provenance.js";
import { walk } from "../analysis/code/syntax.js";
import { symbolsSince } from "../resources/entries.js";
import type { ProjectFacts } from "../types/project.js";
import type { TypeSource } from "../types/type-source.js";
import type { Edit, Rewrite } from "./edit.js";
import type { RewriteMode } from "./mode.js";
import { mentions } from "./source-style.js";

/** What a rewrite needs to know of a resource that a block should manage. */
export interface Managed {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly types: TypeSource;
  readonly provenance: Provenance;
  readonly project: ProjectFacts;
  readonly mode: RewriteMode;
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
  /**
   * Whether some path releases the resource already. Where none does, it may be meant to live on,
   * for example a directory whose path is printed, so that a person must decide.
   */
  readonly releasedSomewhere: boolean;
  /** Whether only an exception loses the resource: every other way releases it or hands it on. */
  readonly lostOnlyByThrow: boolean;
}

/** What the file of a resource says, apart from the resource itself. */
type FileOfManaged = Pick<Managed, "text" | "ast" | "types" | "project"> & {
  readonly rewrite: RewriteMode;
};

/** A resource that its function releases on every path. */
export function managedIn(
  { text, ast, types, project, rewrite }: FileOfManaged,
  provenance: Provenance,
  { acquisition, ownership }: Pick<Managed, "acquisition" | "ownership">,
): Managed {
  return {
    text,
    ast,
    types,
    project,
    provenance,
    mode: rewrite,
    acquisition,
    ownership,
    releasedSomewhere: true,
    lostOnlyByThrow: false,
  };
}

/** One way to manage a resource, before the rest of the block is fitted to it. */
export interface Form {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly kind: Rewrite["kind"];
  /** Whether a release that stays in the code does no harm. */
  readonly idempotent: boolean;
}

/** Whether every version from a minimum on has what each release line has since some version. */
export function hasSince(
  [major, minor]: readonly [number, number],
  since: readonly (readonly [major: number, minor: number])[],
): boolean {
  const newest = Math.max(...since.map(([line]) => line));
  if (major > newest) return true;
  // A minimum within one line admits all later lines too, each from its first version on; those
  // that are out of support by now, the odd ones, do not count.
  return since.some(([line, first]) => line === major && minor >= first);
}

/** Whether a rewrite that needs the runtime may be applied unseen. */
export function isProvenWithRuntime({ project, releasedSomewhere }: Managed): boolean {
  const { dependsOnRuntime, minimumNode, declaresSymbols, usingProven } = project;
  const runs = minimumNode ? hasSince(minimumNode, symbolsSince) : declaresSymbols;
  return dependsOnRuntime && runs && usingProven && releasedSomewhere;
}

/** What a title says of the package where the project does not depend on it yet. */
export function addition({ project }: Pick<Managed, "project">): string {
  return project.dependsOnRuntime ? "" : ", and add `unwind`";
}

/** Whether the file has a name already, and not from the module that a rewrite takes it from. */
export function isTaken(
  name: string,
  { ast, text }: Pick<Managed, "ast" | "text">,
  module = "unwind",
): boolean {
  if (!mentions(name, text)) return false;
  const imported = ast.body.some(
    (statement) =>
      statement.type === "ImportDeclaration" &&
      statement.source.value === module &&
      statement.importKind !== "type" &&
      statement.specifiers.some(
        (specifier) =>
          specifier.type === "ImportSpecifier" &&
          specifier.local.name === name &&
          specifier.importKind !== "type",
      ),
  );
  let redeclared = false;
  walk(ast, (node) => {
    if ((node.type === "VariableDeclarator" || node.type === "FunctionDeclaration") && node.id) {
      redeclared ||= node.id.type === "Identifier" && node.id.name === name;
    }
    return undefined;
  });
  return !imported || redeclared;
}
