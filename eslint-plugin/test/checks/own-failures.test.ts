import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("no path on which it leaks, where only this can fail:", () => {
  test.each([
    [
      "a question about the file that was opened",
      code`
        import { createReadStream, statSync } from "node:fs";
        export async function upload(file: string, other: string) {
          const content = createReadStream(file);
          const { size } = statSync(file); //- const { size } = statSync(other);
          await send({ content, size });
        }
        declare function send(request: { content: unknown; size: number }): Promise<void>;
      `,
    ],
    [
      "the same file that is opened once more",
      code`
        import { closeSync, openSync } from "node:fs";
        export function logs(file: string, other: string) {
          const out = openSync(file, "a");
          const err = openSync(file, "a"); //- const err = openSync(other, "a");
          return { out, err };
        }
      `,
    ],
    [
      "the release of something else that was opened",
      code`
        import { closeSync, fsyncSync, openSync } from "node:fs";
        export function logs(): void {
          const out = openSync("out.log", "a");
          const err = openSync("out.log", "a");
          closeSync(out); //- fsyncSync(out);
          closeSync(err);
        }
      `,
    ],
    [
      "that the directory that was made is there",
      code`
        import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
        export function folder(): string {
          const made = mkdtempSync("/tmp/stage-");
          mkdirSync(made, { recursive: true }); //- writeFileSync(made + "/a", "");
          return made;
        }
      `,
    ],
    [
      "a directory in the one that was made",
      code`
        import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
        import { join } from "node:path";
        export async function folder(): Promise<string> {
          const made = await mkdtemp("/tmp/stage-");
          const settings = join(made, "settings");
          await mkdir(settings, { recursive: true }); //- await writeFile(settings, "");
          return made;
        }
      `,
    ],
    [
      "what opens it, in one of two ways",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        export async function lock(file: string, given?: (file: string) => Promise<FileHandle>) {
          const handle = await (given ? given(file) : open(file, "wx"));
          logger.info(file); //- parse(file);
          await handle.close();
        }
      `,
    ],
    [
      "a helper whose own `try` answers what fails",
      code`
        import { closeSync, openSync } from "node:fs";
        export function session(file: string, data: string): string {
          const fd = openSync(file, "wx");
          const id = idIn(data);
          closeSync(fd);
          return id;
        }
        function idIn(data: string): string {
          try { //- {
            return (JSON.parse(data) as { id: string }).id;
          } catch {} //- }
          return "";
        }
      `,
    ],
    [
      "that a writer is ready, which fails where its stream has failed",
      code`
        export async function squeeze(stream: CompressionStream, bytes: Uint8Array<ArrayBuffer>) {
          const writer = stream.writable.getWriter();
          await writer.ready; //- await publish("ready");
          await writer.write(bytes);
          await writer.close();
        }
      `,
    ],
    [
      "that what the resource was asked of is there",
      code`
        export async function feed(child: { stdin: WritableStream<string> | undefined }, text: string) {
          if (!child.stdin) return;
          const writer = child.stdin.getWriter();
          if (!child.stdin) throw new Error("no input"); //- if (!text) throw new Error("no text");
          await writer.write(text);
          writer.releaseLock();
        }
      `,
    ],
    [
      "the wait for the resource's own event",
      code`
        import { once } from "node:events";
        import { connect } from "node:net";
        export async function connected(port: number) {
          const socket = connect(port);
          await once(socket, "connect"); //- await once(process, "exit");
          return socket;
        }
      `,
    ],
    [
      "a promise that its own listeners reject",
      code`
        import { connect } from "node:net";
        export async function connected(port: number) {
          const socket = connect(port);
          await new Promise<void>((resolve, reject) => {
            socket.once("error", reject);
            socket.once("close", () => reject(new Error("closed"))); //- setTimeout(() => reject(new Error("late")));
            socket.once("connect", resolve);
          });
          return socket;
        }
      `,
    ],
    [
      "the same with named listeners",
      code`
        import { connect } from "node:net";
        export async function connected(port: number) {
          const socket = connect(port);
          await new Promise<void>((resolve, reject) => {
            const onConnect = () => {
              socket.off("error", onError);
              resolve();
            };
            const onError = (error: Error) => {
              socket.off("connect", onConnect);
              reject(error);
            };
            socket.once("connect", onConnect);
            socket.once("error", onError); //- setTimeout(reject, 1000);
          });
          return socket;
        }
      `,
    ],
    [
      "a promise that nothing rejects",
      code`
        import { open } from "node:fs/promises";
        export async function opened(path: string) {
          const file = await open(path);
          await new Promise((resolve) => setTimeout(resolve, 100)); //- await new Promise((_, reject) => setTimeout(reject, 100));
          return file;
        }
      `,
    ],
    [
      "a pause",
      code`
        import { open } from "node:fs/promises";
        import { setTimeout as later } from "node:timers/promises";
        declare function sleep(milliseconds: number): Promise<void>;
        export async function opened(path: string) {
          const file = await open(path);
          await sleep(100); //- await fetch(path);
          await later(100);
          return file;
        }
      `,
    ],
    [
      "the import of a module",
      code`
        import { mkdtempSync } from "node:fs";
        export async function made() {
          const folder = mkdtempSync("/tmp/made-");
          const { join } = await import("node:path"); //- const { join } = await import(process.cwd());
          return join(folder, "made");
        }
      `,
    ],
    [
      "the look at where the new directory really is",
      code`
        import * as fs from "node:fs/promises";
        export async function made() {
          const folder = await fs.mkdtemp("/tmp/made-");
          const real = await fs.realpath(folder); //- const real = await fs.stat(folder);
          return { folder, real };
        }
      `,
    ],
    [
      "what handles another failure",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        declare function restore(): Promise<void>;
        declare function work(folder: string): Promise<void>;
        export async function worked() {
          const folder = await mkdtemp("/tmp/worked-");
          try {
            await work(folder);
          } catch (error) {
            await restore(); //- throw error;
            await rm(folder, { recursive: true });
            throw error;
          }
          await rm(folder, { recursive: true });
        }
      `,
    ],
  ])("%s", (_name, source) => expectSound(source));
});

