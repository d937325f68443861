import { describe, expect, test } from "vitest";

import { findingsIn, rewrite, rewritesOf, type Setting } from "./check-code.js";
import { code } from "./code.js";
import { expectMarked } from "./marked.js";

const setting: Setting = { rule: "no-hazardous-dispose", runtime: true, node: ">=20.19" };

/** A function's body, with all that the snippets of this file import. */
function body(lines: string, parameters = "path: string"): string {
  return code`
    import { once } from "node:events";
    import { createReadStream, createWriteStream } from "node:fs";
    import { createServer } from "node:http";
    import { createServer as createTcpServer, connect } from "node:net";
    import { fork, spawn } from "node:child_process";
    import { PassThrough, Writable } from "node:stream";
    import { finished, pipeline } from "node:stream/promises";
    import { createGzip } from "node:zlib";
    import { AsyncExitStack, closing } from "unwind";
    import { child as managedChild, server as managedServer, writable } from "unwind/node";
    import { createPool } from "mysql2/promise";
    import { Pool } from "pg";
    import puppeteer from "puppeteer";
    import type { DataSource } from "typeorm";
    import type { Kysely } from "kysely";
    const pool = createPool({});
    const pgPool = new Pool();
    declare function tell(it: unknown): Promise<void>;
    export async function subject(${parameters}) {
    ${lines
      .trim()
      .split("\n")
      .map((line) => "  " + line.trim())
      .join("\n    ")}
    }
  `;
}

describe("streams", () => {
  test.each([
    ["written to", `await using out = createWriteStream(path); // losesData\nout.write("x");`],
    [
      "ended, and not waited for",
      `await using out = createWriteStream(path); // losesData\nout.end("x");`,
    ],
    [
      "with a listener for errors",
      `await using out = createWriteStream(path); // losesData\nout.on("error", tell);\nout.write("x");`,
    ],
    [
      "waited for until it drains",
      `await using out = createWriteStream(path); // losesData\nif (!out.write("x")) await once(out, "drain");`,
    ],
    [
      "piped into",
      `await using out = createWriteStream(path); // losesData\ncreateReadStream(path).pipe(out);`,
    ],
    [
      "written to in a loop",
      `await using out = createWriteStream(path); // losesData\nfor await (const chunk of createReadStream(path)) out.write(chunk);`,
    ],
    [
      "in a stack",
      `await using stack = new AsyncExitStack();\nconst out = stack.use(createWriteStream(path)); // losesData\nout.write("x");`,
    ],
    [
      "in the language's own stack",
      `await using stack = new AsyncDisposableStack();\nconst out = stack.use(createWriteStream(path)); // losesData\nout.write("x");`,
    ],
    [
      "in a constant first",
      `const made = createWriteStream(path);\nawait using out = made; // losesData\nout.write("x");`,
    ],
    [
      "destroyed by `closing`",
      `using out = closing(createWriteStream(path), (held) => held.destroy()); // losesData\nout.write("x");`,
    ],
    [
      "destroyed by `adopt`",
      `await using stack = new AsyncExitStack();\nconst out = stack.adopt(createWriteStream(path), (held) => { held.destroy(); }); // losesData\nout.write("x");`,
    ],
    ["that compress", `await using gzip = createGzip(); // losesData\ngzip.write("x");`],
    ["that pass on", `await using through = new PassThrough(); // losesData\nthrough.write("x");`],
    ["sockets", `await using socket = connect(80); // losesData\nsocket.write("x");`],
  ])("a stream %s", (_title, lines) => {
    expectMarked(body(lines), setting);
  });

  test.each([
    ["nobody writes to", `await using out = createWriteStream(path);\ntell(out.path);`],
    [
      "a pipeline ends",
      `await using out = createWriteStream(path);\nawait pipeline(createReadStream(path), out);`,
    ],
    [
      "is waited for by `finished`",
      `await using out = createWriteStream(path);\nout.end("x");\nawait finished(out);`,
    ],
    [
      "is waited for by an event",
      `await using out = createWriteStream(path);\nout.end("x");\nawait once(out, "finish");`,
    ],
    [
      "is waited for until it closes",
      `await using out = createWriteStream(path);\nout.end("x");\nawait once(out, "close");`,
    ],
    [
      "is ended with a callback",
      `await using out = createWriteStream(path);\nawait new Promise<void>((resolve) => out.end("x", resolve));`,
    ],
    [
      "is written with a callback",
      `await using out = createWriteStream(path);\nawait new Promise((resolve) => out.write("x", resolve));`,
    ],
    [
      "listens for its own end",
      `await using out = createWriteStream(path);\nout.on("finish", tell);\nout.end("x");`,
    ],
    [
      "is given to another",
      `await using out = createWriteStream(path);\nout.write("x");\nawait tell(out);`,
    ],
    ["is `writable`", `await using out = writable(createWriteStream(path));\nout.write("x");`],
    [
      "is closed by `closing`",
      `using out = closing(createWriteStream(path), (held) => held.end());\nout.write("x");`,
    ],
    [
      "is released by its owner's word",
      `await using out = closing(createWriteStream(path), async (held) => { held.end(); await finished(held); });\nout.write("x");`,
    ],
    [
      "is read",
      `await using source = createReadStream(path);\nfor await (const chunk of source) tell(chunk);`,
    ],
    [
      "answers",
      `await using socket = connect(80);\nsocket.write("x");\nawait once(socket, "data");`,
    ],
    [
      "is read to its end",
      `await using socket = connect(80);\nsocket.write("x");\nfor await (const chunk of socket) tell(chunk);`,
    ],
    ["is disposed of by nobody", `const out = createWriteStream(path);\nout.write("x");`],
    [
      "is a named pipe's other half",
      `await using gzip = createGzip();\ngzip.write("x");\ngzip.pipe(createWriteStream(path));`,
    ],
    [
      "was made writable before",
      `const out = createWriteStream(path);\nwritable(out);\nawait using same = out;\nsame.write("x");`,
    ],
  ])("not one that %s", (_title, lines) => {
    expectMarked(body(lines), setting);
  });

  test("a parameter is known by its type", () => {
    const lines = `await using stack = new AsyncExitStack();\nstack.use(out); // losesData\nout.write("x");`;
    expectMarked(body(lines, "out: Writable"), setting);
  });

  test("what another function made is known by types alone", () => {
    const text = code`
      import { createWriteStream } from "node:fs";
      const make = (path: string) => createWriteStream(path);
      export async function save(path: string) {
        await using out = make(path); // losesData
        out.write("x");
      }
    `;
    expectMarked(text, setting, ["typed"]);
    expect(findingsIn(text, "untyped", setting)).toEqual([]);
  });
});

