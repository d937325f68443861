import { describe, expect, test } from "vitest";

import { findingsIn, rewrite, rewritesOf, type Setting } from "./check-code.js";
import { code } from "./code.js";
import { expectMarked } from "./marked.js";

const setting: Setting = { rule: "no-use-after-release", runtime: true, node: ">=20.19" };

function inFunction(lines: string, head = "export async function subject(path: string)"): string {
  const body = lines
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
  return `
import { once } from "node:events";
import { closeSync, createWriteStream, openSync, readSync, writeSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { finished } from "node:stream/promises";
import { closing } from "unwind";
import { Pool } from "pg";
import { createPool } from "mysql2/promise";
import { Sequelize } from "sequelize";
import lockfile from "proper-lockfile";
import { connect as natsConnect } from "nats";
const pgPool = new Pool();
const pool = createPool({});
const sequelize = new Sequelize("sqlite::memory:");
declare function tell(it: unknown): Promise<void>;
declare const done: boolean;
function fail(message: string): never { throw new Error(message); }
${head} {
${body}
}
`;
}

const opened = "const handle = await open(path);\n";
const lent = "const client = await pgPool.connect();\n";

describe("uses", () => {
  test.each([
    ["of a handle", `${opened}await handle.close();\nawait handle.stat(); // usedAfterRelease`],
    [
      "of a handle whose release is not awaited",
      `${opened}void handle.close();\nawait handle.stat(); // usedAfterRelease`,
    ],
    [
      "on one way",
      `${opened}if (done) await handle.close();\nawait handle.stat(); // usedAfterRelease`,
    ],
    [
      "behind a branch",
      `${opened}await handle.close();\nif (done) await handle.stat(); // usedAfterRelease`,
    ],
    [
      "behind a `finally`",
      `${opened}try {\n  await handle.read();\n} finally {\n  await handle.close();\n}\nreturn handle.stat(); // usedAfterRelease`,
    ],
    [
      "in a handler",
      `${opened}try {\n  await handle.close();\n  await tell(path);\n} catch {\n  await handle.stat(); // usedAfterRelease\n}`,
    ],
    [
      "by another name",
      `${opened}const same = handle;\nawait handle.close();\nawait same.stat(); // usedAfterRelease`,
    ],
    [
      "in another round",
      `${opened}for (const _ of path) {\n  await handle.read(); // usedAfterRelease\n  await handle.close();\n}`,
    ],
    ["of a client", `${lent}client.release();\nawait client.query("x"); // usedAfterRelease`],
    [
      "of a descriptor",
      `const fd = openSync(path, "w");\ncloseSync(fd);\nwriteSync(fd, "x"); // usedAfterRelease`,
    ],
    [
      "of a stream that is ended",
      `const out = createWriteStream(path);\nout.end();\nout.write("x"); // usedAfterRelease`,
    ],
    [
      "of a socket that is destroyed",
      `const socket = connect(80);\nsocket.destroy();\nsocket.write("x"); // usedAfterRelease`,
    ],
    [
      "of what a block releases",
      `await using handle = await open(path);\nawait handle.close();\nawait handle.stat(); // usedAfterRelease`,
    ],
    [
      "of what is thrown over",
      `${opened}try {\n  await handle.close();\n  throw new Error("x");\n} catch {\n  await handle.stat(); // usedAfterRelease\n}`,
    ],
  ])("%s", (_title, lines) => {
    expectMarked(inFunction(lines), setting);
  });

  test.each([
    ["before it", `${opened}await handle.stat();\nawait handle.close();`],
    ["on the other way", `${opened}if (done) await handle.close();\nelse await handle.stat();`],
    [
      "under the opposite",
      `${opened}if (done) await handle.close();\nif (!done) await handle.stat();`,
    ],
    [
      "behind a return",
      `${opened}if (done) {\n  await handle.close();\n  return;\n}\nawait handle.stat();`,
    ],
    [
      "behind a throw",
      `${opened}if (done) {\n  await handle.close();\n  throw new Error("x");\n}\nawait handle.stat();`,
    ],
    [
      "behind a function that does not return",
      `${opened}if (done) {\n  await handle.close();\n  fail("x");\n}\nawait handle.stat();`,
    ],
    [
      "behind the end of the process",
      `${opened}if (done) {\n  await handle.close();\n  process.exit(1);\n}\nawait handle.stat();`,
    ],
    [
      "of another one",
      `let handle = await open(path);\nawait handle.close();\nhandle = await open(path);\nawait handle.stat();\nawait handle.close();`,
    ],
    [
      "in a loop that acquires",
      `for (const each of path) {\n  const handle = await open(each);\n  await handle.read();\n  await handle.close();\n}`,
    ],
    [
      "behind a flag",
      `${opened}let closed = false;\nif (path) {\n  await handle.close();\n  closed = true;\n}\nif (!closed) await handle.stat();`,
    ],
    [
      "of figures that stay",
      `const delay = monitorEventLoopDelay();\ndelay.enable();\nawait tell(path);\ndelay.disable();\nreturn delay.percentile(99);`,
    ],
    ["that look", `${opened}await handle.close();\nreturn handle.fd;`],
    [
      "by who asks it",
      `const socket = connect(80);\nsocket.destroy();\nif (!socket.destroyed) socket.write("x");`,
    ],
    [
      "where the release has failed",
      `${opened}try {\n  await handle.close();\n} catch {\n  await handle.sync();\n}`,
    ],
    [
      "by a listener",
      `const out = createWriteStream(path);\nout.end();\nout.on("finish", tell);\nout.on("error", tell);`,
    ],
    [
      "that ask for its end",
      `const connection = await natsConnect();\nawait connection.close();\nawait connection.closed();`,
    ],
    [
      "that wait for its end",
      `const out = createWriteStream(path);\nout.end();\nawait finished(out);`,
    ],
    [
      "that wait for the event",
      `const listening = createServer().listen(0);\nlistening.close();\nawait once(listening, "close");`,
    ],
    [
      "of a server that ends its connections",
      `const listening = createServer().listen(0);\nlistening.close();\nlistening.closeAllConnections();`,
    ],
    [
      "of a server that listens again",
      `const listening = createServer();\nlistening.listen(0);\nlistening.close();\nlistening.listen(1);`,
    ],
    [
      "of a child that was asked to end",
      `const ls = spawn("ls");\nls.kill();\nls.stdout.on("data", tell);\nawait once(ls, "exit");`,
    ],
    [
      "within the callback of the release",
      `const socket = connect(80);\nsocket.end(() => socket.write("x"));`,
    ],
    [
      "in a function that runs before",
      `${opened}const look = () => handle.stat();\nawait look();\nawait handle.close();`,
    ],
    ["in a function", `${opened}await handle.close();\nreturn () => handle.stat();`],
    ["of what was handed on", `${opened}await tell(handle);\nawait handle.close();`],
    [
      "in a round that ends the loop",
      `${opened}for (const each of path) {\n  if (each === "x") {\n    await handle.close();\n    break;\n  }\n  await handle.read();\n}`,
    ],
    [
      "in rounds that a message ends",
      `${opened}for (const each of path) {\n  if (each === "x") await handle.close();\n  else await handle.read();\n}`,
    ],
  ])("not those %s", (_title, lines) => {
    expectMarked(inFunction(lines), setting);
  });
});

