import { cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CodeActionResolveRequest, CodeActionTriggerKind } from "vscode-languageserver/node";

import { able, applied, at, TestServer } from "./server.js";

const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

const two = `import { open } from "node:fs/promises";

export async function sizes(a: string, b: string): Promise<number> {
  const first = await open(a);
  const { size } = await first.stat();
  const second = await open(b);
  return size + (await second.stat()).size;
}
`;
const mended = two
  .replace("const first", "await using first")
  .replace("const second", "await using second");

const stacked = `import { open } from "node:fs/promises";

export class Store {
  async close(): Promise<void> {}
}

export async function read(path: string): Promise<number> {
  await using handle = await open(path);
  return (await handle.stat()).size;
}
`;

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start({ "src/two.ts": two, "src/stacked.ts": stacked });
  for (const name of ["@types/node", "undici-types"]) {
    const target = path.join(server.folder, "node_modules", name);
    await cp(path.join(modules, name), target, { recursive: true });
  }
});
afterEach(() => server[Symbol.asyncDispose]());

describe("quick fixes", () => {
  test("mend one finding, all of the rule, or disable the rule", async () => {
    await server.initialize(able);
    const uri = await server.open("src/two.ts");
    const [error] = await server.settle(uri);
    expect(error).toBeDefined();
    if (error === undefined) return;
    const actions = await server.actions(uri, error.range, { diagnostics: [error] });
    const title = (pattern: RegExp) => actions.filter((action) => pattern.test(action.title));
    expect(actions[0]).toMatchObject({
      title: "Manage `first` with `await using`",
      isPreferred: true,
    });
    expect(title(/^Manage `first` with `await using`$/)).toHaveLength(1);
    expect(actions.filter(({ isPreferred }) => isPreferred === true)).toHaveLength(1);
    expect(
      title(/^Fix all 2 proven `no-unmanaged-acquisition` findings in this file$/),
    ).toHaveLength(1);
    expect(
      title(/^Disable `unwind\/no-unmanaged-acquisition` for (this line|the whole file)$/),
    ).toHaveLength(2);
    for (const { diagnostics } of actions.filter(({ kind }) => kind === "quickfix")) {
      expect(diagnostics).toEqual([error]);
    }
  });

  test("of a whole rule have their edit when they are chosen, or at once for other clients", async () => {
    await server.initialize(able);
    const uri = await server.open("src/two.ts");
    const [error] = await server.settle(uri);
    const range = error?.range ?? at(two, "open(a)");
    const all = (await server.actions(uri, range)).find(({ title }) =>
      title.startsWith("Fix all 2"),
    );
    expect(all).toBeDefined();
    if (all === undefined) return;
    expect(all.edit).toBeUndefined();
    const resolved = await server.connection.sendRequest(CodeActionResolveRequest.type, all);
    expect(applied(two, resolved)).toBe(mended);
  });

  test("disable for a line and for a file, as ESLint reads it", async () => {
    await server.initialize(able);
    const uri = await server.open("src/two.ts");
    const [error] = await server.pull(uri);
    const actions = await server.actions(uri, error?.range ?? at(two, "open(a)"));
    const [line, file] = ["this line", "the whole file"].map((where) =>
      actions.find(({ title }) => title.endsWith(`for ${where}`)),
    );
    const rule = "unwind/no-unmanaged-acquisition";
    const byLine = applied(two, line ?? { title: "" });
    expect(byLine).toBe(
      two.replace("  const first", `  // eslint-disable-next-line ${rule}\n  const first`),
    );
    const byFile = applied(two, file ?? { title: "" });
    expect(byFile).toBe(`/* eslint-disable ${rule} */\n${two}`);
    await server.change(uri, 2, byLine);
    expect(await server.pull(uri)).toHaveLength(1);
    await server.change(uri, 3, byFile);
    expect(await server.pull(uri)).toEqual([]);
  });
});

describe("source.fixAll.unwind", () => {
  test.each(["source.fixAll.unwind", "source.fixAll", "source"])(
    "applies what is proven where %s is asked for",
    async (kind) => {
      await server.initialize(able);
      const uri = await server.open("src/two.ts");
      const [action, ...more] = await server.actions(uri, at(two, "open(b)"), { only: [kind] });
      expect(more).toEqual([]);
      expect(action?.kind).toBe("source.fixAll.unwind");
      expect(action && applied(two, action)).toBe(mended);
    },
  );

  test("is not offered where it is not asked for, or nothing is proven", async () => {
    await server.initialize(able);
    const uri = await server.open("src/two.ts");
    const kinds = async (only?: string[]) =>
      (await server.actions(uri, at(two, "open(b)"), only && { only })).map(({ kind }) => kind);
    expect(await kinds()).not.toContain("source.fixAll.unwind");
    expect(await kinds(["source.fixAll.eslint"])).toEqual([]);
    expect(await kinds(["source.organizeImports"])).toEqual([]);
    const sound = await server.open("src/sound.ts");
    const place = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    expect(await server.actions(sound, place, { only: ["source.fixAll"] })).toEqual([]);
  });
});

describe("refactorings", () => {
  const titles = async (uri: string, code: string, triggerKind: CodeActionTriggerKind) =>
    (await server.actions(uri, at(stacked, code), { triggerKind })).map(
      ({ kind, title }) => `${kind ?? ""} ${title}`,
    );

  test("need no finding", async () => {
    await server.initialize(able);
    const uri = await server.open("src/stacked.ts");
    await server.settle(uri);
    const { Invoked, Automatic } = CodeActionTriggerKind;
    expect(await titles(uri, "handle =", Invoked)).toContain(
      "refactor.rewrite Release `handle` in a `finally`",
    );
    expect(await titles(uri, "class Store", Invoked)).toContain(
      "refactor.rewrite Add `[Symbol.asyncDispose]` to this class",
    );
    // Not whenever the cursor moves.
    expect(await titles(uri, "class Store", Automatic)).toEqual([]);
  });

  test("collect what is acquired into a stack", async () => {
    await server.initialize(able);
    const uri = await server.open("src/two.ts");
    await server.settle(uri);
    const actions = await server.actions(uri, at(two, "first ="), { only: ["refactor"] });
    const stack = actions.find(({ title }) => title.includes("ExitStack"));
    expect(stack?.kind).toBe("refactor.rewrite");
    const after = applied(two, stack ?? { title: "" });
    expect(after).toContain('import { AsyncExitStack } from "unwind";');
    expect(after).toContain("await using stack = new AsyncExitStack();");
  });
});
