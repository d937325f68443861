import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { streamText } from "ai";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import * as unwind from "../../src/index.js";
import * as streams from "../../src/streams/index.js";
import { type Example, runExample, typeErrors } from "../run-example.js";
import { answer, type EventServer, serveEvents } from "./event-server.js";

const { accumulate, withMetrics } = streams;
const root = join(import.meta.dirname, "../../..");
const guide = readFileSync(join(root, "docs/guides/streams.md"), "utf8");
const examples = [...guide.matchAll(/^```ts sdk\n([^]*?)^```$/gm)].map(
  ([, code = ""]): Example => ({ name: /from "(?!node:)([^"]+)"/.exec(code)?.[1] ?? "", code }),
);

let server: EventServer;

beforeAll(async () => {
  server = await serveEvents();
  vi.stubEnv("OPENAI_BASE_URL", `${server.url}/v1`);
  vi.stubEnv("OPENAI_API_KEY", "test");
  vi.stubEnv("ANTHROPIC_BASE_URL", server.url);
  vi.stubEnv("ANTHROPIC_API_KEY", "test");
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** The client has ended each request that it began, or read it to its end. */
async function expectNothingOpen(): Promise<void> {
  await vi.waitFor(() => expect(server.open()).toBe(0), { timeout: 10_000 });
}

afterEach(expectNothingOpen);

describe("the guide's examples", () => {
  test("are there for each SDK", () => {
    expect(examples.map(({ name }) => name)).toEqual([
      "openai",
      "openai",
      "@anthropic-ai/sdk",
      "@ai-sdk/openai",
    ]);
  });

  test.for(examples)("with $name run", async ({ code }) => {
    const modules = new Map<string, unknown>([
      ["unwind", unwind],
      ["unwind/streams", streams],
    ]);
    const require = createRequire(import.meta.url);
    const load = (name: string): unknown => modules.get(name) ?? require(name);
    const before = server.requests.length;
    expect(await runExample(code, load)).toBeGreaterThan(1);
    expect(server.requests.length).toBe(before + 1);
  });

  test("type-check against the packages", { timeout: 120_000 }, () => {
    const sourceOf = (module: string): string | undefined =>
      ({
        unwind: join(root, "runtime/src/index.ts"),
        "unwind/streams": join(root, "runtime/src/streams/index.ts"),
      })[module];
    expect(typeErrors(examples, import.meta.dirname, sourceOf)).toEqual([]);
  });
});

/** Each SDK's stream of events, and where the text is. */
const chat = (prompt: string) =>
  new OpenAI({ maxRetries: 0 }).chat.completions.create({
    model: "gpt-test",
    messages: [{ role: "user", content: prompt }],
    stream: true,
  });
const chatText = (event: OpenAI.ChatCompletionChunk) => event.choices[0]?.delta.content;

const responses = (prompt: string) =>
  new OpenAI({ maxRetries: 0 }).responses.create({
    model: "gpt-test",
    input: prompt,
    stream: true,
  });
const responsesText = (event: OpenAI.Responses.ResponseStreamEvent) =>
  event.type === "response.output_text.delta" ? event.delta : undefined;

const params = (prompt: string) => ({
  model: "claude-test",
  max_tokens: 100,
  messages: [{ role: "user" as const, content: prompt }],
});
const messages = (prompt: string) =>
  new Anthropic({ maxRetries: 0 }).messages.create({ ...params(prompt), stream: true });
const helper = (prompt: string) =>
  Promise.resolve(new Anthropic({ maxRetries: 0 }).messages.stream(params(prompt)));
const messagesText = (event: Anthropic.MessageStreamEvent) =>
  event.type === "content_block_delta" && event.delta.type === "text_delta"
    ? event.delta.text
    : undefined;

/** An SDK in the form that all tests below need, whatever its events are. */
function sdk<T>(
  create: (prompt: string) => PromiseLike<AsyncIterable<T> & { controller: AbortController }>,
  select: (event: T) => string | null | undefined,
) {
  return {
    create,
    accumulate: async (prompt: string) => accumulate(await create(prompt), { select }),
    measure: async (prompt: string) => {
      const startedAt = performance.now();
      const source = await create(prompt);
      const measured = withMetrics(source, { select, startedAt });
      return { source, measured, answer: accumulate(measured, { select }) };
    },
  };
}

describe.each(
  Object.entries({
    "chat completions of openai": sdk(chat, chatText),
    "responses of openai": sdk(responses, responsesText),
    "messages of @anthropic-ai/sdk": sdk(messages, messagesText),
    "the helper of @anthropic-ai/sdk": sdk<Anthropic.MessageStreamEvent>(helper, messagesText),
  }),
)("%s", (_, { accumulate, measure }) => {
  test("is read to its end, and measured", async () => {
    const { measured, answer: text } = await measure("Say hello");
    for await (const { content } of text) expect(answer.startsWith(content)).toBe(true);
    expect(text.content).toBe(answer);
    const { metrics } = measured;
    expect(metrics).toMatchObject({ outcome: "completed", bytes: Buffer.byteLength(answer) });
    const times = [0, metrics.timeToFirstByte, metrics.timeToFirstOutput, metrics.totalTime];
    expect(times).toEqual([...times].sort((a, b) => (a ?? 0) - (b ?? 0)));
  });

  test("is ended by break", async () => {
    for await (const { content } of await accumulate("Go on forever")) {
      expect(content).toBe("Hello");
      break;
    }
    await expectNothingOpen();
  });

  test("is ended by an error in the loop", async () => {
    const loop = async (): Promise<void> => {
      for await (const _ of await accumulate("Go on forever")) throw new Error("body");
    };
    await expect(loop()).rejects.toThrow("body");
    await expectNothingOpen();
  });

  test("is ended before anything was read", async () => {
    const { measured } = await measure("Go on forever");
    await measured.return();
    expect(measured.metrics).toMatchObject({ outcome: "cancelled", chunks: 0 });
    await expectNothingOpen();
  });

  test("is ended while a chunk is awaited", async () => {
    const { measured, answer: text } = await measure("Go on forever");
    const read = (async () => {
      for await (const _ of text);
    })();
    await vi.waitFor(() => expect(measured.metrics.bytes).toBeGreaterThan(0));
    await text.return();
    await read;
    expect(measured.metrics.outcome).toBe("cancelled");
    await expectNothingOpen();
  });

  test("that its own controller aborts was cancelled, whether or not that is an error", async () => {
    const { source, measured, answer: text } = await measure("Go on forever");
    const read = (async () => {
      for await (const _ of text) source.controller.abort();
    })();
    await read.catch((error: unknown) => expect(String(error)).toMatch(/abort/i));
    expect(measured.metrics.outcome).toBe("cancelled");
    await expectNothingOpen();
  });
});

describe("streamText of ai", () => {
  const stream = (prompt: string, abortSignal?: AbortSignal) =>
    streamText({
      // The package's own instance was made when the module was loaded, before the server was there.
      model: createOpenAI()("gpt-test"),
      prompt,
      ...(abortSignal && { abortSignal }),
      onError: () => {},
    });

  test("gives its text by textStream, and by the parts of fullStream", async () => {
    const text = accumulate(stream("Say hello").textStream);
    for await (const { content } of text) expect(answer.startsWith(content)).toBe(true);
    expect(text.content).toBe(answer);

    const parts = withMetrics(stream("Say hello").fullStream, {
      select: (part) => (part.type === "text-delta" ? part.text : undefined),
    });
    const types = new Set<string>();
    for await (const part of parts) types.add(part.type);
    expect(types).toContain("finish");
    expect(parts.metrics).toMatchObject({ bytes: Buffer.byteLength(answer), outcome: "completed" });
  });

  test("is ended by its signal, when the loop is left", async () => {
    const abort = new AbortController();
    const { textStream } = stream("Go on forever", abort.signal);
    const measured = withMetrics(textStream);
    for await (const _ of measured) break;
    expect(measured.metrics.outcome).toBe("cancelled");
    abort.abort();
    await expectNothingOpen();
  });
});