describe("releases", () => {
  test.each([
    ["again", `${lent}client.release();\nclient.release(); // releasedAgain`],
    [
      "again in a `finally`",
      `${lent}try {\n  await client.query("x");\n  client.release();\n} finally {\n  client.release(); // releasedAgain\n}`,
    ],
    [
      "again in a handler",
      `${lent}try {\n  client.release();\n  await tell(path);\n} catch {\n  client.release(); // releasedAgain\n}`,
    ],
    [
      "again behind a branch",
      `${lent}if (done) client.release();\nclient.release(); // releasedAgain`,
    ],
    [
      "a descriptor again",
      `const fd = openSync(path, "w");\ncloseSync(fd);\ncloseSync(fd); // releasedAgain`,
    ],
    [
      "a file lock again",
      `const release = await lockfile.lock(path);\nawait release();\nawait release(); // releasedAgain`,
    ],
    [
      "a transaction again",
      `const transaction = await sequelize.transaction();\nawait transaction.rollback();\nawait transaction.rollback(); // releasedAgain`,
    ],
    [
      "what the block releases, too",
      `await using connection = await pool.getConnection();\nawait connection.query("x");\nconnection.release(); // releasedByBlock`,
    ],
    [
      "what `closing` releases, too",
      `using client = closing(await pgPool.connect(), (held) => held.release());\nawait client.query("x");\nclient.release(); // releasedByBlock`,
    ],
    [
      "a socket that the block closes, too",
      `await using socket = createSocket("udp4");\nsocket.bind(0);\nsocket.close(); // releasedByBlock`,
    ],
  ])("%s", (_title, lines) => {
    expectMarked(inFunction(lines), setting);
  });

  test.each([
    ["what may be released twice", `${opened}await handle.close();\nawait handle.close();`],
    ["a socket, the harder way", `const socket = connect(80);\nsocket.end();\nsocket.destroy();`],
    ["under the opposite", `${lent}if (done) client.release();\nelse client.release(true);`],
    [
      "behind a flag",
      `${lent}let released = false;\ntry {\n  await client.query("x");\n  client.release();\n  released = true;\n} finally {\n  if (!released) client.release();\n}`,
    ],
    [
      "what failed to be released",
      `const fd = openSync(path, "w");\ntry {\n  closeSync(fd);\n} catch {\n  closeSync(fd);\n}`,
    ],
    [
      "the other way to end a transaction, when the commit failed",
      `const transaction = await sequelize.transaction();\ntry {\n  await transaction.commit();\n} catch (error) {\n  await transaction.rollback();\n  throw error;\n}`,
    ],
    [
      "another one",
      `let client = await pgPool.connect();\nclient.release();\nclient = await pgPool.connect();\nclient.release();`,
    ],
    [
      "what is forgotten",
      `let client = await pgPool.connect() as unknown as { release(): void } | undefined;\ntry {\n  client?.release();\n  client = undefined;\n  await tell(path);\n} finally {\n  client?.release();\n}`,
    ],
    [
      "each in its round",
      `for (const _ of path) {\n  const client = await pgPool.connect();\n  client.release();\n}`,
    ],
    [
      "what the block may close twice",
      `await using handle = await open(path);\nawait handle.close();`,
    ],
    [
      "in two cases",
      `${lent}switch (path) {\n  case "x":\n    client.release();\n    break;\n  default:\n    client.release();\n}`,
    ],
  ])("not %s", (_title, lines) => {
    expectMarked(inFunction(lines), setting);
  });
});

