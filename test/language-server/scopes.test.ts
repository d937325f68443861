import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HoverRequest, InlayHintRequest, type MarkupContent } from "vscode-languageserver/node";

import { able, at, TestServer } from "./server.js";

const text = `import { open } from "node:fs/promises";
import { AsyncExitStack } from "unwind";

export async function copy(from: string, to: string): Promise<void> {
  await using source = await open(from);
  await using stack = new AsyncExitStack();
  const target = stack.use(await open(to, "w"));
  stack.defer(() => log("done"));
  await target.write(await source.readFile());
}
`;

let server: TestServer;
let uri: string;

beforeAll(async () => {
  server = await TestServer.start({ "src/copy.ts": text });
  await server.initialize(able);
  uri = await server.open("src/copy.ts");
});
afterAll(() => server[Symbol.asyncDispose]());

async function hover(code: string): Promise<string | undefined> {
  const answer = await server.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: at(text, code).start,
  });
  return (answer?.contents as MarkupContent | undefined)?.value;
}

describe("hovering", () => {
  test("on `using` says what is released where, and in which order", async () => {
    const words = await hover("await using source");
    expect(words).toContain(
      "`source` (file handle) is released when this block is left, at line 10 or before: also by `return`, `break` or an exception. The release is awaited.",
    );
    expect(words).toContain(
      'In this order:\n\n1. `() => log("done")`\n2. `target`\n3. `source` (file handle) ← this one',
    );
    expect(await hover("source = ")).toBe(words);
  });

  test("on what a stack is given says that the stack releases it", async () => {
    expect(await hover("use(await")).toContain("`target` is released by `stack` when this block");
  });

  test("on a stack lists what it was given", async () => {
    expect(await hover("stack = new")).toBe(
      '`stack` releases what it was given when this block is left, at line 10 or before, in this order:\n\n1. `() => log("done")`\n2. `target`',
    );
  });

  test("elsewhere says nothing", async () => {
    expect(await hover("export async")).toBeUndefined();
    expect(await hover("readFile")).toBeUndefined();
  });
});

describe("inlay hints", () => {
  const hints = () =>
    server.connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } },
    });

  test("are off until they are asked for", async () => {
    await server.configure({});
    expect(await hints()).toEqual([]);
  });

  test("say at the end of a block what is released there", async () => {
    await server.configure({ inlayHints: { enabled: true } });
    expect(await hints()).toEqual([
      {
        position: { line: 9, character: 1 },
        label: 'releases () => log("done"), target, source',
        paddingLeft: true,
      },
    ]);
  });
});
