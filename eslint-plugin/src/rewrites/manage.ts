import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../analysis/acquisitions.js";
import type { Ownership, Use } from "../analysis/ownership.js";
import type { Provenance } from "../analysis/provenance.js";
import { contains, lastName, unwrap, walk } from "../analysis/syntax.js";
import type { Release } from "../resources/catalogue.js";
import { symbolsSince } from "../resources/entries.js";
import type { ProjectFacts } from "../types/project.js";
import type { TypeSource } from "../types/type-source.js";
import type { Edit, Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { importEdits } from "./imports.js";
import { removeRelease } from "./redundant-release.js";
import { bestReleaseFunction, releaseFunction } from "./release-function.js";
import { settledUses } from "./settled-uses.js";
import { indentationAt, lineStart, mentions, styleOf } from "./source-style.js";

/** What a rewrite needs to know of a resource that a block should manage. */
export interface Managed {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly types: TypeSource;
  readonly provenance: Provenance;
  readonly project: ProjectFacts;
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
  /**
   * Whether some path releases the resource already. Where none does, it may be meant to live on,
   * for example a directory whose path is printed, so that a person must decide.
   */
  readonly releasedSomewhere: boolean;
}

/**
 * Rewrites a declaration so that leaving its block releases the resource: `using`, `closing` or an
 * exit stack, by what the value is and the project's engines allow. Undefined where that would not
 * be safe.
 */
export function manageWithUsing(managed: Managed): Rewrite | undefined {
  const site = siteOf(managed);
  if (!site) return undefined;
  const form = ownSymbol(managed, site) ?? closingForm(managed, site) ?? stackForm(managed, site);
  const rest = form && restOfBlock(managed, site, form.idempotent);
  const edits = rest && inOrder([...form.edits, ...rest]);
  if (!edits) return undefined;
  return { kind: form.proven ? "fix" : "suggestion", title: form.title, edits };
}

interface Site {
  readonly declaration: TSESTree.VariableDeclaration;
  readonly init: TSESTree.Expression;
  readonly name: string;
  readonly block: TSESTree.BlockStatement;
  readonly async: boolean;
}

interface Form {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly proven: boolean;
  /** Whether a release that stays in the code does no harm. */
  readonly idempotent: boolean;
}

/** The declaration, if the resource lives in it alone and never leaves its block. */
function siteOf({ acquisition, ownership, project }: Managed): Site | undefined {
  const { variable, holders, uses } = ownership;
  const declarator = variable?.defs[0]?.node;
  if (declarator?.type !== "VariableDeclarator" || !declarator.init) return undefined;
  const declaration = declarator.parent;
  if (
    !project.usingSyntax ||
    holders.length > 1 ||
    uses.some(({ effect }) => effect === "handOver" || effect === "overwrite") ||
    declaration.declarations.length > 1 ||
    declaration.kind === "var" ||
    declarator.id.type !== "Identifier" ||
    declaration.parent.type !== "BlockStatement" ||
    // Something else, for example a condition, may stand in between.
    unwrap(declarator.init) !== unwrap(acquisition.value)
  ) {
    return undefined;
  }
  return {
    declaration,
    init: declarator.init,
    name: declarator.id.name,
    block: declaration.parent,
    async: acquisition.func.async,
  };
}

/** `using x = …` for what has a dispose symbol that every engine of the project knows. */
function ownSymbol(managed: Managed, site: Site): Form | undefined {
  const { acquisition, project, types } = managed;
  const { dispose, async: promised, idempotentRelease } = acquisition.resource;
  if (!dispose || (dispose.symbol === "async" && !site.async)) return undefined;
  if (promised && acquisition.value.type !== "AwaitExpression") return undefined;
  // The declarations of an older @types/node lack symbols that the engine has.
  if (types.disposeSymbolsOf(acquisition.value)?.[dispose.symbol] === false) return undefined;
  const runs = project.minimumNode && hasSince(project.minimumNode, dispose.since);
  if (runs === false) return undefined;
  const keyword = dispose.symbol === "async" ? "await using" : "using";
  return {
    title: `Manage \`${site.name}\` with \`${keyword}\``,
    edits: [declaredBy(site, keyword)],
    proven: runs === true,
    idempotent: idempotentRelease,
  };
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

/** `using x = closing(…, (held) => held.release())` for objects without a symbol of their own. */
function closingForm(managed: Managed, site: Site): Form | undefined {
  const { acquisition, ownership, text } = managed;
  const { resource, value } = acquisition;
  if (resource.value !== "object") return undefined;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  const release = chosenMethod(ownership.uses, resource.release);
  if (release?.kind !== "method" || (release.async && !site.async)) return undefined;
  const parameter = freshName(["held", "resource", "acquired"], site.block, managed.ast);
  if (parameter === undefined || isTaken("closing", managed)) return undefined;
  const keyword = release.async ? "await using" : "using";
  const { init } = site;
  return {
    title: `Manage \`${site.name}\` with \`${keyword}\` and \`closing\`${addition(managed)}`,
    edits: [
      declaredBy(site, keyword),
      { range: [init.range[0], init.range[0]], text: "closing(" },
      {
        range: [init.range[1], init.range[1]],
        text: `, (${parameter}) => ${parameter}.${release.name}())`,
      },
      ...importEdits(["closing"], "unwind", managed.ast, text, styleOf(text, managed.ast)),
    ],
    proven: isProvenWithRuntime(managed),
    idempotent: resource.idempotentRelease,
  };
}

/** An exit stack that adopts a number or string, which can have no dispose symbol. */
function stackForm(managed: Managed, site: Site): Form | undefined {
  const { acquisition, text, ast } = managed;
  const { resource, value } = acquisition;
  if (resource.value !== "plain") return undefined;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  // Where a release stays, the one at the block's end must bear that nothing is left to release.
  const release = releasesStay(managed, site)
    ? bestReleaseFunction(managed)
    : releaseFunction(managed, managed.ownership.uses);
  if (!release || (release.async && !site.async)) return undefined;
  const stack = freshName(["stack", "exitStack", `${site.name}Stack`], site.block, ast);
  const parameter = freshName(["path", "held", "acquired"], site.block, ast);
  const className = release.async ? "AsyncExitStack" : "ExitStack";
  if (stack === undefined || parameter === undefined) return undefined;
  if (isTaken(className, managed)) return undefined;
  const keyword = release.async ? "await using" : "using";
  const style = styleOf(text, ast);
  const { init, declaration } = site;
  const start = declaration.range[0];
  const indentation = indentationAt(text, start);
  if (text.slice(lineStart(text, start), start).trim() !== "") return undefined;
  const callback =
    release.furtherArguments === undefined
      ? release.name
      : `(${parameter}) => ${release.name}(${parameter}, ${release.furtherArguments})`;
  return {
    title: `Manage \`${site.name}\` with an \`${className}\`${addition(managed)}`,
    edits: [
      // Changes nothing, but keeps two stacks of one block, and so of one name, out of one pass.
      { range: [site.block.range[0], site.block.range[0]], text: "" },
      {
        range: [start, start],
        text: `${keyword} ${stack} = new ${className}()${style.semicolon}${style.lineEnd}${indentation}`,
      },
      { range: [init.range[0], init.range[0]], text: `${stack}.adopt(` },
      { range: [init.range[1], init.range[1]], text: `, ${callback})` },
      ...release.edits,
      ...importEdits([className], "unwind", ast, text, style),
    ],
    proven: isProvenWithRuntime(managed),
    idempotent: resource.idempotentRelease,
  };
}

/**
 * The method by which the code releases already, so that the rewrite does not change how it ends;
 * the best one where it does not. Undefined where the code says more than the end of a block can:
 * `release(error)`, `end("bye")`, or one method here and another there.
 */
function chosenMethod(uses: readonly Use[], releases: readonly Release[]): Release | undefined {
  const methods = new Set<string | undefined>();
  for (const { effect, at } of uses) {
    if (effect !== "release") continue;
    const plain = at.type === "CallExpression" && at.arguments.length === 0;
    methods.add(plain ? lastName(at.callee) : undefined);
  }
  if (methods.size === 0) return releases[0];
  const [name] = methods;
  if (methods.size > 1 || name === undefined) return undefined;
  const release = releases.find((each) => each.kind === "method" && each.name === name);
  // At the end of a block nobody knows whether what stands in it has succeeded.
  return release?.kind === "method" && release.commits ? undefined : release;
}

/** Whether a release cannot be taken away, because something happens behind it. */
function releasesStay({ ownership, text }: Managed, { block }: Site): boolean {
  return ownership.uses.some(
    ({ effect, at }) =>
      effect === "release" && !(contains(block, at) && removeRelease(at, block, text)),
  );
}

/** The edits to the rest of the block: releases that go, and promises that must be awaited. */
function restOfBlock(managed: Managed, site: Site, idempotent: boolean): Edit[] | undefined {
  const { ownership, text, types, acquisition } = managed;
  const awaits = settledUses(ownership.uses, acquisition, types);
  if (!awaits) return undefined;
  const edits = [...awaits];
  for (const { effect, at, inClosure } of ownership.uses) {
    if (effect !== "release" || inClosure) continue;
    const removal = contains(site.block, at) ? removeRelease(at, site.block, text) : undefined;
    if (removal) edits.push(...removal);
    else if (!idempotent) return undefined;
  }
  return edits;
}

function declaredBy({ declaration }: Site, keyword: string): Edit {
  const start = declaration.range[0];
  return { range: [start, start + declaration.kind.length], text: keyword };
}

function isProvenWithRuntime({ project, releasedSomewhere }: Managed): boolean {
  const { dependsOnRuntime, minimumNode } = project;
  const runs = minimumNode !== undefined && hasSince(minimumNode, symbolsSince);
  return dependsOnRuntime && runs && releasedSomewhere;
}

function addition({ project }: Managed): string {
  return project.dependsOnRuntime ? "" : ", and add `unwind`";
}

/** Whether the file has the name already, and not from `unwind`. */
function isTaken(name: string, { ast, text }: Managed): boolean {
  if (!mentions(name, text)) return false;
  const imported = ast.body.some(
    (statement) =>
      statement.type === "ImportDeclaration" &&
      statement.source.value === "unwind" &&
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

/** Orders edits and joins those that touch; undefined where two of them overlap. */
function inOrder(edits: readonly Edit[]): Edit[] | undefined {
  const ordered = [...edits].sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  const result: Edit[] = [];
  for (const edit of ordered) {
    const previous = result.at(-1);
    if (!previous || previous.range[1] < edit.range[0]) result.push(edit);
    else if (previous.range[1] === edit.range[0]) {
      result[result.length - 1] = {
        range: [previous.range[0], edit.range[1]],
        text: previous.text + edit.text,
      };
    } else return undefined;
  }
  return result;
}