describe("messages and paths", () => {
  test("say where it was released, and under which condition the use comes", () => {
    const [found] = findingsIn(
      inFunction(`${opened}await handle.close();\nif (done) await handle.stat();`),
      "typed",
      setting,
    );
    expect(found?.message).toBe(
      "`handle` (file handle) is used here, after its release at line 25.",
    );
    expect(found?.path.map(({ message, place }) => `${place.loc.start.line} ${message}`)).toEqual([
      "24 acquired here",
      "25 released here",
      "26 this is true",
      "26 used here",
    ]);
  });
});

describe("rewrites", () => {
  const between = (lines: string): string => code`
    import { open } from "node:fs/promises";
    export async function size(path: string) {
      const handle = await open(path);
      ${lines}
      return size;
    }
  `;

  test("release behind the last use", () => {
    const before = between("await handle.close();\n      const { size } = await handle.stat();");
    expect(rewrite(before, setting)).toEqual({
      kind: "suggestion",
      title: "Release `handle` after this use",
      text: between("const { size } = await handle.stat();\n      await handle.close();"),
    });
  });

  test("take the second release away", () => {
    const text = (more: string): string => code`
      import { closeSync, openSync } from "node:fs";
      export function touch(path: string) {
        const fd = openSync(path, "w");
        closeSync(fd);${more}
      }
    `;
    expect(rewrite(text("\n        closeSync(fd);"), setting)).toEqual({
      kind: "suggestion",
      title: "Remove the second release of `fd`",
      text: text(""),
    });
  });

  test("leave the release to the block", () => {
    const text = (more: string): string => code`
      import { createSocket } from "node:dgram";
      export async function ping(port: number) {
        await using socket = createSocket("udp4");
        socket.bind(port);${more}
      }
    `;
    expect(rewrite(text("\n        socket.close();"), setting)).toEqual({
      kind: "suggestion",
      title: "Leave the release of `socket` to the end of the block",
      text: text(""),
    });
  });

  test.each([
    ["a use in a branch that leaves", `${opened}await handle.close();\nreturn handle.stat();`],
    ["a release in a branch", `${opened}if (done) await handle.close();\nawait handle.stat();`],
    [
      "a second release in a `finally`",
      `${lent}try {\n  client.release();\n} finally {\n  client.release();\n}`,
    ],
  ])("none for %s", (_title, lines) => {
    expect(rewritesOf(inFunction(lines), setting, "untyped")).toEqual([]);
  });
});
