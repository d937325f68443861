import { describe, expect, test } from "vitest";

import { findingsIn, type Knowledge } from "./check-code.js";
import { code } from "./code.js";

const spool = (statement: string): string => code`
  import { mkdtemp, rm, writeFile } from "node:fs/promises";
  import { tmpdir } from "node:os";
  import { join } from "node:path";

  export class Spool {
    readonly #directories: string[] = [];

    async accept(text: string): Promise<unknown> {
      const directory = await mkdtemp(join(tmpdir(), "spool-"));
      ${statement}
      return text.length;
    }

    #keep(directory: string): number {
      return this.#directories.push(directory);
    }

    static hold(directory: string): { readonly directory: string } {
      return { directory };
    }

    #remove(directory: string): Promise<void> {
      return rm(directory, { recursive: true });
    }

    #fill(directory: string): Promise<void> {
      return writeFile(join(directory, "item"), "");
    }
  }
`;

const each: readonly Knowledge[] = ["typed", "untyped"];

describe("a method of the same class is looked into", () => {
  test.each([
    ["keeps", "this.#keep(directory);"],
    ["puts into what it returns", "return Spool.hold(directory);"],
    ["releases", "await this.#remove(directory);"],
  ])("it %s the resource", (_, statement) => {
    for (const knowledge of each) expect(findingsIn(spool(statement), knowledge)).toEqual([]);
  });

  test("it only uses the resource", () => {
    for (const knowledge of each) {
      const found = findingsIn(spool("await this.#fill(directory);"), knowledge);
      expect(found.map(({ messageId }) => messageId)).toEqual(["neverReleased"]);
    }
  });
});
