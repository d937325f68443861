import { readFileSync } from "node:fs";

/**
 * Reads the file that `--resources` names: a list of resources, as `settings.unwind.resources` of
 * ESLint.
 *
 * @throws `RangeError` When it cannot be read or is no JSON; the message leaves the file's name to
 *   the caller. What its entries say is the session's
 *   to judge.
 */
export function readResourcesFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new RangeError(`cannot be read (${code}); --resources needs a JSON file`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`is no JSON (${why}); --resources needs a list of resources`, {
      cause: error,
    });
  }
}
