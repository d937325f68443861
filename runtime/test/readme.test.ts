import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

/** The sections by the anchors that GitHub and npm give their titles. */
const sections = new Map(
  readme.split(/^## /m).map((section) => {
    const [title = ""] = section.split("\n", 1);
    const anchor = title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-");
    return [anchor, section];
  }),
);

// examples.test.ts runs all examples; this sees to it that there is one where the reader is sent.
test("every pattern of the overview leads to a section with an example", () => {
  const links = [...readme.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = ""]) => anchor);
  expect(links.length).toBeGreaterThan(7);
  for (const anchor of links) expect(sections.get(anchor), anchor).toContain("```ts\n");
});

test("the seed patterns are shown: what each of them is written with", () => {
  const shown = (anchor: string, ...code: readonly string[]): void => {
    for (const one of code) expect(sections.get(anchor), anchor).toContain(one);
  };
  shown("write-a-manager-as-a-class", "extends AbstractContextManager");
  shown("write-a-manager-as-a-generator", "asyncContextManager(async function*", "pool.connect()");
  shown("write-a-manager-as-a-generator", "} finally {\n    client.release();");
  shown("suppress-some-errors", 'suppress({ code: "ENOENT" })', "suppress(RangeError)");
  shown("hold-what-is-known-only-at-run-time", "for (const path of paths)", "for (const host of");
});
