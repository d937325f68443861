import type { Kind } from "./kinds.js";

/** Kinds for which the runtime has a disposer of its own, or which a transaction is open on. */

export const stream: Kind = {
  name: "out",
  type: "WriteStream",
  imports: ['import { createWriteStream, type WriteStream } from "node:fs";'],
  async: false,
  acquire: (label) => `createWriteStream("${label}")`,
  releases: [(name) => `${name}.end()`],
  uses: [(name) => `${name}.write(parse("line"))`],
  idempotent: true,
};

export const server: Kind = {
  name: "listener",
  type: "Server",
  imports: ['import { createServer, type Server } from "node:http";'],
  async: false,
  acquire: (label) => `createServer("${label}")`,
  begin: (name) => `${name}.listen(0);`,
  releases: [(name) => `${name}.close()`],
  uses: [(name) => `${name}.address()`],
  idempotent: true,
};

export const child: Kind = {
  name: "worker",
  type: "ChildProcess",
  imports: ['import { spawn, type ChildProcess } from "node:child_process";'],
  async: false,
  acquire: (label) => `spawn("${label}")`,
  releases: [(name) => `${name}.kill()`],
  uses: [(name) => `${name}.stdin.write(parse("line"))`],
  idempotent: true,
};

/** A transaction on a connection that lives on. */
export const begun: Kind = {
  name: "client",
  type: "Client",
  imports: ['import { Client } from "pg";'],
  giver: (label) => `const ${label}client = new Client("${label}");`,
  async: true,
  acquire: (label) => `await ${label}client.query("BEGIN")`,
  releases: [(name) => `await ${name}.query("ROLLBACK")`],
  uses: [(name) => `await ${name}.query("INSERT")`],
  idempotent: false,
};

/** A pooled connection with a transaction on it. */
export const lent: Kind = {
  name: "client",
  type: "PoolClient",
  imports: ['import { Pool, type PoolClient } from "pg";'],
  giver: (label) => `const ${label}pool = new Pool("${label}");`,
  async: true,
  acquire: (label) => `await ${label}pool.connect()`,
  begin: (name) => `await ${name}.query("BEGIN");`,
  releases: [(name) => `${name}.release()`],
  uses: [(name) => `await ${name}.query("INSERT")`],
  idempotent: false,
};

/** A query runner with a transaction on it. */
export const runner: Kind = {
  name: "runner",
  type: "QueryRunner",
  imports: ['import { DataSource, type QueryRunner } from "typeorm";'],
  giver: (label) => `const ${label}source = new DataSource("${label}");`,
  async: true,
  acquire: (label) => `${label}source.createQueryRunner()`,
  begin: (name) => `await ${name}.startTransaction();`,
  releases: [(name) => `await ${name}.release()`],
  uses: [(name) => `await ${name}.query("INSERT")`],
  idempotent: false,
};
