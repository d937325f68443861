import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

/** JavaScript, so that packages count that are not installed here. */
const script = { file: "subject.mjs" };

describe("options that leave nothing to release", () => {
  test("a WebSocket server without a server of its own", () => {
    expectSound(
      code`
        import { WebSocketServer } from "ws";
        export async function attach(server) {
          const sockets = new WebSocketServer({ noServer: true }); //- const sockets = new WebSocketServer({ port: 80 });
          server.on("upgrade", (request) => sockets.handleUpgrade(request));
          await publish("attached");
          sockets.close();
        }
      `,
      script,
    );
  });

  test("are looked for in the call alone", () => {
    expectMarkedLeaks(
      code`
        import { WebSocketServer } from "ws";
        export async function listen(noServer) {
          const sockets = new WebSocketServer({ port: noServer }); // leak: leaksOnThrow
          await publish("listening");
          sockets.close();
        }
      `,
      script,
    );
  });
});

describe("what lives as long as the process by design", () => {
  test("a readline interface that nobody closes is left alone", () => {
    expectSound(code`
      import { createInterface } from "node:readline";
      export async function ask(question: string) {
        const terminal = createInterface({ input: process.stdin });
        terminal.setPrompt(question);
        await publish(question);
        terminal.prompt(); //- terminal.close();
      }
    `);
  });

  test("a readline interface that is closed unless something fails is not", () => {
    expectMarkedLeaks(code`
      import { createInterface } from "node:readline/promises";
      export async function ask(question: string) {
        const terminal = createInterface({ input: process.stdin }); // leak: leaksOnThrow
        const answer = await terminal.question(question);
        await publish(answer);
        terminal.close();
        return answer;
      }
    `);
  });

  test("a readline interface that a listener for lines reads to the end", () => {
    expectSound(code`
      import { createInterface } from "node:readline";
      export async function count(input: NodeJS.ReadableStream) {
        let lines = 0;
        const terminal = createInterface({ input });
        terminal.on("line", () => (lines += 1)); //-
        await publish("counting");
        terminal.close();
        return lines;
      }
    `);
  });

  test("a readline interface whose lines are all taken by a loop", () => {
    expectSound(code`
      import { createInterface } from "node:readline";
      export async function tell(input: NodeJS.ReadableStream) {
        const terminal = createInterface({ input });
        for await (const line of terminal) await publish(line); //- await publish("line");
        terminal.close();
      }
    `);
  });

  test("a readline interface whose result nobody keeps", () => {
    expectSound(code`
      import { createInterface } from "node:readline";
      import { createReadStream } from "node:fs";
      export function resumed(input: NodeJS.ReadableStream, file: string) {
        createInterface({ input }); //- createReadStream(file);
        logger.info("reading", file);
      }
      export { createReadStream };
    `);
  });
});

describe("what is released with the object that gave it", () => {
  test("a page of a browser that the function launched", () => {
    expectSound(
      code`
        import { chromium } from "playwright";
        export async function title(url) {
          const browser = await chromium.launch();
          try {
            const page = await browser.newPage();
            await page.goto(url);
            return await page.title();
          } finally {
            await browser.close(); //-
          }
        }
      `,
      script,
    );
  });

  test("an iterator over events of what the function has made", () => {
    expectSound(code`
      import { EventEmitter, on } from "node:events";
      export async function first(given: EventEmitter): Promise<unknown> {
        const emitter = new EventEmitter(); //- const emitter = given;
        const results = on(emitter, "result");
        start(emitter);
        const { value } = await results.next();
        return value;
      }
      declare function start(emitter: EventEmitter): void;
    `);
  });

  test("a session of a database of the module, which the function leaves open", () => {
    expectSound(
      code`
        import { DatabaseSync } from "node:sqlite";
        const database = new DatabaseSync(":memory:");
        export function changes() {
          const session = database.createSession();
          database.exec("DELETE FROM item");
          const changeset = session.changeset();
          return changeset; //- session.close();
        }
      `,
      script,
    );
  });

  test("a session of a database: the function closes only the database", () => {
    expectSound(
      code`
        import { DatabaseSync } from "node:sqlite";
        export function changes(file) {
          const database = new DatabaseSync(file);
          try {
            const session = database.createSession();
            database.exec("DELETE FROM item");
            return session.changeset();
          } finally {
            database.close(); //-
          }
        }
      `,
      script,
    );
  });

  test("but not a session that a function closes, unless something fails", () => {
    expectMarkedLeaks(
      code`
        import { DatabaseSync } from "node:sqlite";
        const database = new DatabaseSync(":memory:");
        export function changes() {
          const session = database.createSession(); // leak: leaksOnThrow
          database.exec("DELETE FROM item");
          const changeset = session.changeset();
          session.close();
          return changeset;
        }
      `,
      script,
    );
  });
});

