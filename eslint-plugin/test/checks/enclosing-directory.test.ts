import { describe, expect, test } from "vitest";

import { findingsIn } from "./check-code.js";
import { code } from "./code.js";

const made = (prefix: string): string => code`
  import { mkdtemp, writeFile } from "node:fs/promises";
  import { tmpdir } from "node:os";
  import path, { join } from "node:path";

  export class Packer {
    readonly root = tmpdir();

    async pack(packRoot: string, name: string): Promise<number> {
      const scratch = join(packRoot, "scratch");
      const system = tmpdir();
      const directory = await mkdtemp(${prefix});
      await writeFile(join(directory, name), path.sep + scratch + system);
      return name.length;
    }
  }
`;

describe("a temporary directory goes with the directory that it is made in", () => {
  test.each([
    ["a parameter", 'join(packRoot, "pack-")'],
    ["a path below a parameter", 'path.join(scratch, "pack-")'],
    ["a parameter in a template", "`${packRoot}/pack-`"],
    ["a parameter in a sum", 'packRoot + "/pack-"'],
    ["a field of the object", 'join(this.root, "pack-")'],
    ["another temporary directory", 'join(await mkdtemp(join(packRoot, "all-")), "pack-")'],
  ])("%s", (_, prefix) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(made(prefix), knowledge)).toEqual([]);
    }
  });

  test.each([
    ["the system's", 'join(tmpdir(), "pack-")'],
    ["the system's, by a variable", "join(system, name)"],
    ["a fixed one", '"/var/tmp/pack-"'],
    ["nobody knows which", "name"],
  ])("but is reported where that is %s", (_, prefix) => {
    for (const knowledge of ["typed", "untyped"] as const) {
      expect(findingsIn(made(prefix), knowledge).map(({ messageId }) => messageId)).toEqual([
        "neverReleased",
      ]);
    }
  });
});