describe("servers and children", () => {
  test.each([
    ["an HTTP server", `await using listening = createServer(); // hangs\nlistening.listen(0);`],
    ["one that listens at once", `await using listening = createServer().listen(0); // hangs`],
    [
      "a TCP server",
      `await using listening = createTcpServer(); // hangs\nawait once(listening.listen(0), "listening");`,
    ],
    [
      "a server that a helper starts",
      `await using listening = createServer(); // hangs\nawait tell(listening);`,
    ],
    [
      "a server in a stack",
      `await using stack = new AsyncExitStack();\nconst listening = stack.use(createServer()); // hangs\nlistening.listen(0);`,
    ],
    ["a child", `using ls = spawn("ls"); // notAwaited\nls.stdout.on("data", tell);`],
    ["a forked child", `using worker = fork(path); // notAwaited\nworker.send("x");`],
    [
      "a child in a stack",
      `using stack = new DisposableStack();\nstack.use(spawn("ls")); // notAwaited`,
    ],
    [
      "a browser",
      `using browser = await puppeteer.launch(); // notAwaited\nawait tell(await browser.version());`,
    ],
    [
      "a page",
      `await using browser = await puppeteer.launch();\nusing page = await browser.newPage(); // notAwaited\nawait page.goto(path);`,
    ],
  ])("%s", (_title, lines) => {
    expectMarked(body(lines), setting, lines.includes("newPage") ? ["untyped"] : undefined);
  });

  test.each([
    [
      "a server whose connections are cut off",
      `await using listening = createServer().listen(0);\nlistening.closeAllConnections();`,
    ],
    [
      "a server that is closed",
      `await using listening = createServer().listen(0);\nawait new Promise((resolve) => listening.close(resolve));`,
    ],
    [
      "a server that keeps its sockets",
      `await using listening = createTcpServer().listen(0);\nlistening.on("connection", tell);`,
    ],
    [
      "a managed server",
      `await using listening = managedServer(createServer());\nlistening.listen(0);`,
    ],
    ["a server without `using`", `const listening = createServer();\nlistening.listen(0);`],
    ["a child whose exit is awaited", `using ls = spawn("ls");\nawait once(ls, "exit");`],
    ["a child whose exit is listened for", `using ls = spawn("ls");\nls.on("close", tell);`],
    [
      "a child that is read to its end",
      `using ls = spawn("ls");\nfor await (const chunk of ls.stdout) tell(chunk);`,
    ],
    ["a child that another has", `using ls = spawn("ls");\nawait tell(ls);`],
    ["a child that is left alone", `using ls = spawn("ls");\nls.unref();`],
    ["a managed child", `await using ls = managedChild(spawn("ls"));\nls.stdout.on("data", tell);`],
    [
      "a browser that is awaited",
      `await using browser = await puppeteer.launch();\nawait tell(await browser.version());`,
    ],
  ])("not %s", (_title, lines) => {
    expectMarked(body(lines), setting);
  });
});

