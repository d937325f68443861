import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of event streams, in the formats of the SDKs. */
export interface EventServer {
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: readonly string[];
  /** Answers that have not ended yet, neither by the server nor by the client. */
  open(): number;
  close(): Promise<void>;
}

/** The answer to each request, in words. */
const words = ["Hello", ", wörld", " 👋🏽", "!"];
export const answer = words.join("");

/** An event of a server-sent stream. */
const sent = (data: unknown, event?: string): string =>
  `${event === undefined ? "" : `event: ${event}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

/** POST /v1/chat/completions of OpenAI. */
function* chatCompletion(): Generator<string> {
  const chunk = (delta: object, finish: string | null = null): string =>
    sent({
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1_700_000_000,
      model: "gpt-test",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    });
  yield chunk({ role: "assistant", content: "" });
  for (const content of words) yield chunk({ content });
  yield chunk({}, "stop");
  yield sent("[DONE]");
}

/** POST /v1/responses of OpenAI, as its SDK and that of Vercel read it. */
function* response(): Generator<string> {
  const event = (type: string, more: object): string => sent({ type, ...more }, type);
  const made = { id: "resp_1", object: "response", created_at: 1_700_000_000, model: "gpt-test" };
  const item = { id: "msg_1", type: "message", role: "assistant" };
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  yield event("response.created", { response: { ...made, status: "in_progress", output: [] } });
  yield event("response.output_item.added", {
    output_index: 0,
    item: { ...item, status: "in_progress", content: [] },
  });
  for (const delta of words) yield event("response.output_text.delta", { ...place, delta });
  yield event("response.output_text.done", { ...place, text: answer });
  const content = [{ type: "output_text", text: answer, annotations: [] }];
  const done = { ...item, status: "completed", content };
  yield event("response.output_item.done", { output_index: 0, item: done });
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 4,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 5,
  };
  yield event("response.completed", {
    response: { ...made, status: "completed", output: [done], usage },
  });
}

/** POST /v1/messages of Anthropic. */
function* message(): Generator<string> {
  const event = (type: string, more: object): string => sent({ type, ...more }, type);
  yield event("message_start", {
    message: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-test",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    },
  });
  yield event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  yield event("ping", {});
  for (const text of words) {
    yield event("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
  }
  yield event("content_block_stop", { index: 0 });
  yield event("message_delta", {
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 4 },
  });
  yield event("message_stop", {});
}

const formats: Readonly<Record<string, () => Generator<string>>> = {
  "/v1/chat/completions": chatCompletion,
  "/v1/responses": response,
  "/v1/messages": message,
};

/**
 * Starts the server. Where a prompt has the word "forever" in it, the answer's first half is followed
 * by nothing: only the client can end it. Each event is cut in two, within a character if it can be.
 */
export async function serveEvents(): Promise<EventServer> {
  const requests: string[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    open.add(response);
    response.on("close", () => open.delete(response));
    answerTo(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // No connection is closed while a client may be about to use it again.
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    open: () => open.size,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  request.setEncoding("utf8");
  for await (const chunk of request as AsyncIterable<string>) body += chunk;
  const format = formats[request.url ?? ""];
  if (format === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  let events = 0;
  for (const event of format()) {
    const bytes = Buffer.from(event);
    // After the first byte of the first character that has several.
    const several = bytes.findIndex((byte) => byte >= 0xc0);
    const cut = several === -1 ? bytes.length >> 1 : several + 1;
    for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      response.write(part);
      // So that they come one by one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (++events === 4 && body.includes("forever")) return;
  }
  response.end();
}
