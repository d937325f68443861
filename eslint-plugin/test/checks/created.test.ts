import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";

describe("a file handle is acquired by `open` of fs.promises", () => {
  test.each([
    [`import { open } from "node:fs/promises";`, "open"],
    [`import { open } from "fs/promises";`, "open"],
    [`import { open as openFile } from "node:fs/promises";`, "openFile"],
    [`import { "open" as openFile } from "node:fs/promises";`, "openFile"],
    [`import fs from "node:fs/promises";`, "fs.open"],
    [`import * as fsp from "node:fs/promises";`, "fsp.open"],
    [`import { promises } from "node:fs";`, "promises.open"],
    [`import { promises as fsp } from "fs";`, "fsp.open"],
    [`import fs from "node:fs";`, "fs.promises.open"],
    [`import fs from "node:fs";`, `fs["promises"].open`],
    [`import * as fs from "fs";`, "fs.promises.open"],
    [`import fs = require("node:fs");`, "fs.promises.open"],
    [`import fs from "node:fs"; const fsp = fs.promises;`, "fsp.open"],
    [`import fs from "node:fs"; const { open } = fs.promises;`, "open"],
    [`import { promises } from "node:fs"; const { open: openFile } = promises;`, "openFile"],
    [`import fs from "node:fs"; const openFile = fs.promises.open;`, "openFile"],
    [`import { open } from "node:fs/promises";`, "(open as typeof open)"],
  ])("%s %s(…)", (imports, open) => {
    expectMarkedLeaks(
      code`
        ${imports}
        export async function isEmpty(file: string) {
          const handle = await ${open}(file, "r"); // leak: neverReleased
          return (await handle.stat()).size === 0;
        }
      `,
      { file: imports.includes("= require(") ? "subject.cts" : "subject.ts" },
    );
  });

  test.each([
    [`const { open } = require("node:fs/promises");`, "open"],
    [`const fs = require("fs/promises");`, "fs.open"],
    [`const fs = require("node:fs");`, "fs.promises.open"],
    [`const fs = require("fs").promises;`, "fs.open"],
    [`const { promises: fsp } = require("fs");`, "fsp.open"],
    [`const { promises: { open } } = require("fs");`, "open"],
  ])("%s %s(…), in CommonJS", (requires, open) => {
    expectMarkedLeaks(
      code`
        "use strict";
        ${requires}
        exports.isEmpty = async function isEmpty(file) {
          const handle = await ${open}(file, "r"); // leak: neverReleased
          return (await handle.stat()).size === 0;
        };
      `,
      { file: "subject.cjs" },
    );
  });

  test("a module that is imported where it is needed", () => {
    expectMarkedLeaks(code`
      export async function isEmpty(file: string) {
        const { open } = await import("node:fs/promises");
        const handle = await open(file, "r"); // leak: neverReleased
        return (await handle.stat()).size === 0;
      }
    `);
  });

  test("a promise that is awaited later", () => {
    expectMarkedLeaks(code`
      import { open } from "node:fs/promises";
      export async function isEmpty(file: string) {
        const opening = open(file, "r"); // leak: neverReleased
        logger.debug("opening", file);
        return (await (await opening).stat()).size === 0;
      }
    `);
  });
});