describe("databases", () => {
  const begin = `await runner.startTransaction();\nawait runner.query("x");`;
  const source = "source: DataSource";

  test.each([
    [
      "a query runner that commits",
      `await using runner = source.createQueryRunner(); // commits\n${begin}\nawait runner.commitTransaction();`,
    ],
    [
      "one that its release gives back",
      `await using runner = closing(source.createQueryRunner(), (held) => held.release()); // keepsTransaction\n${begin}\nawait runner.commitTransaction();`,
    ],
    [
      "a query runner in a stack",
      `await using stack = new AsyncExitStack();\nconst runner = stack.use(source.createQueryRunner()); // commits\n${begin}\nawait runner.commitTransaction();`,
    ],
    [
      "a connection of mysql2",
      `await using connection = await pool.getConnection(); // keepsTransaction\nawait connection.beginTransaction();\nawait connection.query("x");\nawait connection.commit();`,
    ],
    [
      "a statement of mysql2",
      `await using connection = await pool.getConnection(); // keepsTransaction\nawait connection.query("START TRANSACTION");\nawait connection.query("x");\nawait connection.query("COMMIT");`,
    ],
    [
      "a connection of pg",
      `using client = closing(await pgPool.connect(), (held) => held.release()); // keepsTransaction\nawait client.query("BEGIN");\nawait client.query("x");\nawait client.query("COMMIT");`,
    ],
    [
      "an adopted connection",
      `await using stack = new AsyncExitStack();\nconst client = stack.adopt(await pgPool.connect(), (held) => held.release()); // keepsTransaction\nawait client.query("BEGIN");\nawait client.query("x");\nawait client.query("COMMIT");`,
    ],
    [
      "an early return inside the transaction",
      `await using connection = await pool.getConnection(); // keepsTransaction\nawait connection.beginTransaction();\nif (ready) return;\nawait connection.commit();`,
    ],
  ])("%s", (_title, lines) => {
    const text = body(lines, source);
    expectMarked(text, setting);
    // The leak of the transaction is the same thing: it is told once.
    expectMarked(text.replace(/ \/\/ \w+$/gm, ""), {
      ...setting,
      rule: "no-unmanaged-acquisition",
    });
  });

  test("Kysely's transactions cannot be disposed", () => {
    const lines = `await using trx = await db.startTransaction().execute(); // throws\nawait trx.commit().execute();`;
    expectMarked(body(lines, "db: Kysely<unknown>"), setting);
  });

  const safely = (begun: string, end: string, undo: string): string =>
    `${begun}\ntry {\n  await tell(path);\n  ${end}\n} catch (error) {\n  ${undo}\n  throw error;\n}`;

  test.each([
    [
      "a query runner without a transaction",
      `await using runner = source.createQueryRunner();\nawait runner.query("x");`,
    ],
    [
      "one that rolls back what fails",
      `await using runner = source.createQueryRunner();\n${safely("await runner.startTransaction();", "await runner.commitTransaction();", "await runner.rollbackTransaction();")}`,
    ],
    [
      "a connection without a transaction",
      `await using connection = await pool.getConnection();\nawait connection.query("x");`,
    ],
    [
      "a connection that rolls back what fails",
      `await using connection = await pool.getConnection();\n${safely("await connection.beginTransaction();", "await connection.commit();", "await connection.rollback();")}`,
    ],
    [
      "one that another ends",
      `await using connection = await pool.getConnection();\nawait connection.beginTransaction();\nawait tell(connection);`,
    ],
    [
      "a connection that is destroyed",
      `using client = closing(await pgPool.connect(), (held) => held.release(true));\nawait client.query("BEGIN");\nawait client.query("x");\nawait client.query("COMMIT");`,
    ],
    [
      "Kysely's transactions by hand",
      `const trx = await source.startTransaction().execute();\nawait trx.rollback().execute();`,
    ],
  ])("not %s", (_title, lines) => {
    expectMarked(body(lines, "source: any, path: string"), setting);
  });

  test("a connection of `pooled` needs no rollback of its own", () => {
    const text = code`
      import { createPool } from "mysql2/promise";
      import { AsyncExitStack } from "unwind";
      import { pooled } from "unwind/sql";
      const pool = createPool({});
      export async function save() {
        await using stack = new AsyncExitStack();
        const connection = await stack.enterContext(pooled(pool));
        await connection.beginTransaction();
        await connection.query("x");
        await connection.commit();
      }
    `;
    expectMarked(text, setting);
    expectMarked(text, { ...setting, rule: "no-unmanaged-acquisition" });
  });
});

