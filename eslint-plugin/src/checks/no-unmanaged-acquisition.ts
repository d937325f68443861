import { findHazards, hazardOf } from "../analysis/hazards.js";
import { findLeaks, type Leak, type LeakKind } from "../analysis/leaks.js";
import type { Provenance } from "../analysis/provenance.js";
import { wrapped } from "../analysis/syntax.js";
import type { Rewrite } from "../rewrites/edit.js";
import { releaseAtExit, removeKeptAtExit } from "../rewrites/forms/at-exit.js";
import { releaseUnfinishedForm } from "../rewrites/forms/construction.js";
import { promiseAllForm } from "../rewrites/forms/promise-all.js";
import { promiseAllLiteralForm } from "../rewrites/forms/promise-all-literal.js";
import { manage } from "../rewrites/manage.js";
import { mayWriteUsing } from "../rewrites/mode.js";
import { type Managed, managedIn } from "../rewrites/managed.js";
import { releaseDiscarded } from "../rewrites/release-discarded.js";
import { rollBackFirst } from "../rewrites/right-disposer.js";
import { releaseBeforeOverwrite } from "../rewrites/release-first.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { lineOfExit, placeOfCall, stepsOf } from "./leak-path.js";

interface Options {
  readonly paths: "all" | "normal";
}

/** Finds acquisitions that on some path are neither released nor handed over. */
export const noUnmanagedAcquisition = defineCheck<LeakKind, Options>({
  name: "no-unmanaged-acquisition",
  findsLeaks: true,
  description: "Require every acquired resource to be released or handed over on every path",
  messages: {
    neverReleased: "`{{name}}` ({{noun}}) is never released: the function leaves at line {{line}}.",
    discarded: "This {{noun}} is discarded, so nothing can release it.",
    leaksOnThrow: "`{{name}}` ({{noun}}) is not released if line {{line}} throws.",
    leaksOnEarlyExit:
      "`{{name}}` ({{noun}}) is not released when the function leaves at line {{line}}.",
    leaksOnPartialFailure:
      "This {{noun}} is not released when another one that `Promise.all` waits for fails.",
    leftBehind: "`{{name}}` ({{noun}}) is left behind: nothing in this file removes it.",
    overwritten: "`{{name}}` ({{noun}}) is overwritten at line {{line}} before it is released.",
  },
  schema: {
    type: "object",
    properties: {
      paths: {
        enum: ["all", "normal"],
        description: "Whether the paths that exceptions take count (`all`) or not (`normal`).",
      },
    },
    additionalProperties: false,
  },
  defaultOptions: { paths: "all" },
  *run(file, options) {
    const { leaks, provenance } = findLeaks(file, options);
    // That a transaction stays open because of how its connection is managed, that rule tells.
    const told = new Set(findHazards(file).map(({ transaction }) => transaction?.acquisition.call));
    for (const leak of leaks) {
      if (!told.has(leak.acquisition.call)) yield report(leak, leaks, file, provenance);
    }
  },
});

function report(
  leak: Leak,
  all: readonly Leak[],
  file: CheckedFile,
  provenance: Provenance,
): Report<LeakKind> {
  const { kind, acquisition, ownership } = leak;
  return {
    messageId: kind,
    data: {
      name: ownership?.name ?? "",
      noun: acquisition.resource.noun,
      line: String(lineOfExit(leak)),
    },
    place: placeOfCall(acquisition.call),
    path: stepsOf(leak),
    rewrites:
      kind === "leaksOnPartialFailure"
        ? collected(leak, all, file, provenance)
        : rewritesOf(leak, file, provenance),
  };
}

/** The rewrites that are safe here, the best first. */
function rewritesOf(leak: Leak, file: CheckedFile, provenance: Provenance): Rewrite[] {
  const { kind, ownership, escape } = leak;
  const { func, ...acquired } = leak.acquisition;
  if (!func) {
    // What a module makes is needed until the process ends.
    const atExit = releaseAtExit({ ...file, provenance, acquisition: leak.acquisition });
    return atExit ? [atExit] : [];
  }
  const acquisition = { ...acquired, func };
  const place = { ...file, provenance, acquisition };
  if (!ownership) {
    const released = releaseDiscarded(place);
    return released ? [released] : [];
  }
  const managed: Managed = {
    ...place,
    mode: file.rewrite,
    ownership,
    releasedSomewhere: kind !== "neverReleased",
    lostOnlyByThrow: escape?.end === "threw" && kind !== "overwritten",
  };
  const hazard = leak.withTransaction
    ? hazardOf(acquisition.call, provenance, file.types)
    : undefined;
  if (hazard?.harm === "commits" || hazard?.harm === "keepsTransaction") {
    const rolledBack = mayWriteUsing(file) ? rollBackFirst(managed, hazard) : undefined;
    return rolledBack ? [rolledBack] : [];
  }
  const { construction } = leak;
  const managing = manage(managed);
  // An object that is made with it has it for as long as it lives.
  const isKept = ownership.uses.some(({ at }) => at.type === "NewExpression");
  const others = [
    kind === "neverReleased" && isKept && managing.length === 0
      ? removeKeptAtExit(place)
      : undefined,
    kind === "overwritten" ? releaseBeforeOverwrite(managed) : undefined,
    construction?.call && escape
      ? releaseUnfinishedForm(managed, { construction, escape })
      : undefined,
  ];
  return [...managing, ...others.filter((each) => each !== undefined)];
}

/** What `Promise.all` acquires at once, one after the other. */
function collected(
  leak: Leak,
  all: readonly Leak[],
  file: CheckedFile,
  provenance: Provenance,
): Rewrite[] {
  if (!mayWriteUsing(file)) return [];
  const unheld = (each: Leak): Managed[] => {
    const { func, ...acquired } = each.acquisition;
    const ownership = { name: "", holders: [], uses: [] };
    const acquisition = func && { ...acquired, func };
    return acquisition ? [managedIn(file, provenance, { acquisition, ownership })] : [];
  };
  const list = wrapped(leak.acquisition.call).parent;
  const together = all.filter(({ acquisition }) => wrapped(acquisition.call).parent === list);
  const forms =
    list?.type === "ArrayExpression"
      ? [promiseAllLiteralForm(together.flatMap(unheld))]
      : unheld(leak).map(promiseAllForm);
  return forms.filter((each) => each !== undefined);
}