describe("no path on which it leaks, because somebody else has it:", () => {
  test.each([
    [
      "who was given a function that reads the variable",
      code`
        import { openSync, writeSync } from "node:fs";
        declare function registerCleanup(descriptors: () => unknown[]): void;
        export function logged(path: string) {
          let fd: number | undefined;
          registerCleanup(() => [fd]); //-
          fd = openSync(path, "a");
          writeSync(fd, "started");
        }
        export { registerCleanup };
      `,
    ],
    [
      "who reads a path below it from an outer variable, and removes its folder",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        import { dirname, join } from "node:path";
        export function editing(text: string) {
          let file: string | undefined;
          const begin = () => {
            const folder = mkdtempSync("/tmp/editing-");
            file = join(folder, "text"); //- const file = join(folder, "text");
            writeFileSync(file, text);
          };
          begin();
          return () => file && rmSync(dirname(file), { recursive: true });
        }
      `,
    ],
    [
      "who removes the folder of a path below it",
      code`
        import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
        import { dirname, join } from "node:path";
        export function written(text: string) {
          const file = join(mkdtempSync("/tmp/written-"), "text");
          const folder = mkdtempSync("/tmp/edited-");
          const edited = join(folder, "text");
          try {
            writeFileSync(edited, text);
          } finally {
            rmSync(dirname(edited), { recursive: true }); //- rmSync(edited);
          }
          return file;
        }
      `,
    ],
    [
      "nobody, where the semaphore was made for this call and goes with it",
      code`
        declare class Semaphore { constructor(places: number); acquire(): Promise<void>; release(): void }
        declare function size(path: string): Promise<number>;
        const shared = new Semaphore(4);
        export async function sizes(paths: string[]) {
          const semaphore = new Semaphore(4); //- const semaphore = shared;
          return Promise.all(
            paths.map(async (path) => {
              await semaphore.acquire();
              const bytes = await size(path);
              semaphore.release();
              return bytes;
            }),
          );
        }
        export { shared };
      `,
    ],
    [
      "the caller, with the object that takes it back",
      code`
        declare class Browser {
          static getInstance(): Browser;
          acquire(): void;
          release(): void;
          connect(): Promise<void>;
        }
        export async function launched() {
          const browser = Browser.getInstance();
          browser.acquire();
          try {
            await browser.connect();
            return { browser }; //- return {};
          } catch (error) {
            browser.release();
            throw error;
          }
        }
      `,
    ],
  ])("%s", (_name, source) => expectSound(source));
});

describe("a path on which it leaks, where this can fail:", () => {
  test.each([
    [
      "the wait for something else",
      code`
        import { connect } from "node:net";
        import { once, type EventEmitter } from "node:events";
        export async function connected(port: number, ready: EventEmitter) {
          const socket = connect(port); // leak: leaksOnThrow
          await once(ready, "ready");
          return socket;
        }
      `,
    ],
    [
      "a wait that a signal can end",
      code`
        import { connect } from "node:net";
        import { once } from "node:events";
        export async function connected(port: number, signal: AbortSignal) {
          const socket = connect(port); // leak: leaksOnThrow
          await once(socket, "connect", { signal });
          return socket;
        }
      `,
    ],
    [
      "a promise that a timer rejects, too",
      code`
        import { connect } from "node:net";
        export async function connected(port: number) {
          const socket = connect(port); // leak: leaksOnThrow
          await new Promise<void>((resolve, reject) => {
            setTimeout(() => reject(new Error("too late")), 1000);
            socket.once("error", reject);
            socket.once("connect", resolve);
          });
          return socket;
        }
      `,
    ],
    [
      "a promise whose executor throws",
      code`
        import { connect } from "node:net";
        export async function connected(port: number, allowed: boolean) {
          const socket = connect(port); // leak: leaksOnThrow
          await new Promise<void>((resolve) => {
            if (!allowed) throw new Error("not allowed");
            socket.once("connect", resolve);
          });
          return socket;
        }
      `,
    ],
    [
      "the handling of a failure, on purpose",
      code`
        import { mkdtemp, rm } from "node:fs/promises";
        declare function work(folder: string): Promise<void>;
        export async function worked() {
          const folder = await mkdtemp("/tmp/worked-"); // leak: leaksOnThrow
          try {
            await work(folder);
          } catch (error) {
            throw new Error("no work", { cause: error });
          }
          await rm(folder, { recursive: true });
        }
      `,
    ],
  ])("%s", (_name, source) => expectMarkedLeaks(source));
});
