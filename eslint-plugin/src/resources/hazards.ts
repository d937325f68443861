import type { Origin } from "./catalogue.js";
import { origins } from "./entries.js";

/** What a disposer does that nobody expects of it. */
export type Harm =
  /** It destroys what is buffered, and reports nothing. */
  | "losesData"
  /** It commits the open transaction, also after a failure. */
  | "commits"
  /** It always throws. */
  | "throws"
  /** It waits for as long as somebody else likes. */
  | "hangs"
  /** It only asks for the end. */
  | "notAwaited"
  /** It gives a connection back to its pool with its transaction open. */
  | "keepsTransaction";

/** What does right what the disposer does wrong, and how a title says it of the object's name. */
export type Remedy = { readonly title: (name: string) => string } &
  /** A function of the runtime that gives the object another disposer, in place. */
  (
    | { readonly kind: "function"; readonly module: string; readonly name: string }
    /** Statements by which `closing` releases what stands for `held`, one a line, indented by tabs. */
    | { readonly kind: "release"; readonly lines: readonly string[] }
    /** `pooled(pool)` instead of the pool's own method. */
    | { readonly kind: "pooled" }
    /** `await using`, where the object has both symbols. */
    | { readonly kind: "await" }
  );

/** A kind of object whose own disposer does harm. All of it was tried with the real thing. */
export interface Hazard {
  readonly noun: string;
  readonly harm: Harm;
  /** The calls whose result it is. */
  readonly acquire: readonly Origin[];
  /** The names of methods, called one after the other, that say it on an object of unknown type. */
  readonly distinctiveCalls?: readonly string[];
  /** Its types, for values of which only that is known. */
  readonly types: readonly Origin[];
  /** The dispose symbols that do it. */
  readonly symbols: readonly ("sync" | "async")[];
  /** Methods that do the same harm where a release that is written out calls them. */
  readonly byMethods?: readonly string[];
  /** Methods that return the object itself. */
  readonly fluent?: readonly string[];
  readonly remedy: Remedy;
}

const files = ["fs", "fs-extra", "graceful-fs"];
const puppeteer = ["puppeteer", "puppeteer-core"];
const zlib = [
  "BrotliCompress",
  "BrotliDecompress",
  "Deflate",
  "DeflateRaw",
  "Gunzip",
  "Gzip",
  "Inflate",
  "InflateRaw",
  "Unzip",
];

const writable: Remedy = {
  kind: "function",
  module: "unwind/node",
  name: "writable",
  title: (name) => `End ${name} by \`writable\`, which waits until all is written`,
};
const awaited: Remedy = {
  kind: "await",
  title: (name) => `Dispose of ${name} with \`await using\`, which waits`,
};
const streamSymbols = ["async"] as const;

