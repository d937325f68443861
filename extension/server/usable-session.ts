import { Session, type SessionOptions } from "eslint-plugin-unwind/session";

import type { AnalysisSettings } from "./messages.js";

/** A session with the settings that can be used, and a line about each that cannot. */
export function usableSession(
  given: Pick<SessionOptions, "types" | "watched">,
  settings: AnalysisSettings,
): { readonly session: Session; readonly unusable: readonly string[] } {
  const unusable: string[] = [];
  let usable: SessionOptions = given;
  const take = (name: string, more: object) => {
    try {
      new Session({ ...usable, ...more, types: false });
      usable = { ...usable, ...more };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      unusable.push(`The setting \`unwind.${name}\` is left aside: ${error.message}`);
    }
  };
  const { preset, rules, resources, rewrite } = settings;
  if (preset !== undefined) take("preset", { preset });
  if (rewrite !== undefined) take("rewrite", { rewrite });
  if (resources !== undefined) take("resources", { resources });
  if (typeof rules === "object" && rules !== null && !Array.isArray(rules)) {
    for (const [name, setting] of Object.entries(rules)) {
      take(`rules.${name}`, { rules: { ...usable.rules, [name]: setting as unknown } });
    }
  } else if (rules !== undefined) {
    unusable.push("The setting `unwind.rules` is left aside: it is no object.");
  }
  return { session: new Session(usable), unusable };
}