describe("the other resources", () => {
  test.each([
    [`import { openSync, readFileSync } from "node:fs";`, "openSync", "readFileSync"],
    [`import * as fs from "fs";`, "fs.openSync", "fs.readFileSync"],
    [`import fs from "node:fs";`, "fs.openSync", "fs.readFileSync"],
    [`import { openSync as o, readFileSync as r } from "fs";`, "o", "r"],
  ])("a file descriptor: %s", (imports, openSync, readFileSync) => {
    expectMarkedLeaks(code`
      ${imports}
      export function firstLine(file: string) {
        const fd = ${openSync}(file, "r"); // leak: neverReleased
        return ${readFileSync}(fd, "utf8").split("\n")[0];
      }
    `);
  });

  test.each([
    [`import { mkdtemp } from "node:fs/promises";`, "await mkdtemp"],
    [`import { promises as fs } from "node:fs";`, "await fs.mkdtemp"],
    [`import { mkdtempSync } from "node:fs";`, "mkdtempSync"],
    [`import fs from "fs";`, "fs.mkdtempSync"],
    [`import fs from "fs";`, "await fs.promises.mkdtemp"],
  ])("a temporary directory: %s %s", (imports, mkdtemp) => {
    expectMarkedLeaks(code`
      ${imports}
      import { writeFile } from "node:fs/promises";
      import { tmpdir } from "node:os";
      import { join } from "node:path";
      export async function stage(text: string) {
        const scratch = ${mkdtemp}(join(tmpdir(), "stage-")); // leak: neverReleased
        await writeFile(join(scratch, "input.txt"), text);
      }
    `);
  });

  test.each([
    [`import { connect } from "node:net";`, "connect"],
    [`import { createConnection } from "net";`, "createConnection"],
    [`import net from "node:net";`, "net.connect"],
    [`import * as net from "net";`, "net.createConnection"],
    [`import { connect } from "node:tls";`, "connect"],
    [`import * as tls from "node:tls";`, "tls.connect"],
  ])("a socket: %s %s", (imports, connect) => {
    expectMarkedLeaks(code`
      ${imports}
      export function knock(port: number) {
        const socket = ${connect}({ port, host: "localhost" }); // leak: neverReleased
        socket.write("PING\r\n");
      }
    `);
  });
});

describe("a connection is checked out of a pg pool", () => {
  const body = (pool: string): string => `
        const client = await ${pool}.connect(); // leak: neverReleased
        const { rows } = await client.query("SELECT count(*) FROM jobs");
        return rows[0];`;

  test.each([
    ["a parameter", `import type { Pool } from "pg";`],
    ["a parameter of a namespace's type", `import type * as pg from "pg"; type Pool = pg.Pool;`],
  ])("%s", (_title, imports) => {
    // An alias of a type is followed by types alone.
    expectMarkedLeaks(
      code`
        ${imports}
        export async function pending(pool: Pool) {${body("pool")}
        }
      `,
      {},
      imports.includes("type Pool =") ? ["typed"] : ["typed", "untyped"],
    );
  });

  test.each([
    ["a parameter", `import type pg from "pg";`, "pool: pg.Pool"],
    ["a parameter with a default", `import { Pool } from "pg";`, "pool: Pool = new Pool()"],
  ])("%s: %s (%s)", (_title, imports, parameter) => {
    expectMarkedLeaks(code`
      ${imports}
      export async function pending(${parameter}) {${body("pool")}
      }
    `);
  });

  test.each([
    [`import { Pool } from "pg";`, "new Pool()"],
    [`import pg from "pg";`, "new pg.Pool({ max: 4 })"],
    [`import * as pg from "pg";`, "new pg.Pool({ max: 4 })"],
    [`import pg from "pg"; const { Pool } = pg;`, "new Pool()"],
  ])("the module's pool: %s %s", (imports, pool) => {
    expectMarkedLeaks(code`
      ${imports}
      const pool = ${pool};
      export const pending = async () => {${body("pool")}
      };
    `);
  });

  test.each([
    ["a field", "private readonly pool: Pool;\n constructor(pool: Pool) { this.pool = pool; }"],
    ["a field with a value", "private readonly pool = new Pool({ max: 2 });"],
    ["a private field", "readonly #pool: Pool;\n constructor(pool: Pool) { this.#pool = pool; }"],
    ["a parameter property", "constructor(private readonly pool: Pool) {}"],
  ])("%s", (title, declaration) => {
    expectMarkedLeaks(code`
      import { Pool } from "pg";
      export class Jobs {
        ${declaration}
        async pending() {${body(title === "a private field" ? "this.#pool" : "this.pool")}
        }
      }
    `);
  });

  test("a pool that is imported from another file is known by its type alone", () => {
    const text = code`
      declare const services: { readonly pool: import("pg").Pool };
      export async function pending() {${body("services.pool")}
      }
    `;
    expectMarkedLeaks(text, {}, ["typed"]);
    expect(findingsIn(text, "untyped")).toEqual([]);
  });

  test("a function of the file that makes the pool", () => {
    const text = code`
      import { Pool } from "pg";
      const poolFor = (tenant: string): Pool => new Pool({ database: tenant });
      export async function pending(tenant: string) {${body("poolFor(tenant)")}
      }
    `;
    expectMarkedLeaks(text, {}, ["typed"]);
  });

  test("not by a client of its own", () => {
    expectSound(code`
      import { Client, Pool } from "pg";
      const client = new Client(); //- const client = new Pool();
      export async function start() {
        const connected = await client.connect();
        logger.info("connected", connected);
      }
      export { Pool };
    `);
  });

  test("not by a pool of another kind", () => {
    expectSound(code`
      import type pg from "pg";
      interface Pool {
        connect(): Promise<{ query(sql: string): Promise<void> }>;
      }
      export async function start(pool: Pool) { //- export async function start(pool: pg.Pool) {
        const client = await pool.connect();
        await client.query("SELECT 1");
      }
      export type { Pool, pg };
    `);
  });
});