/** Every disposer that is known to do harm. */
export const hazards: readonly Hazard[] = [
  {
    noun: "write stream",
    harm: "losesData",
    acquire: [
      ...origins(files, "createWriteStream", "WriteStream"),
      ...origins("fs/promises", "FileHandle#createWriteStream"),
    ],
    types: [...origins(files, "WriteStream"), ...origins("stream", "Writable")],
    symbols: streamSymbols,
    byMethods: ["destroy"],
    remedy: writable,
  },
  {
    noun: "stream",
    harm: "losesData",
    acquire: [
      ...origins("stream", "Duplex", "PassThrough", "Transform", "Writable"),
      ...origins("zlib", ...zlib.map((name) => `create${name}`)),
    ],
    types: [
      ...origins("stream", "Duplex", "PassThrough", "Transform"),
      ...origins("zlib", ...zlib),
    ],
    symbols: streamSymbols,
    byMethods: ["destroy"],
    remedy: writable,
  },
  {
    noun: "socket",
    harm: "losesData",
    acquire: [...origins("net", "connect", "createConnection"), ...origins("tls", "connect")],
    types: [...origins("net", "Socket"), ...origins("tls", "TLSSocket")],
    symbols: streamSymbols,
    byMethods: ["destroy"],
    remedy: writable,
  },
  {
    noun: "server",
    harm: "hangs",
    acquire: [
      ...origins(["net", "tls", "http", "https"], "createServer", "Server"),
      ...origins("http2", "createServer", "createSecureServer"),
    ],
    types: [
      ...origins(["net", "tls", "http", "https"], "Server"),
      ...origins("http2", "Http2Server", "Http2SecureServer"),
    ],
    symbols: ["async"],
    fluent: ["listen", "on", "once", "addListener", "setTimeout", "unref", "ref"],
    remedy: {
      kind: "function",
      module: "unwind/node",
      name: "server",
      title: (name) => `End ${name} by \`server\`, which cuts off what is left after a limit`,
    },
  },
  {
    noun: "child process",
    harm: "notAwaited",
    acquire: origins("child_process", "exec", "execFile", "fork", "spawn"),
    types: origins(
      "child_process",
      "ChildProcess",
      "ChildProcessByStdio",
      "ChildProcessWithoutNullStreams",
    ),
    symbols: ["sync"],
    fluent: ["on", "once", "addListener"],
    remedy: {
      kind: "function",
      module: "unwind/node",
      name: "child",
      title: (name) => `End ${name} by \`child\`, which waits for its exit`,
    },
  },
  {
    noun: "query runner",
    harm: "commits",
    acquire: origins(
      "typeorm",
      "DataSource#createQueryRunner",
      "Connection#createQueryRunner",
      "Driver#createQueryRunner",
    ),
    distinctiveCalls: ["createQueryRunner"],
    types: origins("typeorm", "QueryRunner"),
    symbols: ["async"],
    remedy: {
      kind: "release",
      title: (name) => `Roll ${name} back unless it is committed, then release it`,
      lines: [
        "try {",
        "\tif (held.isTransactionActive) await held.rollbackTransaction();",
        "} finally {",
        "\tawait held.release();",
        "}",
      ],
    },
  },
  {
    noun: "transaction",
    harm: "throws",
    acquire: origins("kysely", "ControlledTransactionBuilder#execute"),
    distinctiveCalls: ["startTransaction", "execute"],
    types: origins("kysely", "ControlledTransaction", "Transaction"),
    symbols: ["async"],
    remedy: {
      kind: "release",
      title: (name) => `Roll ${name} back unless it has ended`,
      lines: ["if (!held.isCommitted && !held.isRolledBack) await held.rollback().execute();"],
    },
  },
  {
    noun: "pooled connection",
    harm: "keepsTransaction",
    acquire: [
      ...origins(
        ["mysql2/promise", "mysql2"],
        "Pool#getConnection",
        "PoolCluster#getConnection",
        "PoolNamespace#getConnection",
      ),
      ...origins("pg", "Pool#connect"),
      ...origins("pg-pool", "default#connect", "Pool#connect"),
    ],
    types: [
      ...origins(["mysql2/promise", "mysql2"], "PoolConnection"),
      ...origins("pg", "PoolClient"),
    ],
    symbols: ["async"],
    byMethods: ["release"],
    remedy: {
      kind: "pooled",
      title: (name) => `Take ${name} by \`pooled\`, which destroys it if its transaction is open`,
    },
  },
  {
    noun: "browser",
    harm: "notAwaited",
    acquire: [
      ...origins([...puppeteer, "puppeteer-extra"], "connect", "launch"),
      ...origins(puppeteer, "PuppeteerNode#launch", "Puppeteer#connect", "PuppeteerNode#connect"),
    ],
    types: origins(puppeteer, "Browser"),
    symbols: ["sync"],
    remedy: awaited,
  },
  {
    noun: "browser page",
    harm: "notAwaited",
    acquire: origins(
      puppeteer,
      "Browser#newPage",
      "BrowserContext#newPage",
      "Browser#createBrowserContext",
    ),
    types: origins(puppeteer, "Page", "BrowserContext"),
    symbols: ["sync"],
    remedy: awaited,
  },
];
