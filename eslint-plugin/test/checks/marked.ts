import { expect } from "vitest";

import { findingsIn, type Knowledge, type Setting } from "./check-code.js";

/**
 * Expects the findings of a rule that the snippet names itself: on the line of each stands
 * `// <messageId>`. A snippet without such a line has none. Unlike `expectMarkedLeaks`, it may name
 * packages that are not installed.
 */
export function expectMarked(
  text: string,
  setting: Setting,
  knowledge: readonly Knowledge[] = ["typed", "untyped"],
): void {
  const marked = text.split("\n").flatMap((line, index) => {
    const id = /\/\/ (\w+)$/.exec(line)?.[1];
    return id === undefined ? [] : [`${index + 1} ${id}`];
  });
  for (const each of knowledge) {
    const found = findingsIn(text, each, setting).map(
      ({ place, messageId }) => `${place.loc.start.line} ${messageId}`,
    );
    expect(found, `${each}:\n${text}`).toEqual(marked);
  }
}
