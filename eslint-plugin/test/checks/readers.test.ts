import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a reader of a web stream leaks", () => {
  test.each([
    [
      "when the loop stops at a limit",
      code`
        export async function head(stream: ReadableStream<Uint8Array>, limit: number) {
          const reader = stream.getReader(); // leak: leaksOnEarlyExit
          let total = 0;
          while (true) {
            const { done, value } = await reader.read();
            if (done) break;
            total += value.length;
            if (total > limit) return undefined;
          }
          reader.releaseLock();
          return total;
        }
      `,
    ],
    [
      "when nobody wants more of it",
      code`
        export async function pump(stream: ReadableStream<string>, signal: AbortSignal) {
          const reader = stream.getReader(); // leak: neverReleased
          while (!signal.aborted) {
            const { done, value } = await reader.read();
            if (done) break;
            logger.debug(value);
          }
        }
      `,
    ],
    [
      "when what was read cannot be parsed",
      code`
        export async function events(stream: ReadableStream<string>) {
          const reader = stream.getReader(); // leak: leaksOnThrow
          const all: unknown[] = [];
          while (true) {
            const { done, value } = await reader.read();
            if (done) break;
            all.push(JSON.parse(value));
          }
          reader.releaseLock();
          return all;
        }
      `,
    ],
    [
      "when the consumer of a generator has enough",
      code`
        export async function* chunks(url: string) {
          const response = await fetch(url);
          if (!response.body) throw new Error("no body");
          const reader = response.body.getReader(); // leak: leaksOnEarlyExit
          while (true) {
            const { done, value } = await reader.read();
            if (done) break;
            yield value;
          }
          reader.releaseLock();
        }
      `,
    ],
    [
      "when a given callback fails",
      code`
        export async function each(stream: ReadableStream<string>, onChunk: (text: string) => void) {
          const reader = stream.getReader(); // leak: leaksOnThrow
          for (;;) {
            const result = await reader.read();
            if (result.done) break;
            onChunk(result.value);
          }
          reader.releaseLock();
        }
      `,
    ],
    [
      "when only the first piece is read",
      code`
        export async function first(url: string) {
          const response = await fetch(url);
          const reader = response.body?.getReader(); // leak: neverReleased
          const result = await reader?.read();
          return result?.value;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a reader of a web stream is sound", () => {
  test.each([
    [
      "when a function of the file reads it to its end",
      code`
        export async function copy(body: ReadableStream<string>, write: (text: string) => void) {
          const reader = body.getReader();
          await copyAll(reader, write);
        }
        async function copyAll(
          reader: ReadableStreamDefaultReader<string>,
          write: (text: string) => void,
        ) {
          let result = await reader.read(); //- let result = { done: reader.closed === undefined, value: "" };
          while (!result.done) {
            write(result.value ?? "");
            result = await reader.read(); //- result = { done: true, value: "" };
          }
        }
      `,
    ],
    [
      "when its request has been aborted",
      code`
        export async function pump(url: string, signal: AbortSignal) {
          const { body } = await fetch(url, { signal }); //- const { body } = await fetch(url);
          const reader = body?.getReader();
          if (!reader) return;
          while (!signal.aborted) {
            const { done, value } = await reader.read();
            if (done) break;
            logger.debug(value);
          }
        }
      `,
    ],
    [
      "read until it is done",
      code`
        export async function size(stream: ReadableStream<Uint8Array>) {
          const reader = stream.getReader();
          let total = 0;
          while (true) {
            const { done, value } = await reader.read();
            if (done) break; //- if (total > 100) break;
            total += value?.length ?? 0;
          }
          return total;
        }
      `,
    ],
    [
      "read until it is done or gives nothing",
      code`
        export async function size(stream: ReadableStream<Uint8Array>) {
          const reader = stream.getReader();
          let total = 0;
          while (true) {
            const { done, value } = await reader.read();
            if (done || !value) break; //- if (total > 100) break;
            total += value?.length ?? 0;
          }
          return total;
        }
      `,
    ],
    [
      "read until `result.done`",
      code`
        export async function size(stream: ReadableStream<Uint8Array>) {
          const reader = stream.getReader();
          let total = 0;
          for (;;) {
            const result = await reader.read();
            if (result.done) return total; //- if (total > 100) return total;
            total += result.value.length;
          }
        }
      `,
    ],
    [
      "read until it is done, under another name",
      code`
        export async function size(stream: ReadableStream<Uint8Array>) {
          const reader = stream.getReader();
          let total = 0;
          for (;;) {
            const { done: finished, value } = await reader.read();
            if (finished) return total; //- if (total > 100) return total;
            total += value.length;
          }
        }
      `,
    ],
    [
      "given up by `cancel` at a limit",
      code`
        export async function head(stream: ReadableStream<Uint8Array>, limit: number) {
          const reader = stream.getReader();
          let total = 0;
          while (true) {
            const { done, value } = await reader.read();
            if (done) return total;
            total += value.length;
            if (total > limit) {
              await reader.cancel().catch(() => undefined); //-
              throw new Error("too long");
            }
          }
        }
      `,
    ],
    [
      "released in `finally`, whoever stops",
      code`
        export async function* chunks(stream: ReadableStream<string>, signal?: AbortSignal) {
          const reader = stream.getReader();
          try {
            while (true) {
              if (signal?.aborted) return;
              const { done, value } = await reader.read();
              if (done) break;
              yield value;
            }
          } finally {
            reader.releaseLock(); //-
          }
        }
      `,
    ],
    [
      "kept by an object that reads on",
      code`
        export class Lines {
          #reader: ReadableStreamDefaultReader<string> | undefined;
          async next(stream: ReadableStream<string>) {
            this.#reader ??= stream.getReader(); //- const reader = stream.getReader(); await reader.read();
            return await this.#reader?.read();
          }
        }
      `,
    ],
    [
      "captured by the source of another stream",
      code`
        export function copied(stream: ReadableStream<string>) {
          const reader = stream.getReader();
          return new ReadableStream<string>({
            async pull(controller) {
              const { done, value } = await reader.read(); //- const { done, value } = await stream.getReader().read();
              if (done) controller.close();
              else controller.enqueue(value);
            },
            cancel() {
              reader.releaseLock(); //-
            },
          });
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("a writer of a web stream", () => {
  test("that fails while it writes is in error, and holds nothing", () => {
    expectSound(code`
      export async function send(stream: WritableStream<string>, pieces: readonly string[]) {
        const writer = stream.getWriter();
        for (const piece of pieces) {
          await writer.write(piece); //- await publish(piece);
        }
        await writer.close();
      }
    `);
  });

  test("leaks when what it is to write cannot be had", () => {
    expectMarkedLeaks(code`
      export async function send(stream: WritableStream<string>, pieces: AsyncIterable<string>) {
        const writer = stream.getWriter(); // leak: leaksOnThrow
        for await (const piece of pieces) await writer.write(piece);
        await writer.close();
      }
    `);
  });

  test("leaks when it is never closed", () => {
    expectMarkedLeaks(code`
      export async function note(stream: WritableStream<string>, text: string) {
        const writer = stream.getWriter(); // leak: neverReleased
        await writer.ready;
        await writer.write(text);
      }
    `);
  });
});

describe("a reader only locks its stream, which is lost", () => {
  /** JavaScript, so that any object can give a stream. */
  const script = { file: "subject.mjs" };
  const reading = (stream: string): string => code`
    export async function first(response, controller, run, subscription) {
      ${stream}
      while (true) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        if (value.length > 0) return value;
      }
    }
  `;

  test.each([
    ["where a response is read", "const reader = response.body.getReader();"],
    [
      "where there may be no body",
      "const reader = response.body?.getReader(); if (!reader) return undefined;",
    ],
    [
      "where what a response holds is decoded first",
      "const text = response.body.pipeThrough(new TextDecoderStream()); const reader = text.getReader();",
    ],
    [
      "where it was taken out of a response",
      "const { body } = response; const reader = body.getReader();",
    ],
    [
      "where the reader is made by its constructor",
      "const reader = new ReadableStreamDefaultReader(response.body);",
    ],
    ["where one of two is read", "const reader = (response.body ?? empty).getReader();"],
  ])("%s", (_title, stream) => {
    expectMarkedLeaks(reading(`${stream} // leak: neverReleased`), script);
  });

  test.each([
    [
      "but not a stream that the code has made",
      "const made = new ReadableStream({ start: fill }); const reader = made.getReader(); //- const reader = response.body.getReader();",
    ],
    [
      "nor one that a call gives, which may come to its end by itself",
      "const reader = run.toReadableStream().getReader(); //- const reader = response.body.getReader();",
    ],
    [
      "nor one that was waited for",
      "const events = await subscription.subscribe(); //- const events = response.body;\n  const reader = events.getReader();",
    ],
    [
      "nor a text in memory",
      "const reader = new Blob([text]).stream().getReader(); //- const reader = response.body.getReader();",
    ],
    [
      "nor what an object keeps",
      "const reader = controller.stream.getReader(); //- const reader = response.body.getReader();",
    ],
  ])("%s", (_title, stream) => {
    expectSound(reading(stream), script);
  });
});
