import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a flag that the path itself has set", () => {
  test.each([
    [
      "tells that it was closed already",
      code`
        import { openSync, closeSync } from "node:fs";
        export function copy(file: string) {
          let closed = false;
          const fd = openSync(file, "r");
          try {
            parse(file);
            closeSync(fd);
            closed = true;
          } finally {
            if (!closed) closeSync(fd); //- logger.info(file);
          }
        }
      `,
    ],
    [
      "is set only where it is left to another",
      code`
        export async function peek(stream: ReadableStream<string>) {
          const reader = stream.getReader();
          let drained = false;
          try {
            for (;;) {
              const { done, value } = await reader.read();
              if (done || value === "") return stream;
              if (value === "error") {
                drained = true;
                drain(reader).catch(() => undefined);
                throw new Error(value);
              }
            }
          } finally {
            if (!drained) { //- if (ready) {
              reader.cancel().catch(() => undefined);
              reader.releaseLock();
            }
          }
        }
        declare function drain(reader: ReadableStreamDefaultReader<string>): Promise<void>;
      `,
    ],
    [
      "is asked for what it is not",
      code`
        import { open } from "node:fs/promises";
        export async function read(file: string) {
          let kept = false;
          const handle = await open(file);
          try {
            const text = await handle.readFile("utf8");
            if (text === "keep") {
              kept = true;
              return handle;
            }
          } finally {
            if (kept) {
              logger.info(file);
            } else {
              await handle.close(); //-
            }
          }
          return undefined;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });

  test.each([
    [
      "leaks where the path sets it, and leaves the resource open",
      code`
        import { openSync, closeSync } from "node:fs";
        export function copy(file: string) {
          let closed = false;
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          try {
            if (file === "") {
              closed = true;
              return;
            }
          } finally {
            if (!closed) closeSync(fd);
          }
        }
      `,
    ],
    [
      "is not known where an earlier round may have set it",
      code`
        import { openSync, closeSync } from "node:fs";
        export function copy(files: readonly string[]) {
          let closed = false;
          for (const file of files) {
            const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
            if (!closed) closeSync(fd);
            closed = true;
          }
        }
      `,
    ],
    [
      "is not known where an inner function sets it",
      code`
        import { openSync, closeSync } from "node:fs";
        export function copy(file: string, later: (stop: () => void) => void) {
          let closed = false;
          later(() => { closed = true; });
          const fd = openSync(file, "r"); // leak: leaksOnEarlyExit
          if (!closed) closeSync(fd);
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("a temporary directory", () => {
  test.each([
    [
      "beside which another is made",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        export async function compare() {
          const left = await mkdtemp("left-");
          const right = await mkdtemp("right-"); //- await publish("left");const right = await mkdtemp("right-");
          try {
            await publish(left + right);
          } finally {
            await rm(left, { recursive: true, force: true });
            await rm(right, { recursive: true, force: true });
          }
        }
      `,
    ],
    [
      "that is there for a file, whose path is given back",
      code`
        import { mkdtemp } from "node:fs/promises";
        import path from "node:path";
        export async function record(name: string) {
          const folder = await mkdtemp("recording-");
          const output = path.join(folder, name);
          await publish(output);
          return { output }; //- return { folder };
        }
      `,
    ],
  ])("%s is not lost", (_title, text) => {
    expectSound(text);
  });

  test("that is there for a file leaks where the function removes it on another path", () => {
    expectMarkedLeaks(code`
      import { mkdtemp, rm } from "node:fs/promises";
      import path from "node:path";
      export async function record(name: string) {
        const folder = await mkdtemp("recording-"); // leak: leaksOnThrow
        const output = path.join(folder, name);
        await publish(output);
        if (ready) await rm(folder, { recursive: true });
        return output;
      }
    `);
  });
});

describe("a writable file stream", () => {
  test("that fails while it is written to is in error, and holds nothing", () => {
    expectSound(code`
      export async function save(file: FileHandle, text: string) {
        const stream = await file.createWritable();
        await stream.write(text); //- await publish(text);
        await stream.close();
      }
      interface FileHandle { createWritable(): Promise<Stream> }
      interface Stream { write(text: string): Promise<void>; close(): Promise<void>; abort(): Promise<void> }
    `);
  });
});
