/** One kind of resource, as a program writes it. Each call names its place: `open("a1")`. */
export interface Kind {
  /** What the variable is called that holds one. */
  readonly name: string;
  readonly type: string;
  /** Lines that a file with this kind begins with. */
  readonly imports: readonly string[];
  /** The same, for what a module has that gives one. */
  readonly giver?: (label: string) => string;
  /** Whether the acquisition is awaited. */
  readonly async: boolean;
  readonly acquire: (label: string) => string;
  /** What makes it hold something, where acquiring it does not yet. */
  readonly begin?: (name: string) => string;
  /** How it is released, an `await` included where there is one. */
  readonly releases: readonly [Release, ...Release[]];
  /** Statements that use it, each of which may fail; those with `await` where they may stand. */
  readonly uses: readonly [Use, ...Use[]];
  /** The keyword that its dispose symbol allows. */
  readonly keyword?: "using" | "await using";
  /** Whether a second release does nothing. */
  readonly idempotent: boolean;
}

type Release = (name: string) => string;
type Use = (name: string) => string;

export const handle: Kind = {
  name: "handle",
  type: "FileHandle",
  imports: [
    'import { open } from "node:fs/promises";',
    'import type { FileHandle } from "node:fs/promises";',
  ],
  async: true,
  acquire: (label) => `await open("${label}")`,
  releases: [(name) => `await ${name}.close()`],
  uses: [(name) => `await ${name}.stat()`, (name) => `await ${name}.sync()`],
  keyword: "await using",
  idempotent: true,
};

export const directory: Kind = {
  name: "entries",
  type: "Dir",
  imports: ['import { opendirSync, type Dir } from "node:fs";'],
  async: false,
  acquire: (label) => `opendirSync("${label}")`,
  releases: [(name) => `${name}.closeSync()`],
  uses: [(name) => `${name}.readSync()`],
  keyword: "using",
  idempotent: false,
};

export const database: Kind = {
  name: "database",
  type: "DatabaseSync",
  imports: ['import { DatabaseSync } from "node:sqlite";'],
  async: false,
  acquire: (label) => `new DatabaseSync("${label}")`,
  releases: [(name) => `${name}.close()`],
  uses: [(name) => `${name}.exec("VACUUM")`],
  keyword: "using",
  idempotent: false,
};

export const descriptor: Kind = {
  name: "fd",
  type: "number",
  imports: ['import { closeSync, fstatSync, openSync } from "node:fs";'],
  async: false,
  acquire: (label) => `openSync("${label}")`,
  releases: [(name) => `closeSync(${name})`],
  uses: [(name) => `fstatSync(${name})`],
  idempotent: false,
};

export const folder: Kind = {
  name: "folder",
  type: "string",
  imports: ['import { access, mkdtemp, rm } from "node:fs/promises";'],
  async: true,
  acquire: (label) => `await mkdtemp("${label}")`,
  releases: [(name) => `await rm(${name}, { recursive: true, force: true })`],
  uses: [(name) => `await access(${name})`],
  idempotent: true,
};

export const folderSync: Kind = {
  name: "scratch",
  type: "string",
  imports: ['import { mkdtempSync, readdirSync, rmSync } from "node:fs";'],
  async: false,
  acquire: (label) => `mkdtempSync("${label}")`,
  releases: [(name) => `rmSync(${name}, { recursive: true, force: true })`],
  uses: [(name) => `readdirSync(${name})`],
  idempotent: true,
};

export const socket: Kind = {
  name: "socket",
  type: "Socket",
  imports: ['import { connect, type Socket } from "node:net";'],
  async: false,
  acquire: (label) => `connect("${label}")`,
  releases: [(name) => `${name}.end()`, (name) => `${name}.destroy()`],
  uses: [(name) => `${name}.write(parse("line"))`],
  idempotent: true,
};

export const client: Kind = {
  name: "client",
  type: "PoolClient",
  imports: ['import { Pool, type PoolClient } from "pg";', "const pool = new Pool();"],
  async: true,
  acquire: (label) => `await pool.connect("${label}")`,
  releases: [(name) => `${name}.release()`],
  uses: [(name) => `await ${name}.query("SELECT 1")`],
  idempotent: false,
};

export const connection: Kind = {
  name: "connection",
  type: "Connection",
  imports: ['import { createConnection, type Connection } from "mysql2/promise";'],
  async: true,
  acquire: (label) => `await createConnection("${label}")`,
  releases: [(name) => `await ${name}.end()`],
  uses: [(name) => `await ${name}.query("SELECT 1")`],
  idempotent: false,
};

export const pooled: Kind = {
  name: "worker",
  type: "object",
  imports: [
    'import { createPool } from "generic-pool";',
    "const workers = createPool({ create: make, destroy: unmake });",
  ],
  async: true,
  acquire: (label) => `await workers.acquire("${label}")`,
  releases: [(name) => `await workers.release(${name})`],
  uses: [(name) => `await ${name}.perform()`],
  idempotent: false,
};

export const lock: Kind = {
  name: "unlock",
  type: "() => void",
  imports: ['import { Mutex } from "async-mutex";', "const mutex = new Mutex();"],
  async: true,
  acquire: (label) => `await mutex.acquire("${label}")`,
  releases: [(name) => `${name}()`],
  uses: [() => 'await publish("locked")'],
  idempotent: true,
};

export const transaction: Kind = {
  name: "transaction",
  type: "Transaction",
  imports: [
    'import { Sequelize, type Transaction } from "sequelize";',
    'const sequelize = new Sequelize("sqlite::memory:");',
  ],
  async: true,
  acquire: (label) => `await sequelize.transaction("${label}")`,
  releases: [(name) => `await ${name}.commit()`, (name) => `await ${name}.rollback()`],
  uses: [(name) => `await ${name}.query("INSERT")`],
  idempotent: false,
};

export const asyncKinds: readonly [Kind, ...Kind[]] = [
  handle,
  folder,
  client,
  connection,
  pooled,
  lock,
  transaction,
];

export const syncKinds: readonly [Kind, ...Kind[]] = [
  directory,
  database,
  descriptor,
  folderSync,
  socket,
];

export const everyKind: readonly [Kind, ...Kind[]] = [...asyncKinds, ...syncKinds];
