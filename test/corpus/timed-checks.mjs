import { checks } from "eslint-plugin-unwind/session";

/** @import { Check } from "eslint-plugin-unwind/session" */

/**
 * The checks of the session, which note how long they take: the rules' own time, with what they
 * make TypeScript find out, without parsing and loading programs.
 *
 * CPU time rather than the clock's: other work on the machine does not count.
 *
 * @param {readonly string[]} [only] the names of rules, to leave all others out
 * @returns {{ checks: Check[], seconds: Map<string, number> }} `seconds` by the file's path
 * @throws {RangeError} when no rule has that name
 */
export function timedChecks(only) {
  const seconds = new Map();
  for (const name of only ?? []) {
    if (!checks.some((check) => check.name === name)) {
      throw new RangeError(`There is no rule "${name}".`);
    }
  }
  const timed = checks
    .filter(({ name }) => only === undefined || only.includes(name))
    .map((check) => ({
      ...check,
      run(file, options) {
        const before = process.cpuUsage();
        try {
          return check.run(file, options);
        } finally {
          const path = file.filePath;
          seconds.set(path, (seconds.get(path) ?? 0) + secondsSince(before));
        }
      },
    }));
  return { checks: timed, seconds };
}

/**
 * The CPU time that has passed, in seconds.
 *
 * @param {NodeJS.CpuUsage} before
 */
export function secondsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
