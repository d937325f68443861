import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

describe("what is dormant at first leaks from the moment that it is awake", () => {
  test.each([
    [
      "a server that listens, and is closed unless something fails",
      code`
        import { createServer } from "node:http";
        export async function once(port: number) {
          const server = createServer(); // leak: leaksOnThrow
          server.listen(port);
          await publish("listening");
          server.close();
        }
      `,
    ],
    [
      "a server that waits until it listens",
      code`
        import { createServer } from "node:net";
        export async function freePort() {
          const server = createServer(); // leak: leaksOnThrow
          await new Promise<void>((resolve) => server.listen(0, resolve));
          await publish("listening");
          server.close();
        }
      `,
    ],
    [
      "a server that is closed where it cannot listen",
      code`
        import { createServer } from "node:net";
        export async function freePort() {
          const server = createServer(); // leak: leaksOnThrow
          await new Promise<void>((resolve, reject) => {
            server.once("error", (error) => {
              server.close();
              reject(error);
            });
            server.listen(0, resolve);
          });
          await publish("listening");
          server.close();
        }
      `,
    ],
    [
      "a socket that is connected",
      code`
        import { Socket } from "node:net";
        export async function knock(port: number) {
          const socket = new Socket(); // leak: leaksOnThrow
          socket.connect(port);
          await publish("knocked");
          socket.destroy();
        }
      `,
    ],
    [
      "a socket that nobody ends",
      code`
        import { Socket } from "node:net";
        export function knock(port: number) {
          const socket = new Socket(); // leak: neverReleased
          socket.setNoDelay(true);
          socket.connect(port);
          socket.write("knock");
        }
      `,
    ],
    [
      "an inspector's session that is connected",
      code`
        import { Session } from "node:inspector";
        export function profile() {
          const session = new Session(); // leak: neverReleased
          session.connect();
          session.post("Profiler.enable");
        }
      `,
    ],
    [
      "a UDP socket that is bound, where an early exit keeps it",
      code`
        import { createSocket } from "node:dgram";
        export function discover(port: number) {
          const socket = createSocket("udp4"); // leak: leaksOnEarlyExit
          socket.bind(port);
          if (port === 0) return;
          socket.close();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(text);
  });
});

describe("what is dormant holds nothing", () => {
  test.each([
    [
      "a server that never listens",
      code`
        import { createServer } from "node:http";
        export async function once(port: number) {
          const server = createServer();
          logger.debug("made", port); //- server.listen(port);
          await publish("made");
          server.close();
        }
      `,
    ],
    [
      "a server, while something fails before it listens",
      code`
        import { createServer } from "node:http";
        export async function once(port: number) {
          const server = createServer();
          await publish("made"); //- server.listen(port);
          server.listen(port); //- await publish("made");
          server.close();
        }
      `,
    ],
    [
      "a socket that is not connected on an early exit",
      code`
        import { Socket } from "node:net";
        export function knock(port: number) {
          const socket = new Socket();
          if (port === 0) return;
          socket.connect(port);
          socket.end("knock"); //- socket.write("knock");
        }
      `,
    ],
    [
      "a session that is made and not connected",
      code`
        import { Session } from "node:inspector";
        export function profile() {
          const session = new Session();
          logger.debug("session", session); //- session.connect();
        }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});

describe("what often lives as long as the process", () => {
  test.each([
    [
      "a server",
      code`
        import { createServer } from "node:http";
        export async function serve(port: number) {
          const server = createServer();
          server.listen(port);
          await publish("listening");
          logger.info("until the end"); //- server.close();
        }
      `,
    ],
    [
      "a watcher",
      code`
        import { watch } from "node:fs";
        export async function follow(file: string) {
          const watcher = watch(file);
          watcher.on("change", () => logger.info("changed"));
          await publish("following");
          logger.info("until the end"); //- watcher.close();
        }
      `,
    ],
    [
      "an interval",
      code`
        export async function beat() {
          const timer = setInterval(() => logger.info("beat"), 1000);
          await publish("beating");
          logger.info("until the end"); //- clearInterval(timer);
        }
      `,
    ],
    [
      "a child process",
      code`
        import { spawn } from "node:child_process";
        export async function run(command: string) {
          const child = spawn(command);
          await publish("started");
          logger.info("runs on", child.pid); //- child.kill();
        }
      `,
    ],
  ])("%s has to be released only where the function releases it on some path", (_title, text) => {
    expectSound(text);
  });
});

describe("what fails to connect holds nothing", () => {
  test("a query runner", () => {
    expectSound(code`
      export async function work(source: any) {
        const runner = source.createQueryRunner();
        await runner.connect(); //- await runner.query("BEGIN");
        try {
          await runner.query("SELECT 1");
        } finally {
          await runner.release();
        }
      }
    `);
  });

  test("it leaks from then on", () => {
    expectMarkedLeaks(code`
      export async function work(source: any) {
        const runner = source.createQueryRunner(); // leak: leaksOnThrow
        await runner.connect();
        await runner.query("SELECT 1");
        await runner.release();
      }
    `);
  });
});

describe("what fails to start holds nothing", () => {
  const hub = `
declare class Hub implements AsyncDisposable {
  constructor(name: string);
  startAsync(): Promise<void>;
  started(): Promise<void>;
  send(text: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
`;

  test("it leaks from then on", () => {
    const text = code`
      export async function serve() {
        const hub = new Hub("a"); // leak: leaksOnThrow
        await hub.startAsync();
        await publish("started");
        await hub[Symbol.asyncDispose]();
      }
    `;
    expectMarkedLeaks(text + hub, {}, ["typed"]);
  });

  test.each([
    ["where it is started before anything else", "await hub.startAsync();", "await hub.send(url);"],
    ["by its name", "await hub.startAsync();", "await hub.started();"],
  ])("%s", (_title, starts, otherwise) => {
    const text = code`
      export async function serve(url: string) {
        const hub = new Hub(url);
        ${starts} //- ${otherwise}
        logger.info(url);
        await hub[Symbol.asyncDispose]();
      }
    `;
    expectSound(text + hub, {}, ["typed"]);
  });

  test("also by one of two ways", () => {
    expectSound(code`
      // @ts-expect-error: it is not installed.
      import { Client } from "@modelcontextprotocol/client";
      export async function open(local: boolean, near: Transport, far: Transport) {
        const client = new Client();
        await (local ? client.connect(near) : client.connect(far));
        logger.info("connected"); //- await publish("connected");
        return client;
      }
      interface Transport { close(): Promise<void> }
    `);
  });

  test("a pool of workers that has nothing to do yet", () => {
    expectSound(code`
      // @ts-expect-error: it is not installed.
      import { pool } from "workerpool";
      export async function work(name: string) {
        const workers = pool(name);
        logger.info(name); //- await workers.exec("main");
        parse(name);
        await workers.terminate();
      }
    `);
  });

  test("what is handed on in the promise in which it wakes", () => {
    expectSound(
      code`
        import { Client } from "ssh2";
        export function connect(options, connections) {
          const connection = new Client();
          return new Promise((resolve, reject) => {
            connection.on("ready", () => {
              connections.push(connection); //-
              resolve(connection); //- resolve();
            });
            connection.on("error", reject);
            connection.connect(options);
          });
        }
      `,
      { file: "subject.mjs" },
    );
  });

  test("what is released by the callback of the call that wakes it", () => {
    expectSound(
      code`
        import { Client } from "pg";
        export function ask(config, query) {
          return new Promise((resolve, reject) => {
            const client = new Client(config);
            client.connect((error) => {
              if (error) {
                reject(error);
                client.end(); //-
              } else {
                client.query(query, (error, result) => {
                  if (error) reject(error);
                  else resolve(result);
                  client.end(); //-
                });
              }
            });
          });
        }
      `,
      { file: "subject.mjs" },
    );
  });
});
