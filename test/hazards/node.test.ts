import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Programs } from "./programs.js";

/**
 * The disposers of Node that do harm, each seen doing it, and then seen not to any more: the same
 * program after the rule's own rewrite.
 */
const programs = new Programs();
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "unwind-hazards-"));
});

afterAll(() => {
  programs.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a write stream", () => {
  interface Save {
    save(file: string, text: string): Promise<void>;
  }
  const inDeclaration = `
    import { createWriteStream } from "node:fs";
    export async function save(file: string, text: string) {
      await using out = createWriteStream(file);
      out.write(text);
    }
  `;
  const inStack = `
    import { createWriteStream } from "node:fs";
    import { AsyncExitStack } from "unwind";
    export async function save(file: string, text: string) {
      await using stack = new AsyncExitStack();
      const out = stack.use(createWriteStream(file));
      out.write(text);
    }
  `;
  const byClosing = `
    import { createWriteStream } from "node:fs";
    import { closing } from "unwind";
    export async function save(file: string, text: string) {
      using out = closing(createWriteStream(file), (held) => held.destroy());
      out.write(text);
    }
  `;

  test.each([
    ["using", inDeclaration],
    ["stack", inStack],
    ["closing", byClosing],
  ])("loses all that was written, and then nothing: %s", async (name, program) => {
    const file = path.join(folder, `${name}.txt`);
    const text = "x".repeat(1_000_000);
    writeFileSync(file, "");
    const before = await programs.load<Save>(program);
    await before.save(file, text);
    await sleep(100);
    expect(readFileSync(file)).toHaveLength(0);

    const after = await programs.load<Save>(programs.mended(program, "no-hazardous-dispose"));
    await after.save(file, text);
    expect(readFileSync(file)).toHaveLength(1_000_000);
  });

  test("says why it could not write", async () => {
    const file = path.join(folder, "missing", "file.txt");
    const after = await programs.load<Save>(programs.mended(inDeclaration, "no-hazardous-dispose"));
    await expect(after.save(file, "x")).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a server", () => {
  interface Serve {
    serve(during: (server: Server) => Promise<void>): Promise<void>;
  }
  const program = `
    import { once } from "node:events";
    import { createServer } from "node:http";
    export async function serve(during: (server: unknown) => Promise<void>) {
      await using listening = createServer(() => {});
      await once(listening.listen(0), "listening");
      await during(listening);
    }
  `;

  test("waits for a client for as long as that likes, and then for five seconds", async () => {
    let server: Server | undefined;
    const during = async (it: Server): Promise<void> => {
      server = it;
      const { port } = it.address() as AddressInfo;
      get({ port }).on("error", () => {});
      await new Promise((resolve) => it.once("request", resolve));
    };

    const before = await programs.load<Serve>(program);
    const hanging = before.serve(during);
    await expect(Promise.race([hanging, sleep(7_000, "hangs")])).resolves.toBe("hangs");
    server?.closeAllConnections();
    await hanging;

    const after = await programs.load<Serve>(programs.mended(program, "no-hazardous-dispose"));
    await expect(Promise.race([after.serve(during), sleep(7_000, "hangs")])).rejects.toMatchObject({
      name: "OutcomeError",
    });
    expect(server?.listening).toBe(false);
  });
});

describe("a child process", () => {
  interface Run {
    run(script: string): Promise<number>;
  }
  const program = `
    import { spawn } from "node:child_process";
    export async function run(script: string) {
      using started = spawn(process.execPath, ["-e", script]);
      await new Promise((resolve) => started.stdout.on("data", resolve));
      return started.pid;
    }
  `;

  test("is left running, and then waited for", async () => {
    // It needs a moment to tidy up.
    const script = `
      process.on("SIGTERM", () => setTimeout(() => process.exit(0), 500));
      setInterval(() => {}, 1000);
      console.log("ready");
    `;
    const before = await programs.load<Run>(program);
    const first = await before.run(script);
    expect(isRunning(first)).toBe(true);

    const after = await programs.load<Run>(programs.mended(program, "no-hazardous-dispose"));
    const second = await after.run(script);
    expect(isRunning(second)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("what outlives its block", () => {
  test("a promise fails, and is waited for then", async () => {
    const program = `
      import { open } from "node:fs/promises";
      import { setTimeout as sleep } from "node:timers/promises";
      export async function read(file: string) {
        await using handle = await open(file);
        return handle.stat().then(async () => {
          await sleep(100);
          return await handle.readFile("utf8");
        });
      }
    `;
    interface Read {
      read(file: string): Promise<string>;
    }
    const file = path.join(folder, "read.txt");
    writeFileSync(file, "all of it");
    const before = await programs.load<Read>(program);
    await expect(before.read(file)).rejects.toMatchObject({ code: "EBADF" });
    const after = await programs.load<Read>(programs.mended(program, "no-using-escape"));
    await expect(after.read(file)).resolves.toBe("all of it");
  });

  test("a handle is closed when it is returned, and is open then, unless something failed", async () => {
    const program = `
      import { open } from "node:fs/promises";
      export const opened: unknown[] = [];
      export async function openFor(file: string, check: () => Promise<void>) {
        await using handle = await open(file);
        opened[0] = handle.fd;
        await check();
        return handle;
      }
    `;
    interface Open {
      openFor(file: string, check: () => Promise<void>): Promise<FileHandle>;
    }
    const file = path.join(folder, "opened.txt");
    writeFileSync(file, "x");
    const well = (): Promise<void> => Promise.resolve();
    const before = await programs.load<Open>(program);
    await expect((await before.openFor(file, well)).stat()).rejects.toMatchObject({
      code: "EBADF",
    });

    const after = await programs.load<Open & { opened: number[] }>(
      programs.mended(program, "no-using-escape"),
    );
    {
      await using handle = await after.openFor(file, well);
      expect(await handle.stat()).toMatchObject({ size: 1 });
    }
    const failure = new Error("no");
    await expect(after.openFor(file, () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

describe("what is used after its release", () => {
  test("fails, and comes before it then", async () => {
    const program = `
      import { open } from "node:fs/promises";
      export async function size(file: string) {
        const handle = await open(file);
        await handle.close();
        const { size } = await handle.stat();
        return size;
      }
    `;
    interface Size {
      size(file: string): Promise<number>;
    }
    const file = path.join(folder, "size.txt");
    writeFileSync(file, "four");
    const before = await programs.load<Size>(program);
    await expect(before.size(file)).rejects.toMatchObject({ code: "EBADF" });
    const after = await programs.load<Size>(programs.mended(program, "no-use-after-release"));
    await expect(after.size(file)).resolves.toBe(4);
  });

  test("a socket is closed twice, and then once", async () => {
    const program = `
      import { createSocket } from "node:dgram";
      export async function bind() {
        await using socket = createSocket("udp4");
        socket.bind(0);
        socket.close();
      }
    `;
    interface Bind {
      bind(): Promise<void>;
    }
    const before = await programs.load<Bind>(program);
    const failure = await before.bind().then(
      () => undefined,
      (error: unknown) => error,
    );
    const after = await programs.load<Bind>(programs.mended(program, "no-use-after-release"));
    await expect(after.bind()).resolves.toBeUndefined();
    // Newer versions of Node close only what is open.
    if (failure !== undefined) {
      expect(failure).toMatchObject({ code: "ERR_SOCKET_DGRAM_NOT_RUNNING" });
    }
  });
});
