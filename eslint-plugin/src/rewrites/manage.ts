import { contains } from "../analysis/code/syntax.js";
import { hazardOf } from "../analysis/scopes/hazards.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { closingForm } from "./forms/closing.js";
import { disposerForm } from "./forms/disposer.js";
import { stackForm } from "./forms/stack.js";
import { tempDirForm } from "./forms/temp-dir.js";
import { releaseOnFailureForm, tryFinallyForm } from "./forms/try-finally.js";
import { usingForm } from "./forms/using.js";
import type { Form, Managed } from "./managed.js";
import { mayWriteUsing } from "./mode.js";
import { type Site, siteOf } from "./place.js";
import { removeRelease } from "./redundant-release.js";
import { settledUses } from "./settled-uses.js";

/**
 * Rewrites an acquisition so that the resource is released on every path, in the form that comes
 * first of those that are safe: `using`, `closing`, a stack, try/finally. Empty where none is.
 *
 * Where the first one needs a package that the project has not, try/finally is the second.
 */
export function manage(managed: Managed): Rewrite[] {
  const { mode, project } = managed;
  const syntax = mayWriteUsing({ rewrite: mode, project });
  // What waits for the end may change when the function goes on: others may like it shorter.
  const waiting =
    syntax && mode !== "native"
      ? (bySite(managed, [disposerForm]) ?? tempDirForm(managed))
      : undefined;
  const rest = others(managed, syntax);
  const all = endsUnseen(managed) ? [waiting, ...notWaiting(rest, waiting)] : [waiting, ...rest];
  return all.filter((each) => each !== undefined);
}

/** Whether what releases the resource only asks for its end: a child goes on until it has exited. */
function endsUnseen({ acquisition, provenance, types }: Managed): boolean {
  const hazard = hazardOf(acquisition.call, provenance, types);
  return hazard?.harm === "notAwaited" && hazard.remedy.kind === "function";
}

/** Nobody needs a manager that does not wait beside one that does; the code's own release may stay. */
function notWaiting(rest: readonly Rewrite[], waiting: Rewrite | undefined): Rewrite[] {
  return rest
    .filter(({ title }) => !waiting || title.startsWith("Release"))
    .map(({ title, edits }) => ({
      kind: "suggestion",
      title: title.replace(/(, and add `unwind`)?$/, ", which does not wait for its exit$1"),
      edits,
    }));
}

function others(managed: Managed, syntax: boolean): Rewrite[] {
  const { mode, project } = managed;
  const own = [usingForm, ...(mode === "native" ? [] : [closingForm])];
  const managing = syntax ? (bySite(managed, own) ?? byStack(managed)) : undefined;
  if (managing && (mode !== "auto" || project.dependsOnRuntime || managing.kind === "fix")) {
    return [managing];
  }
  const byTry =
    mode === "auto" || mode === "try-finally"
      ? (tryFinallyForm(managed) ?? releaseOnFailureForm(managed))
      : undefined;
  const needsPackage = managing?.title.endsWith("add `unwind`") ?? true;
  return [managing, needsPackage ? byTry : undefined].filter((each) => each !== undefined);
}

/** By the declaration's own keyword, where the resource never leaves its block. */
function bySite(
  managed: Managed,
  forms: readonly ((managed: Managed, site: Site) => Form | undefined)[],
): Rewrite | undefined {
  const site = siteOf(managed);
  if (!site) return undefined;
  for (const form of forms) {
    const found = form(managed, site);
    const rest = found && restOfBlock(managed, site, found);
    const edits = rest && inOrder([...found.edits, ...rest]);
    if (edits) return { kind: found.kind, title: found.title, edits };
  }
  return undefined;
}

function byStack(managed: Managed): Rewrite | undefined {
  const { mode, project, types } = managed;
  const native =
    mode === "native" ||
    (mode === "auto" &&
      !project.dependsOnRuntime &&
      hasStacks(project) &&
      types.knowsDisposableStacks());
  return stackForm(managed, native === true);
}

/** Whether every engine of the project has the language's own stacks: Node has from 24 on. */
function hasStacks({ minimumNode }: Managed["project"]): boolean {
  return minimumNode !== undefined && minimumNode[0] >= 24;
}

/** The edits to the rest of the block: releases that go, and promises that must be awaited. */
function restOfBlock(managed: Managed, { block }: Site, { idempotent }: Form): Edit[] | undefined {
  const { ownership, text, types, acquisition } = managed;
  const awaits = settledUses(ownership.uses, acquisition, types);
  if (!awaits) return undefined;
  const edits = [...awaits];
  for (const { effect, at, inClosure } of ownership.uses) {
    if (effect !== "release" || inClosure) continue;
    const removal = contains(block, at)
      ? removeRelease(at, block, text, acquisition.value.range[0])
      : undefined;
    if (removal) edits.push(...removal);
    else if (!idempotent) return undefined;
  }
  return edits;
}