describe("what comes of a resource whose type the catalogue names", () => {
  test("a connection of a pool that the file made", () => {
    expectMarkedLeaks(
      code`
        import mysql from "mysql2/promise";
        const pool = mysql.createPool(config.url);
        export async function items() {
          const connection = await pool.getConnection(); // leak: leaksOnThrow
          const [rows] = await connection.query("SELECT * FROM item");
          connection.release();
          return rows;
        }
      `,
      script,
    );
  });

  test("a connection that is given back to its pool", () => {
    expectSound(
      code`
        import { createPool } from "mysql2/promise";
        const pool = createPool(config.url);
        export async function items() {
          const connection = await pool.getConnection();
          try {
            return await connection.query("SELECT * FROM item");
          } finally {
            pool.releaseConnection(connection); //-
          }
        }
      `,
      script,
    );
  });

  test("nothing of an object of another library with the same method", () => {
    expectSound(
      code`
        import { createPool } from "mysql2/promise";
        import { Manager } from "connection-manager";
        const pool = new Manager(); //- const pool = createPool(config.url);
        export async function items() {
          const connection = await pool.getConnection();
          const [rows] = await connection.query("SELECT * FROM item");
          connection.release();
          return rows;
        }
        export { createPool, Manager };
      `,
      script,
    );
  });
});

describe("a socket that does not connect yet", () => {
  test("is closed by whoever listens, from the moment that it connects", () => {
    expectSound(code`
      import { Socket } from "node:net";
      export function probe(port: number) {
        const socket = new Socket();
        socket.once("error", () => socket.destroy()); //-
        socket.connect(port);
        socket.write("probe");
      }
    `);
  });

  test("is nobody's when its listener only tells", () => {
    expectMarkedLeaks(code`
      import { Socket } from "node:net";
      export function probe(port: number) {
        const socket = new Socket(); // leak: neverReleased
        socket.once("error", (error) => logger.warn("failed", error));
        socket.connect(port);
        socket.write("probe");
      }
    `);
  });

  test("is closed by a timer that was set before", () => {
    expectSound(code`
      import { Socket } from "node:net";
      export function probe(port: number) {
        const socket = new Socket();
        setTimeout(() => socket.destroy(), 1000); //-
        socket.connect(port);
        socket.write("probe");
      }
    `);
  });
});

describe("a watcher that the caller's signal stops", () => {
  test("goes on where the caller gives none", () => {
    expectSound(code`
      import { watch } from "node:fs";
      export function follow(file: string, signal?: AbortSignal) {
        const watcher = watch(file);
        watcher.on("change", () => logger.info(file));
        if (signal) { //- if (ready) {
          if (signal.aborted) watcher.close();
          else signal.addEventListener("abort", () => watcher.close());
        }
      }
    `);
  });

  test("is lost where something fails before it listens", () => {
    expectMarkedLeaks(code`
      import { watch } from "node:fs";
      export async function follow(file: string, signal?: AbortSignal) {
        const watcher = watch(file); // leak: leaksOnThrow
        await publish(file);
        if (signal) {
          if (signal.aborted) watcher.close();
          else signal.addEventListener("abort", () => watcher.close());
        }
      }
    `);
  });
});
