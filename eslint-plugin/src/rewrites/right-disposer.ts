import type { TSESTree } from "@typescript-eslint/types";

import type { HazardousDisposal } from "../analysis/scopes/hazards.js";
import { enclosingFunction, memberName, pathName, unwrap } from "../analysis/code/syntax.js";
import type { Hazard, Remedy } from "../resources/hazards.js";
import type { ProjectFacts } from "../types/project.js";
import { declareStack } from "./declare-stack.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { importEdits, importedName } from "./imports.js";
import { indentUnit } from "./insert.js";
import { declaredBy } from "./forms/using.js";
import { addition, isTaken, type Managed } from "./managed.js";
import { mayWriteUsing, type RewriteMode } from "./mode.js";
import { type Site, siteOf } from "./place.js";
import { removeRelease } from "./redundant-release.js";
import { settledUses } from "./settled-uses.js";
import { indentationAt, styleOf } from "./source-style.js";

/** What the rewrite needs to know of the file. */
interface RewrittenFile {
  readonly text: string;
  readonly ast: TSESTree.Program;
  readonly project: ProjectFacts;
  readonly rewrite: RewriteMode;
}

/**
 * Puts the disposer in that does what a reader expects; undefined where it would have to wait in a
 * function that cannot, or where a name that it needs means something else.
 */
export function rightDisposer(
  disposal: HazardousDisposal,
  file: RewrittenFile,
): Rewrite | undefined {
  const { managed, hazard } = disposal;
  if (!mayWriteUsing(file) || !canWait(managed, file.ast)) return undefined;
  const { remedy } = hazard;
  // All but a keyword needs the runtime.
  if (file.rewrite === "native" && remedy.kind !== "await") return undefined;
  const edits = editsFor(disposal, remedy, file);
  const ordered = edits && inOrder(edits);
  if (!ordered) return undefined;
  const { value, variable } = managed;
  const name = value.type === "Identifier" ? value.name : variable?.name;
  const subject = name === undefined ? `the ${hazard.noun}` : `\`${name}\``;
  const added = remedy.kind === "await" ? "" : addition(file);
  return { kind: "suggestion", title: remedy.title(subject) + added, edits: ordered };
}

function editsFor(
  disposal: HazardousDisposal,
  remedy: Remedy,
  file: RewrittenFile,
): Edit[] | undefined {
  const { managed } = disposal;
  switch (remedy.kind) {
    case "await":
      return awaiting(managed);
    case "function":
      return byFunction(managed, remedy, file);
    case "release":
      return byRelease(managed, remedy.lines, file);
    case "pooled":
      return byPooled(managed, file);
  }
}

/** Whether what manages the value may be asynchronous. */
function canWait({ by, value }: HazardousDisposal["managed"], ast: TSESTree.Program): boolean {
  if (by.kind === "stack") return by.async;
  const func = enclosingFunction(value);
  return func ? func.async : ast.sourceType === "module";
}

/** `await using`, unless it says so already. */
function awaiting({ by }: HazardousDisposal["managed"]): Edit[] | undefined {
  if (by.kind !== "using") return undefined;
  const { parent: declaration } = by.declarator;
  // All others of the same declaration would come to wait, too.
  if (declaration.declarations.length > 1) return undefined;
  const start = declaration.range[0];
  return by.async ? [] : [{ range: [start, start], text: "await " }];
}

/** What stands for the managed value, without a release of its own. */
function bare({ given, closing, by }: HazardousDisposal["managed"], text: string) {
  const adopted = by.kind === "stack" && by.method === "adopt";
  const value = closing ? closing.arguments[0] : given;
  return value && !adopted ? text.slice(...value.range) : undefined;
}

/** `writable(createWriteStream(path))` */
function byFunction(
  managed: HazardousDisposal["managed"],
  { module, name }: Extract<Remedy, { kind: "function" }>,
  { text, ast }: RewrittenFile,
): Edit[] | undefined {
  const keyword = managed.by.kind === "using" ? awaiting(managed) : [];
  const value = bare(managed, text);
  if (!keyword || value === undefined) return undefined;
  // `using child = child(…)` would call itself.
  const imported = importedName(name, module, { ast, text });
  return (
    imported && [
      ...keyword,
      { range: managed.given.range, text: `${imported.local}(${value})` },
      ...importEdits([imported.specifier], module, ast, text, styleOf(text, ast)),
    ]
  );
}

/** `closing(runner, async (held) => { … })` */
function byRelease(
  managed: HazardousDisposal["managed"],
  lines: readonly string[],
  file: RewrittenFile,
): Edit[] | undefined {
  const { text } = file;
  const keyword = managed.by.kind === "using" ? awaiting(managed) : [];
  const value = bare(managed, text);
  const closed = value === undefined ? undefined : closedBy(lines, value, managed.given, file);
  return keyword && closed && [...keyword, ...closed];
}

/**
 * `closing(runner, async (held) => { … })` in place of what is given.
 *
 * @param lines The statements of the release, about `held`.
 */
