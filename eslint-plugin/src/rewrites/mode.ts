import { word } from "../resources/shape.js";
import type { ProjectFacts } from "../types/project.js";

/**
 * In what terms a rewrite may speak:
 *
 * - `auto`: the best that the project's engines and dependencies allow.
 * - `runtime`: `using`, with `unwind` for what has no dispose symbol.
 * - `native`: `using`, with the language's own `DisposableStack` for what has no dispose symbol.
 * - `try-finally`: neither; for engines and tools without `using`.
 */
export type RewriteMode = "auto" | "runtime" | "native" | "try-finally";

/** Every mode, the default first. */
export const rewriteModes = ["auto", "runtime", "native", "try-finally"] as const;

const mode = word(...rewriteModes);

/**
 * Reads the mode from a setting.
 *
 * @param setting What stands in the settings; undefined where nothing does, which means `auto`.
 * @param at Its path, for messages. Default: `settings.unwind.rewrite`.
 * @throws `InvalidResources` When it is no mode; the message names those that there are.
 *
 * @example
 * const mode = rewriteModeOf("try-finally");
 */
export function rewriteModeOf(setting: unknown, at = "settings.unwind.rewrite"): RewriteMode {
  return setting === undefined ? "auto" : mode(setting, at);
}

/** Whether a file's project can read `using`, and wants to. */
export function mayWriteUsing(file: {
  readonly rewrite: RewriteMode;
  readonly project: ProjectFacts;
}): boolean {
  const { rewrite, project } = file;
  return rewrite !== "try-finally" && (rewrite !== "auto" || project.usingSyntax);
}
