import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { able, pause, TestServer } from "./server.js";

const leak = `import { open } from "node:fs/promises";
export async function size(path: string) {
  const handle = await open(path);
  return (await handle.stat()).size;
}
`;

/** Milliseconds of CPU and waiting for a bad document, once the server is at work. */
const limit = 5_000;

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
  await server.initialize(able);
  await server.settle(await server.open("src/size-of.ts"));
});
afterEach(() => server[Symbol.asyncDispose]());

/** What is found in a text, within the limit. */
async function found(name: string, text: string) {
  const uri = await server.open(name, { text });
  const late = pause(limit).then(() => "late" as const);
  return Promise.race([server.pull(uri), late]);
}

/** The server still answers. */
async function stillWorks() {
  expect(await found("src/still.ts", leak)).toHaveLength(1);
}

describe("a document", () => {
  test.each<[what: string, text: string, word: RegExp]>([
    ["with a line of 10 MB", `f("${"x".repeat(10_000_000)}");\n`, /over the limit of 1 MB/],
    ["nested deeply", `${"[".repeat(9_000)}${"]".repeat(9_000)};\n`, /nested too deeply/],
    ["that is a long sum", `f(${"1 + ".repeat(4_000)}1);\n`, /^$/],
    ["with characters that are none", `"${"\uFFFD\0".repeat(400)}";\n`, /binary, not text/],
  ])("%s is answered in time", async (_, text, word) => {
    expect(await found("src/bad.js", text)).toEqual([]);
    if (word.source !== "^$") {
      await expect.poll(() => server.log.some((each) => word.test(each))).toBe(true);
    }
    await stillWorks();
  });
});

describe("a project", () => {
  /** Writes files into a folder of their own, and checks one with a leak there. */
  async function check(files: Readonly<Record<string, string>>) {
    const folder = path.join(server.folder, "bad");
    await mkdir(folder);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const uri = await server.open("bad/a.ts", { text: leak });
    const start = performance.now();
    const items = await server.settle(uri);
    expect(performance.now() - start).toBeLessThan(60_000);
    expect(items).toHaveLength(1);
  }

  test.each<[what: string, files: Record<string, string>, word: RegExp]>([
    [
      "whose tsconfig.json extends itself",
      { "tsconfig.json": '{ "extends": "./tsconfig.json" }' },
      /tsconfig\.json is broken: Circularity detected/,
    ],
    [
      "that extends a package which is not there",
      { "tsconfig.json": '{ "extends": "@nobody/tsconfig" }' },
      /tsconfig\.json is broken: .*is it installed\?/,
    ],
    ["whose tsconfig.json is no JSON", { "tsconfig.json": "{{{" }, /tsconfig\.json is broken/],
  ])("%s is told of, and its files are checked", async (_, files, word) => {
    await check(files);
    await expect.poll(() => server.log.some((each) => word.test(each))).toBe(true);
    await stillWorks();
  });

  test("does not get its plugins, transformers or ESLint configuration loaded", async () => {
    const proof = path.join(server.folder, "was-here");
    const evil = `require("node:fs").writeFileSync(${JSON.stringify(proof)}, "");\n`;
    await check({
      "tsconfig.json": JSON.stringify({
        compilerOptions: { plugins: [{ name: "evil", transform: "evil" }] },
      }),
      "package.json": '{ "dependencies": { "evil": "1" } }',
      "node_modules/evil/package.json": '{ "name": "evil", "main": "index.js" }',
      "node_modules/evil/index.js": evil,
      "eslint.config.js": evil,
      ".eslintrc.js": evil,
    });
    expect(existsSync(proof)).toBe(false);
  });

  test("whose links lead in circles is checked as a whole", async () => {
    await symlink("..", path.join(server.folder, "src", "up"));
    await symlink("loop.ts", path.join(server.folder, "src", "loop.ts"));
    const result = await server.connection.sendRequest<{ files: number }>(
      "unwind/checkWorkspace",
      {},
    );
    expect(result).toMatchObject({ files: 5, cancelled: false });
  });
});