export function closedBy(
  lines: readonly string[],
  value: string,
  given: TSESTree.Node,
  { text, ast }: Pick<RewrittenFile, "text" | "ast">,
): Edit[] | undefined {
  const parameter = freshName(["held", "resource", "acquired"], given, ast);
  if (parameter === undefined || isTaken("closing", { ast, text })) return undefined;
  const { lineEnd, semicolon } = styleOf(text, ast);
  const outer = indentationAt(text, given.range[0]);
  const unit = indentUnit(text);
  const body = lines.map(
    (line) =>
      outer +
      unit +
      line
        .replaceAll("\t", unit)
        .replace(/;$/, semicolon)
        .replace(/\bheld\b/g, parameter) +
      lineEnd,
  );
  const release = `async (${parameter}) => {${lineEnd}${body.join("")}${outer}}`;
  return [
    { range: given.range, text: `closing(${value}, ${release})` },
    ...importEdits(["closing"], "unwind", ast, text, styleOf(text, ast)),
  ];
}

/** `await stack.enterContext(pooled(pool))` */
function byPooled(managed: HazardousDisposal["managed"], file: RewrittenFile): Edit[] | undefined {
  const { by, value, variable } = managed;
  const { text, ast } = file;
  const pool = poolOf(value);
  if (pool === undefined || isTaken("pooled", { ast, text }, "unwind/sql")) return undefined;
  // What the code releases itself, `pooled` would release again.
  if (!variable || variable.references.some(({ identifier }) => isReleased(identifier))) return;
  const style = styleOf(text, ast);
  const source = text.slice(...pool.range);
  const imported = importEdits(["pooled"], "unwind/sql", ast, text, style);
  if (by.kind === "stack") {
    if (!by.ofRuntime || by.method !== "use" || managed.closing) return undefined;
    const stack = text.slice(...by.stack.range);
    const entered = `await ${stack}.enterContext(pooled(${source}))`;
    return [{ range: by.call.range, text: entered }, ...imported];
  }
  const declared = lentBy(source, by.declarator, { ...file, mode: file.rewrite });
  return declared && [...declared, ...imported];
}

/** `await using stack = new AsyncExitStack(); const connection = await stack.enterContext(…)` */
function lentBy(
  pool: string,
  { init, parent: declaration }: TSESTree.VariableDeclarator,
  file: Pick<Managed, "ast" | "text" | "project" | "mode">,
): Edit[] | undefined {
  if (!init || declaration.declarations.length > 1) return undefined;
  if (declaration.parent.type !== "BlockStatement") return undefined;
  const options = { native: false, scope: declaration.parent, furtherNames: ["connections"] };
  const stack = declareStack(file, declaration, true, options);
  if (!stack) return undefined;
  const start = declaration.range[0];
  return [
    ...stack.edits,
    { range: [start, start + declaration.kind.length], text: "const" },
    { range: init.range, text: `await ${stack.name}.enterContext(pooled(${pool}))` },
  ];
}

/**
 * What gives back a connection that leaks, without its transaction: the plain release of a
 * connection would give it back with that still open, to whoever gets it next.
 */
export function rollBackFirst(managed: Managed, { remedy }: Hazard): Rewrite | undefined {
  const { text, ownership, acquisition, types, mode } = managed;
  const site = siteOf(managed);
  const declarator = site?.declaration.declarations[0];
  if (!site?.async || !declarator || mode === "native" || mode === "try-finally") return undefined;
  const released = ownership.uses.flatMap(({ effect, at, inClosure }) =>
    effect === "release" && !inClosure
      ? [removeRelease(at, site.block, text, acquisition.value.range[0])]
      : [],
  );
  const awaits = settledUses(ownership.uses, acquisition, types);
  const taken = takenInstead(remedy, site, managed);
  if (!awaits || !taken || released.some((edits) => !edits)) return undefined;
  const edits = inOrder([...taken, ...awaits, ...released.flatMap((each) => each ?? [])]);
  const title = remedy.title(`\`${site.name}\``) + addition(managed);
  return edits && { kind: "suggestion", title, edits };
}

function takenInstead(remedy: Remedy, site: Site, managed: Managed): Edit[] | undefined {
  const { text, ast } = managed;
  const [declarator] = site.declaration.declarations;
  if (remedy.kind === "release") {
    const closed = closedBy(remedy.lines, text.slice(...site.init.range), site.init, managed);
    return closed && [declaredBy(site, "await using"), ...closed];
  }
  const pool = remedy.kind === "pooled" ? poolOf(managed.acquisition.call) : undefined;
  if (!pool || isTaken("pooled", { ast, text }, "unwind/sql")) return undefined;
  const declared = lentBy(text.slice(...pool.range), declarator, managed);
  const imported = importEdits(["pooled"], "unwind/sql", ast, text, styleOf(text, ast));
  return declared && [...declared, ...imported];
}

/** The pool, where its method is asked for a connection and for nothing more. */
function poolOf(value: TSESTree.Expression): TSESTree.Node | undefined {
  const call = unwrap(value);
  if (call.type !== "CallExpression" || call.arguments.length > 0) return undefined;
  const { callee } = call;
  if (callee.type !== "MemberExpression" || callee.optional) return undefined;
  if (!/^(connect|getConnection)$/.test(memberName(callee) ?? "")) return undefined;
  return pathName(callee.object) === undefined ? undefined : callee.object;
}

function isReleased({ parent }: TSESTree.Node): boolean {
  return (
    parent?.type === "MemberExpression" && /^(destroy|release)$/.test(memberName(parent) ?? "")
  );
}