describe("nothing is acquired by", () => {
  test.each([
    [
      "an `open` that is declared elsewhere",
      code`
        declare const open: () => Promise<string>; //- import { open } from "node:fs/promises";
        export async function inspect() {
          const session = await open();
          logger.info("inspecting", String(session));
        }
      `,
    ],
    [
      "a local function of the name",
      code`
        import { open as openFile } from "node:fs/promises";
        const open = async (name: string) => name; //- const open = openFile;
        export async function show(file: string) {
          const handle = await open(file);
          logger.info(String(handle), openFile.name);
        }
      `,
    ],
    [
      "a parameter that shadows the import",
      code`
        import { open } from "node:fs/promises";
        export async function show(
          file: string,
          open: (file: string) => Promise<string>, //-
        ) {
          const dialog = await open(file);
          logger.info(String(dialog));
        }
        export { open };
      `,
    ],
    [
      "a module object that is shadowed in the block",
      code`
        import * as net from "node:net";
        export function show(port: number) {
          const net = { connect: (port: number) => port + 1 }; //-
          const link = net.connect(port);
          logger.info(String(link));
        }
        export { net };
      `,
    ],
    [
      "a method of the name on another object",
      code`
        import fs from "node:fs";
        declare const cache: { openSync(file: string): number };
        export function show(file: string) {
          const entry = cache.openSync(file); //- const entry = fs.openSync(file);
          logger.info(String(entry), fs.constants);
        }
      `,
    ],
    [
      "the callback form of mkdtemp",
      code`
        import fs from "node:fs";
        export function stage(prefix: string) {
          fs.mkdtemp(prefix, (error, folder) => logger.info(folder, error)); //- const folder = fs.mkdtempSync(prefix);
        }
      `,
    ],
    [
      "the callback form of connect",
      code`
        import type { Pool } from "pg";
        export async function warmUp(pool: Pool) {
          pool.connect((error, client, done) => { //- const client = await pool.connect();
            logger.info("warm", error, client); //-
            done(); //-
          }); //-
        }
      `,
    ],
    [
      "the callback form of open",
      code`
        import fs from "node:fs";
        export function touch(file: string) {
          fs.open(file, "a", (error, fd) => { //- const fd = fs.openSync(file, "a");
            if (error) throw error; //-
            fs.close(fd); //-
          }); //-
        }
      `,
    ],
    [
      "a name that is only a type",
      code`
        import type { FileHandle } from "node:fs/promises";
        import { open } from "node:fs/promises";
        declare function handleOf(file: string): Promise<FileHandle>;
        export async function show(file: string) {
          const later = await handleOf(file); //- const later = await open(file);
          logger.info("later", later.fd);
        }
        export { open };
      `,
    ],
    [
      "a variable that is bound twice",
      code`
        import { open as openFile } from "node:fs/promises";
        let open: (file: string) => Promise<unknown> = openFile;
        export function stub() {
          open = async () => undefined;
        }
        export async function show(file: string) {
          const handle = await open(file); //- const handle = await openFile(file);
          logger.info("shown", handle);
        }
      `,
    ],
    [
      "the module's top level, which lives as long as the process",
      code`
        import { openSync, writeSync } from "node:fs";
        //- export function start() {
        const log = openSync("/var/log/service.log", "a");
        writeSync(log, "started\n");
        //- }
      `,
    ],
  ])("%s", (_title, text) => {
    expectSound(text);
  });
});