describe("rewrites", () => {
  test.each([
    [
      "writable",
      code`
        import { createWriteStream } from "node:fs";
        export async function save(path: string) {
          // All of it.
          await using out = createWriteStream(path); // here
          out.write("x");
        }
      `,
      "End `out` by `writable`, which waits until all is written",
      code`
        import { createWriteStream } from "node:fs";
        import { writable } from "unwind/node";
        export async function save(path: string) {
          // All of it.
          await using out = writable(createWriteStream(path)); // here
          out.write("x");
        }
      `,
    ],
    [
      "a release that destroys",
      code`
        import { createWriteStream } from 'node:fs'
        import { closing } from 'unwind'
        export async function save(path: string) {
          using out = closing(createWriteStream(path), (held) => held.destroy())
          out.write('x')
        }
      `,
      "End `out` by `writable`, which waits until all is written",
      code`
        import { createWriteStream } from 'node:fs'
        import { closing } from 'unwind'
        import { writable } from 'unwind/node'
        export async function save(path: string) {
          await using out = writable(createWriteStream(path))
          out.write('x')
        }
      `,
    ],
    [
      "a stack",
      code`
        import { createWriteStream } from "node:fs";
        import { AsyncExitStack } from "unwind";
        export async function save(path: string) {
          await using stack = new AsyncExitStack();
          const out = stack.use(createWriteStream(path));
          out.write("x");
        }
      `,
      "End `out` by `writable`, which waits until all is written",
      code`
        import { createWriteStream } from "node:fs";
        import { AsyncExitStack } from "unwind";
        import { writable } from "unwind/node";
        export async function save(path: string) {
          await using stack = new AsyncExitStack();
          const out = stack.use(writable(createWriteStream(path)));
          out.write("x");
        }
      `,
    ],
    [
      "a server, whose name is taken",
      code`
        import { createServer } from "node:http";
        export async function serve() {
          await using server = createServer();
          server.listen(0);
        }
      `,
      "End `server` by `server`, which cuts off what is left after a limit",
      code`
        import { createServer } from "node:http";
        import { server as managedServer } from "unwind/node";
        export async function serve() {
          await using server = managedServer(createServer());
          server.listen(0);
        }
      `,
    ],
    [
      "a child, which has to be awaited then",
      code`
        import { spawn } from "node:child_process";
        export async function list() {
          using ls = spawn("ls");
          ls.stdout.on("data", (chunk) => logger.info(String(chunk)));
        }
      `,
      "End `ls` by `child`, which waits for its exit",
      code`
        import { spawn } from "node:child_process";
        import { child } from "unwind/node";
        export async function list() {
          await using ls = child(spawn("ls"));
          ls.stdout.on("data", (chunk) => logger.info(String(chunk)));
        }
      `,
    ],
    [
      "a query runner",
      code`
        import type { DataSource } from "typeorm";
        export async function save(source: DataSource) {
          await using runner = source.createQueryRunner();
          await runner.startTransaction();
          await runner.query("x");
          await runner.commitTransaction();
        }
      `,
      "Roll `runner` back unless it is committed, then release it",
      code`
        import type { DataSource } from "typeorm";
        import { closing } from "unwind";
        export async function save(source: DataSource) {
          await using runner = closing(source.createQueryRunner(), async (held) => {
            try {
              if (held.isTransactionActive) await held.rollbackTransaction();
            } finally {
              await held.release();
            }
          });
          await runner.startTransaction();
          await runner.query("x");
          await runner.commitTransaction();
        }
      `,
    ],
    [
      "a transaction of Kysely",
      code`
        import type { Kysely } from "kysely";
        export async function save(db: Kysely<unknown>) {
          await using trx = await db.startTransaction().execute();
          await trx.commit().execute();
        }
      `,
      "Roll `trx` back unless it has ended",
      code`
        import type { Kysely } from "kysely";
        import { closing } from "unwind";
        export async function save(db: Kysely<unknown>) {
          await using trx = closing(await db.startTransaction().execute(), async (held) => {
            if (!held.isCommitted && !held.isRolledBack) await held.rollback().execute();
          });
          await trx.commit().execute();
        }
      `,
    ],
    [
      "a pooled connection",
      code`
        import { createPool } from "mysql2/promise";
        const pool = createPool({});
        export async function save() {
          await using connection = await pool.getConnection();
          await connection.beginTransaction();
          await connection.query("x");
          await connection.commit();
        }
      `,
      "Take `connection` by `pooled`, which destroys it if its transaction is open",
      code`
        import { createPool } from "mysql2/promise";
        import { AsyncExitStack } from "unwind";
        import { pooled } from "unwind/sql";
        const pool = createPool({});
        export async function save() {
          await using stack = new AsyncExitStack();
          const connection = await stack.enterContext(pooled(pool));
          await connection.beginTransaction();
          await connection.query("x");
          await connection.commit();
        }
      `,
    ],
    [
      "a browser",
      code`
        import puppeteer from "puppeteer";
        export async function visit() {
          using browser = await puppeteer.launch();
          await browser.newPage();
        }
      `,
      "Dispose of `browser` with `await using`, which waits",
      code`
        import puppeteer from "puppeteer";
        export async function visit() {
          await using browser = await puppeteer.launch();
          await browser.newPage();
        }
      `,
    ],
  ])("%s", (_title, before, title, after) => {
    expect(rewrite(before, setting)).toEqual({ kind: "suggestion", title, text: after });
  });

  const unsafe = code`
    import { createWriteStream } from "node:fs";
    export async function save(path: string) {
      await using out = createWriteStream(path);
      out.write("x");
    }
  `;

  test("a title says that the package has to be added", () => {
    const [only] = rewritesOf(unsafe, { rule: "no-hazardous-dispose" });
    expect(only?.title).toBe(
      "End `out` by `writable`, which waits until all is written, and add `unwind`",
    );
  });

  test.each([["native"], ["try-finally"]] as const)("none in the terms of %s", (mode) => {
    expect(rewritesOf(unsafe, { ...setting, rewrite: mode })).toEqual([]);
  });

  test("none where the function cannot wait", () => {
    const text = code`
      import { spawn } from "node:child_process";
      export function list() {
        using ls = spawn("ls");
        ls.stdout.on("data", (chunk) => logger.info(String(chunk)));
      }
    `;
    expect(rewritesOf(text, setting)).toEqual([]);
  });

  test("none for a connection that the code releases itself as well", () => {
    const text = code`
      import { createPool } from "mysql2/promise";
      const pool = createPool({});
      export async function save() {
        await using connection = await pool.getConnection();
        await connection.beginTransaction();
        if (ready) connection.release();
        await connection.query("x");
        await connection.commit();
      }
    `;
    expect(rewritesOf(text, setting, "untyped").map(({ title }) => title)).toEqual([]);
  });
});

