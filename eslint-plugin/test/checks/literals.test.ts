import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("a resource that is part of a literal is owned by whoever gets it", () => {
  test.each([
    [
      "returned behind a variable",
      code`
        import { mkdtemp } from "node:fs/promises";
        import { join } from "node:path";
        export async function workspace() {
          const root = await mkdtemp("/tmp/work-");
          const layout = { root, logs: join(root, "logs") };
          return layout; //- return layout.root.length;
        }
      `,
    ],
    [
      "released by its property",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          const held = { file, handle };
          try {
            return (await held.handle.stat()).size;
          } finally {
            await held.handle.close(); //-
          }
        }
      `,
    ],
    [
      "taken out of it again",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          const held = { file, handle };
          const again = held.handle;
          try {
            return (await again.stat()).size;
          } finally {
            await again.close(); //-
          }
        }
      `,
    ],
    [
      "kept in a list",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        const all: { file: string; handle: FileHandle }[] = [];
        export async function keep(file: string) {
          const handle = await open(file);
          const held = { file, handle };
          all.push(held); //-
          await handle.stat();
        }
        export { all };
      `,
    ],
    [
      "stored in a field",
      code`
        import { connect, type Socket } from "node:net";
        export class Line {
          #peer: { readonly port: number; readonly socket: Socket } | undefined;
          dial(port: number) {
            const socket = connect(port);
            const peer = { port, socket };
            this.#peer = peer; //-
            socket.setNoDelay(true);
          }
          hangUp() {
            this.#peer?.socket.end();
          }
        }
      `,
    ],
    [
      "given to a function that may keep it",
      code`
        import { open, type FileHandle } from "node:fs/promises";
        declare function serve(options: { handle: FileHandle }): void;
        export async function start(file: string) {
          const handle = await open(file);
          serve({ handle }); //- logger.info("not served", handle.fd);
        }
        export { serve };
      `,
    ],
    [
      "released by a loop over the list",
      code`
        import { open } from "node:fs/promises";
        export async function same(one: string) {
          const handle = await open(one);
          const all = [handle];
          try {
            await handle.stat();
          } finally {
            for (const each of all) await each.close(); //-
          }
        }
      `,
    ],
    [
      "released by an object's own method",
      code`
        import { mkdtempSync, rmSync } from "node:fs";
        export function scratch() {
          const root = mkdtempSync("/tmp/scratch-");
          const scratch = { root, remove: () => rmSync(root, { recursive: true }) }; //- const scratch = { remove: () => undefined };
          scratch.remove();
        }
        export { rmSync };
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("a resource that is part of a literal may be released by what else the literal has", () => {
  test.each([
    [
      "by a method of the literal",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file);
          const held = { handle, close: () => handle.close() }; //- const held = { handle };
          try {
            return (await held.handle.stat()).size;
          } finally {
            await held.close(); //-
          }
        }
      `,
    ],
    [
      "by a computed property of it",
      code`
        import { open } from "node:fs/promises";
        export async function opened(file: string, part: "file" | "handle") {
          const handle = await open(file);
          const held = { file, handle };
          return held[part]; //- return held.file;
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("a resource that is part of a literal leaks", () => {
  test.each([
    [
      "when the literal is only logged",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file); // leak: neverReleased
          const held = { file, handle };
          logger.info("opened", held);
        }
      `,
    ],
    [
      "when only another property is returned",
      code`
        import { mkdtemp } from "node:fs/promises";
        export async function stage(name: string) {
          const folder = await mkdtemp("/tmp/stage-"); // leak: neverReleased
          const made = { name, folder };
          return made.name;
        }
      `,
    ],
    [
      "when only another property is passed on",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file); // leak: neverReleased
          const held = { file, handle };
          await publish(held.file);
        }
      `,
    ],
    [
      "when its property is only used",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file); // leak: neverReleased
          const held = { file, handle };
          const { size } = await held.handle.stat();
          return size;
        }
      `,
    ],
    [
      "when something fails before its property is released",
      code`
        import { open } from "node:fs/promises";
        export async function size(file: string) {
          const handle = await open(file); // leak: leaksOnThrow
          const held = { file, handle };
          const { size } = await held.handle.stat();
          await held.handle.close();
          return size;
        }
      `,
    ],
    [
      "when the literal is made after something that fails",
      code`
        import { mkdtemp, writeFile } from "node:fs/promises";
        import { join } from "node:path";
        export async function stage(text: string) {
          const folder = await mkdtemp("/tmp/stage-"); // leak: leaksOnThrow
          const input = join(folder, "input");
          await writeFile(input, text);
          return { folder, input };
        }
      `,
    ],
    [
      "when a disposable literal is made after something that fails",
      code`
        import { mkdtemp, rm, symlink } from "node:fs/promises";
        import { join } from "node:path";
        export async function linked(target: string) {
          const folder = await mkdtemp("/tmp/linked-"); // leak: leaksOnThrow
          const link = join(folder, "link");
          await symlink(target, link);
          return {
            link,
            [Symbol.asyncDispose]: async () => {
              await rm(folder, { recursive: true, force: true });
            },
          };
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});
