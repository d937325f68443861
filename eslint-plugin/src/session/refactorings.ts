import type { CheckedFile } from "../checks/check.js";
import type { Rewrite } from "../rewrites/edit.js";
import {
  addDisposeMethod,
  collectIntoStack,
  convertUsingToTry,
  manageWithUsing,
} from "../rewrites/refactorings/index.js";
import { reasonToWithhold } from "../rewrites/withheld.js";

/**
 * The refactorings that a person may ask for at an offset, without a finding there; none in a file
 * that is generated or minified.
 *
 * @param offset In UTF-16 units.
 */
export function refactoringsAt(file: CheckedFile, offset: number): Rewrite[] {
  if (reasonToWithhold(file.text) !== undefined) return [];
  const typed = /\.[cm]?tsx?$/i.test(file.filePath);
  const offered = [
    manageWithUsing(file, offset),
    collectIntoStack(file, offset),
    convertUsingToTry(file, offset),
    addDisposeMethod(file, offset, typed),
  ].filter((rewrite) => rewrite !== undefined);
  // What is best managed by a stack is offered by both of the first two.
  return offered.filter(
    ({ edits }, index) =>
      offered.findIndex((other) => JSON.stringify(other.edits) === JSON.stringify(edits)) === index,
  );
}
