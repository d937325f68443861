import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";
import {
  CancellationTokenSource,
  DidChangeWatchedFilesNotification,
  FileChangeType,
} from "vscode-languageserver/node";

import { able, TestServer } from "./server.js";

interface Result {
  readonly files: number;
  readonly findings: number;
  readonly filesWithFindings: number;
  readonly cancelled: boolean;
}

let server: TestServer;
let progress: { done: number; total: number }[];

beforeEach(async () => {
  server = await TestServer.start();
  progress = [];
  server.connection.onNotification("unwind/checkProgress", (step: (typeof progress)[0]) => {
    progress.push(step);
  });
});
afterEach(() => server[Symbol.asyncDispose]());

const shown = (name: string) =>
  (server.published.get(server.uri(name)) ?? []).filter(({ severity }) => severity !== 4).length;

test("shows what is in files that the client does not ask for, each once", async () => {
  await server.initialize(able);
  const open = await server.open("src/size-of.ts");
  const result: Result = await server.connection.sendRequest("unwind/checkWorkspace", {});
  expect(result).toEqual({ files: 5, findings: 5, filesWithFindings: 4, cancelled: false });
  expect(progress[0]).toEqual({ done: 0, total: 5 });
  expect(shown("src/append-line.ts")).toBe(1);
  expect(shown("src/two-leaks.ts")).toBe(2);
  expect(shown("src/sound.ts")).toBe(0);
  // The client was told to ask again, and asks for what it shows itself.
  expect(server.refreshes).toBeGreaterThan(0);
  await server.pull(open);
  expect(shown("src/size-of.ts")).toBe(0);
  // The same for what is opened later; closed, it is shown again.
  const uri = await server.open("src/append-line.ts");
  await server.pull(uri);
  expect(shown("src/append-line.ts")).toBe(0);
  await server.close(uri);
  await expect.poll(() => shown("src/append-line.ts"), { timeout: 60_000 }).toBe(1);
  await server.close(open);
  await expect.poll(() => shown("src/size-of.ts"), { timeout: 60_000 }).toBe(1);
});

test.each(["sarif", "html"])("gives what it found as %s, too", async (format) => {
  await server.initialize(able);
  const { document = "" } = await server.connection.sendRequest<{ document?: string }>(
    "unwind/checkWorkspace",
    { format },
  );
  expect(document.match(/src\/(?:size-of|two-leaks)\.ts/g)?.length ?? 0).toBeGreaterThan(1);
  if (format === "html") expect(document).toContain("5 findings in 4 files");
  else
    expect(
      (JSON.parse(document) as { runs: [{ results: object[] }] }).runs[0].results,
    ).toHaveLength(5);
});

test("follows files that change or go", async () => {
  await server.initialize(able);
  await server.connection.sendRequest("unwind/checkWorkspace", {});
  expect(shown("src/two-leaks.ts")).toBe(2);
  const changed = async (name: string, type: FileChangeType) => {
    const changes = [{ uri: server.uri(name), type }];
    await server.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  };
  const text = (await server.text("src/two-leaks.ts")).replace("const first", "await using first");
  await writeFile(path.join(server.folder, "src/two-leaks.ts"), text);
  await changed("src/two-leaks.ts", FileChangeType.Changed);
  await expect.poll(() => shown("src/two-leaks.ts"), { timeout: 60_000 }).toBe(1);
  await rm(path.join(server.folder, "src/two-leaks.ts"));
  await changed("src/two-leaks.ts", FileChangeType.Deleted);
  await expect.poll(() => shown("src/two-leaks.ts"), { timeout: 60_000 }).toBe(0);
});

test("ends at once when it is cancelled, and says so", async () => {
  await mkdir(path.join(server.folder, "many"));
  const leak = await server.text("src/size-of.ts");
  for (let index = 0; index < 400; index++) {
    await writeFile(path.join(server.folder, "many", `f${index}.ts`), leak);
  }
  await server.initialize(able);
  const source = new CancellationTokenSource();
  const result = server.connection.sendRequest<Result>("unwind/checkWorkspace", {}, source.token);
  await expect.poll(() => progress.some(({ done }) => done > 0), { timeout: 60_000 }).toBe(true);
  source.cancel();
  const { cancelled, files } = await result;
  expect(cancelled).toBe(true);
  expect(files).toBeLessThan(405);
  // And it can be asked for again.
  await rm(path.join(server.folder, "many"), { recursive: true });
  const again: Result = await server.connection.sendRequest("unwind/checkWorkspace", {});
  expect(again).toMatchObject({ files: 5, cancelled: false });
});
