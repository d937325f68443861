import { suppress, SuppressedError } from "unwind";

import { errorClasses } from "./program.mjs";

/** The errors of programs, made and described as oracle.py does. */

/** The classes of program.mjs by name, and the base of all errors by Python's name for it. */
export const classes = { Exception: Error, ...classesOf(errorClasses, Error) };

function classesOf(tree, Base) {
  const made = {};
  for (const [name, branches] of Object.entries(tree)) {
    const Made = class extends Base {
      code = name;
    };
    Object.assign(made, { [name]: Made }, classesOf(branches, Made));
  }
  return made;
}

/**
 * @param {string | { group: string, errors: object[] }} spec
 * @param {unknown} [cause]
 * @returns {Error}
 */
export function fault(spec, cause) {
  const options = cause === undefined ? undefined : { cause };
  if (typeof spec === "string") return new classes[spec](spec, options);
  return new AggregateError(
    spec.errors.map((one) => fault(one)),
    spec.group,
    options,
  );
}

const isSuppressed = (error) => "suppressed" in error;

/** The error that came last. */
function last(error) {
  return isSuppressed(error) ? last(error.error) : error;
}

/** Its text: of a group, with the errors in it. */
export function newest(error) {
  return text(last(error));
}

function text(error) {
  if (!(error instanceof AggregateError)) return error.message;
  return `${error.message}(${error.errors.map(text).join(",")})`;
}

/**
 * The texts from the newest to the oldest.
 *
 * differs: suppressed-error-keeps-both -- it is compared with Python's chain of `__context__`.
 */
export function chain(error, seen = new Set()) {
  // That an error is told twice is one to be seen in the traces.
  if (seen.has(error)) return [`${newest(error)} again`];
  seen.add(error);
  if (isSuppressed(error)) return [...chain(error.error, seen), ...chain(error.suppressed, seen)];
  return [text(error), ...(error.cause === undefined ? [] : chain(error.cause, seen))];
}

const filterOf = {
  class: (name) => classes[name],
  shape: (name) => ({ code: name }),
  predicate: (name) => (error) => error.code === name,
};

/**
 * Our `suppress`, asked about the newest error only.
 *
 * differs: suppress-asks-for-all-errors -- what is left of a group is put back where the group was.
 */
export function suppressNewest(filters, hit) {
  const manager = suppress(...filters.map(({ by, name }) => filterOf[by](name)));
  return {
    enter: () => manager.enter(),
    exit(failure) {
      if (failure === undefined) return manager.exit();
      const error = last(failure.error);
      const group = error instanceof AggregateError;
      try {
        const suppressed = manager.exit({ error });
        if (suppressed) hit(group ? "suppress: a whole group" : "suppress: an error");
        else hit(group ? "suppress: nothing of a group" : "suppress: another error");
        return suppressed;
      } catch (rest) {
        hit("suppress: a part of a group");
        throw error === failure.error ? rest : withNewest(failure.error, rest, failure.error);
      }
    },
  };
}

/** The same errors, but for the newest; `cause` says that it stands for what it is made of. */
function withNewest(error, rest, cause) {
  if (!isSuppressed(error)) return rest;
  const combined = new SuppressedError(withNewest(error.error, rest), error.suppressed);
  if (cause !== undefined) combined.cause = cause;
  return combined;
}
