import path from "node:path";

import { describe, expect, test } from "vitest";

import { Session } from "../../src/session/index.js";
import { code } from "../checks/code.js";
import { folderWith } from "../session/fixtures.js";

const source = code`
  import { open } from "node:fs/promises";
  export async function size(file: string) {
    const handle = await open(file);
    const { size } = await handle.stat();
    await handle.close();
    return size;
  }
`;

const connection = code`
  import { Pool } from "pg";
  const pool = new Pool();
  export async function count() {
    const client = await pool.connect();
    const { rows } = await client.query("SELECT 1");
    client.release();
    return rows;
  }
`;

interface Project {
  readonly engines?: string;
  readonly runtime?: boolean;
  /** The text of its tsconfig.json, and of other files. */
  readonly configuration?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** The best rewrite of a file in a project: its kind, and its title. */
function bestIn(
  { engines, runtime = false, configuration, files = {} }: Project,
  text = source,
): string | undefined {
  const folder = folderWith({
    "package.json": JSON.stringify({
      ...(engines !== undefined && { engines: { node: engines } }),
      ...(runtime && { dependencies: { unwind: "*" } }),
    }),
    ...(configuration !== undefined && { "tsconfig.json": configuration }),
    ...files,
    "src/subject.ts": text,
  });
  const session = new Session({ types: false });
  const { findings } = session.check({ path: path.join(folder, "src", "subject.ts") });
  session.close();
  const [best] = findings.flatMap(({ rewrites }) => rewrites);
  return best && `${best.kind}: ${best.title}`;
}

const options = (given: object): string => JSON.stringify({ compilerOptions: given });

const fix = "fix: Manage `handle` with `await using`";
const suggestion = "suggestion: Manage `handle` with `await using`";
const withoutUsing = "fix: Release `handle` in a `finally`";

describe("that `using` is lowered is proven", () => {
  test.each([
    ["by an older target", options({ target: "ES2022" })],
    ["by the compiler's default", options({ strict: true })],
    ["by an older target, whatever emits", options({ target: "es2024", noEmit: true })],
    ["where no configuration says anything", undefined],
    [
      "by a configuration with comments and commas",
      `\uFEFF{ // "target": "esnext"
        "compilerOptions": { /* "target": "esnext", */ "target": "es2022", "rootDir": "//x", },
      }`,
    ],
  ])("%s", (_title, configuration) => {
    expect(
      bestIn({ engines: ">=20.19", ...(configuration !== undefined && { configuration }) }),
    ).toBe(fix);
  });

  test("by what the configuration extends, the nearest last", () => {
    const files = {
      "base.json": options({ target: "ESNext" }),
      "node_modules/@shared/tsconfig/tsconfig.json": options({ target: "es2020" }),
    };
    const given = { engines: ">=20.19", files };
    const extending = (bases: unknown) => JSON.stringify({ extends: bases });
    expect(bestIn({ ...given, configuration: extending("@shared/tsconfig") })).toBe(fix);
    expect(bestIn({ ...given, configuration: extending(["./base", "@shared/tsconfig"]) })).toBe(
      fix,
    );
    expect(bestIn({ ...given, configuration: extending(["@shared/tsconfig", "./base"]) })).not.toBe(
      fix,
    );
  });
});

describe("that `using` is lowered is not proven", () => {
  test.each([
    ["where something else emits", options({ target: "ESNext", noEmit: true })],
    [
      "where something else emits all but declarations",
      options({ target: "ESNext", emitDeclarationOnly: true }),
    ],
    ["where types are only taken away", options({ target: "es2022", erasableSyntaxOnly: true })],
    ["where what it extends is not installed", JSON.stringify({ extends: "@other/tsconfig" })],
    ["where it extends itself", JSON.stringify({ extends: "./tsconfig.json" })],
    [
      "where the options stand elsewhere",
      JSON.stringify({ files: [], references: [{ path: "./tsconfig.app.json" }] }),
    ],
    ["where the configuration is broken", "{ compilerOptions"],
  ])("%s", (_title, configuration) => {
    expect(bestIn({ engines: ">=20.19", configuration })).toBe(suggestion);
    // But every engine reads it.
    expect(bestIn({ engines: ">=24", configuration })).toBe(fix);
  });
});

describe("where the compiler keeps `using` as it is", () => {
  const configuration = options({ target: "esnext" });

  test("none is written for engines that cannot read it", () => {
    expect(bestIn({ engines: ">=20.19", configuration })).not.toContain("using");
    expect(bestIn({ engines: ">=20.19", configuration })).toContain(
      withoutUsing.replace(/^fix/, ""),
    );
  });

  test("it is a fix for engines that can, and a suggestion where nobody names any", () => {
    expect(bestIn({ engines: ">=24", configuration })).toBe(fix);
    expect(bestIn({ configuration })).toBe(suggestion);
  });
});

describe("that the engines have the symbols", () => {
  test.each(["esnext.disposable", "ESNext"])("is proven by `lib` with %s", (lib) => {
    const configuration = options({ target: "es2022", lib: ["es2022", lib] });
    expect(bestIn({ configuration })).toBe(fix);
    expect(bestIn({ configuration, runtime: true }, connection)).toBe(
      "fix: Manage `client` with `using` and `closing`",
    );
  });

  test("is not proven by a `lib` without", () => {
    const configuration = options({ target: "es2022", lib: ["es2022"] });
    expect(bestIn({ configuration })).toBe(suggestion);
  });

  test("is refuted by `engines`, whatever `lib` says", () => {
    const configuration = options({ target: "es2022", lib: ["esnext"] });
    expect(bestIn({ configuration, engines: ">=16" })).not.toMatch(/`await using`$/);
  });
});