describe("the rewrites of `no-unmanaged-acquisition` step into none of these", () => {
  const leak: Setting = { ...setting, rule: "no-unmanaged-acquisition" };

  test("a connection of pg goes back without its transaction", () => {
    const before = code`
      import { Pool } from "pg";
      const pool = new Pool();
      export async function save() {
        const client = await pool.connect();
        await client.query("BEGIN");
        await client.query("x");
        await client.query("COMMIT");
        client.release();
      }
    `;
    expect(rewrite(before, leak)).toEqual({
      kind: "suggestion",
      title: "Take `client` by `pooled`, which destroys it if its transaction is open",
      text: code`
        import { Pool } from "pg";
        import { AsyncExitStack } from "unwind";
        import { pooled } from "unwind/sql";
        const pool = new Pool();
        export async function save() {
          await using stack = new AsyncExitStack();
          const client = await stack.enterContext(pooled(pool));
          await client.query("BEGIN");
          await client.query("x");
          await client.query("COMMIT");
        }
      `,
    });
  });

  test("a query runner is rolled back before it is released", () => {
    const before = code`
      import type { DataSource } from "typeorm";
      export async function save(source: DataSource) {
        const runner = source.createQueryRunner();
        await runner.startTransaction();
        await runner.query("x");
        await runner.commitTransaction();
        await runner.release();
      }
    `;
    expect(rewrite(before, leak).text).toBe(code`
      import type { DataSource } from "typeorm";
      import { closing } from "unwind";
      export async function save(source: DataSource) {
        await using runner = closing(source.createQueryRunner(), async (held) => {
          try {
            if (held.isTransactionActive) await held.rollbackTransaction();
          } finally {
            await held.release();
          }
        });
        await runner.startTransaction();
        await runner.query("x");
        await runner.commitTransaction();
      }
    `);
  });

  test.each([
    ["runtime", { ...leak, rewrite: "runtime" }],
    ["native", { ...leak, rewrite: "native" }],
    ["try-finally", { ...leak, rewrite: "try-finally" }],
  ] as const)("what was begun is never committed after a failure: %s", (_mode, mode) => {
    const text = code`
      import { createConnection } from "mysql2/promise";
      export async function save(path: string) {
        const connection = await createConnection(path);
        try {
          await connection.beginTransaction();
          await connection.query("x");
          await connection.commit();
        } finally {
          logger.info("saved");
        }
        await connection.end();
      }
      export async function add(connection: any) {
        await connection.beginTransaction();
        await connection.query("x");
        if (ready) await connection.rollback();
        else await connection.commit();
      }
    `;
    for (const { rewrites } of findingsIn(text, "untyped", mode)) {
      for (const { edits } of rewrites) {
        for (const edit of edits) expect(edit.text).not.toMatch(/commit/);
      }
    }
    expect(findingsIn(text, "untyped", mode).length).toBeGreaterThan(0);
  });

  test.each([
    [
      "write stream",
      `const out = createWriteStream(path);\nout.write(await tell(path));\nout.end();`,
    ],
    [
      "server",
      `const listening = createServer();\nlistening.listen(0);\nawait tell(path);\nlistening.close();`,
    ],
    ["socket", `const socket = connect(80);\nawait tell(path);\nsocket.end();`],
  ])("no plain `using` for a %s", (_noun, lines) => {
    const text = body(lines);
    const found = findingsIn(text, "untyped", leak);
    expect(found).toHaveLength(1);
    for (const { edits } of found[0]?.rewrites ?? []) {
      const inserted = edits.map((edit) => edit.text).join("");
      if (inserted.includes("using")) expect(inserted).toMatch(/closing|adopt|writable|erver\(/);
    }
  });
});
