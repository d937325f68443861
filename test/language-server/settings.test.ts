import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  DidChangeWorkspaceFoldersNotification,
  type WorkspaceFoldersChangeEvent,
} from "vscode-languageserver/node";

import { able, TestServer } from "./server.js";

let server: TestServer;
let problems: readonly string[];

beforeEach(async () => {
  server = await TestServer.start({ "src/long.js": `f("${"x".repeat(30_000)}");\n` });
  problems = [];
  server.connection.onNotification(
    "unwind/unusableSettings",
    (told: { problems: readonly string[] }) => {
      ({ problems } = told);
    },
  );
});
afterEach(() => server[Symbol.asyncDispose]());

describe("settings", () => {
  test("decide about rules, their severity and presets, whenever they change", async () => {
    await server.initialize(able);
    const leaky = await server.open("src/size-of.ts");
    const sound = await server.open("src/sound.ts");
    const found = async (settings: object) => {
      await server.configure(settings);
      const all = [...(await server.pull(leaky)), ...(await server.pull(sound))];
      return all.map(({ code, severity }) => `${String(code)} ${severity ?? ""}`);
    };
    const leak = "no-unmanaged-acquisition";
    expect(await found({})).toEqual([`${leak} 1`]);
    expect(await found({ rules: { [leak]: "warn" } })).toEqual([`${leak} 2`]);
    expect(await found({ rules: { [leak]: "off" } })).toEqual([]);
    expect(await found({ preset: "strict" })).toEqual([`${leak} 1`, "prefer-using 2"]);
    expect(await found({ preset: "all", rules: { [leak]: "off" } })).toEqual(["prefer-using 1"]);
    expect(await found({ rewrite: "try-finally", preset: "strict" })).toEqual([`${leak} 1`]);
    expect(await found({ enable: false })).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("that cannot be used are left aside with a word, and the others count", async () => {
    await server.initialize(able);
    const leaky = await server.open("src/size-of.ts");
    await server.configure({
      preset: "loose",
      rewrite: 1,
      resources: "pg",
      rules: { "no-such-rule": "warn", "no-unmanaged-acquisition": "warn", "prefer-using": 2 },
    });
    expect((await server.pull(leaky)).map(({ severity }) => severity)).toEqual([2]);
    await expect.poll(() => problems.length).toBe(5);
    for (const name of [
      "preset",
      "rewrite",
      "resources",
      "rules.no-such-rule",
      "rules.prefer-using",
    ]) {
      const start = `The setting \`unwind.${name}\` is left aside: `;
      expect(
        problems.some((each) => each.startsWith(start)),
        name,
      ).toBe(true);
      expect(
        server.log.some((each) => each.startsWith(start)),
        name,
      ).toBe(true);
    }
    await server.configure({});
    expect((await server.pull(leaky)).map(({ severity }) => severity)).toEqual([1]);
    await expect.poll(() => problems).toEqual([]);
  });
});

describe("the status", () => {
  test("tells how a document was checked, and why it was not", async () => {
    await server.initialize(able);
    const uri = await server.open("src/size-of.ts");
    await server.settle(uri);
    expect(server.statuses.at(-1)).toMatchObject({ uri, typed: true, findings: 1, skipped: false });
    const long = await server.open("src/long.js");
    expect(await server.pull(long)).toEqual([]);
    expect(server.statuses.at(-1)).toMatchObject({ uri: long, skipped: true });
    expect(server.statuses.at(-1)?.problem).toContain("line 1 is longer than 20,000 characters");
  });
});

describe("workspace folders", () => {
  test("may come and go, each with its own settings", async () => {
    await server.initialize(able, []);
    const other = path.join(server.folder, "other");
    await mkdir(other);
    await writeFile(path.join(other, "a.ts"), await server.text("src/size-of.ts"));
    const first = await server.open("src/size-of.ts");
    const second = await server.open("other/a.ts");
    const folder = { uri: pathToFileURL(other).href, name: "other" };
    const change = async (event: WorkspaceFoldersChangeEvent) => {
      const method = DidChangeWorkspaceFoldersNotification.type;
      await server.connection.sendNotification(method, { event });
    };
    await change({ added: [folder], removed: [] });
    expect(await server.pull(first)).toHaveLength(1);
    expect(await server.settle(second)).toHaveLength(1);
    await change({ added: [], removed: [folder] });
    expect(await server.pull(second)).toHaveLength(1);
    expect(await server.pull(first)).toHaveLength(1);
  });
});
