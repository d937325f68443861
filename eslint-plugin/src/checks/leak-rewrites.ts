import type { Acquisition } from "../analysis/created/acquisitions.js";
import { startsOf } from "../analysis/paths/dormant.js";
import { hazardOf } from "../analysis/scopes/hazards.js";
import type { Leak } from "../analysis/paths/leaks.js";
import type { Ownership, Use } from "../analysis/uses/ownership.js";
import type { Provenance } from "../analysis/code/provenance.js";
import { contains, wrapped } from "../analysis/code/syntax.js";
import type { Rewrite } from "../rewrites/edit.js";
import { releaseAtExit, removeKeptAtExit } from "../rewrites/forms/at-exit.js";
import { releaseUnfinishedForm } from "../rewrites/forms/construction.js";
import { promiseAllForm } from "../rewrites/forms/promise-all.js";
import { promiseAllLiteralForm } from "../rewrites/forms/promise-all-literal.js";
import { transactionForms } from "../rewrites/forms/transaction.js";
import { manage } from "../rewrites/manage.js";
import { type Managed, managedIn } from "../rewrites/managed.js";
import { mayWriteUsing } from "../rewrites/mode.js";
import { releaseDiscarded } from "../rewrites/release-discarded.js";
import { releaseBeforeOverwrite } from "../rewrites/release-first.js";
import { rollBackFirst } from "../rewrites/right-disposer.js";
import type { CheckedFile } from "./check.js";

/**
 * The rewrites of a leak that are safe, the best first.
 *
 * @param all All leaks of the file: what several of them share, one rewrite mends.
 */
export function rewritesOf(
  leak: Leak,
  all: readonly Leak[],
  file: CheckedFile,
  provenance: Provenance,
): Rewrite[] {
  return leak.kind === "leaksOnPartialFailure"
    ? collected(leak, all, file, provenance)
    : managing(leak, file, provenance);
}

function managing(leak: Leak, file: CheckedFile, provenance: Provenance): Rewrite[] {
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
    ownership: awake(acquisition, ownership, provenance),
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
  const transactions = transactionForms(managed);
  if (transactions.length > 0) return transactions;
  const { construction } = leak;
  const manages = manage(managed);
  // An object that is made with it has it for as long as it lives.
  const isKept = (): boolean => ownership.uses.some(({ at }) => at.type === "NewExpression");
  const others = [
    kind === "neverReleased" && manages.length === 0 && isKept()
      ? removeKeptAtExit(place)
      : undefined,
    kind === "overwritten" ? releaseBeforeOverwrite(managed) : undefined,
    construction?.call && escape
      ? releaseUnfinishedForm(managed, { construction, escape })
      : undefined,
  ];
  return [...manages, ...others.filter((each) => each !== undefined)];
}

/**
 * What wakes a resource does not take it over: `new Promise((done) => server.listen(0, done))`, where
 * that begins to hold something.
 */
function awake(acquisition: Acquisition, ownership: Ownership, provenance: Provenance): Ownership {
  if (!acquisition.resource.dormantUntil) return ownership;
  const starts = startsOf(acquisition, ownership, provenance);
  const wakes = ({ effect, at }: Use): boolean =>
    effect === "handOver" && starts.some((start) => contains(start, at));
  return {
    ...ownership,
    uses: ownership.uses.map((use) => (wakes(use) ? { ...use, effect: "borrow" } : use)),
  };
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
