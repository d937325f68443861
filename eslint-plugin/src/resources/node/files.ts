import type { Release, Resource } from "../catalogue.js";
import { asyncMethod, method, origins } from "../entries.js";

const removal = "{ recursive: true, force: true }";

const removeAsync: Release = {
  kind: "function",
  origin: { module: "fs/promises", name: "rm" },
  async: true,
  furtherArguments: removal,
};

const removeSync: Release = {
  kind: "function",
  origin: { module: "fs", name: "rmSync" },
  async: false,
  furtherArguments: removal,
};

const otherRemovals: readonly Release[] = [
  { module: "fs/promises", name: "rmdir", async: true },
  { module: "fs", name: "promises.rm", async: true },
  { module: "fs", name: "promises.rmdir", async: true },
  { module: "fs", name: "rm", async: true },
  { module: "fs", name: "rmdir", async: true },
  { module: "fs", name: "rmdirSync", async: false },
  { module: "fs-extra", name: "remove", async: true },
  { module: "fs-extra", name: "removeSync", async: false },
  { module: "fs-extra", name: "rm", async: true },
  { module: "fs-extra", name: "rmSync", async: false },
  { module: "rimraf", name: "rimraf", async: true },
  { module: "rimraf", name: "rimrafSync", async: false },
  { module: "rimraf", name: "default", async: true },
  { module: "rimraf", name: "sync", async: false },
  { module: "del", name: "deleteAsync", async: true },
  { module: "del", name: "deleteSync", async: false },
].map(({ module, name, async }) => ({ kind: "function", origin: { module, name }, async }));

const withSyncFunctions = ["fs", "fs-extra", "graceful-fs"];

const closeFunctions: readonly Release[] = [
  { kind: "function", origin: { module: "fs", name: "close" }, async: true },
  { kind: "function", origin: { module: "fs-extra", name: "closeSync" }, async: false },
  { kind: "function", origin: { module: "graceful-fs", name: "close" }, async: true },
  { kind: "function", origin: { module: "graceful-fs", name: "closeSync" }, async: false },
];

const closeSync: Release = {
  kind: "function",
  origin: { module: "fs", name: "closeSync" },
  async: false,
};

const closeWithPromise: Release = {
  kind: "function",
  origin: { module: "fs-extra", name: "close" },
  async: true,
};

/** Files, descriptors and temporary directories of `node:fs`. */
export const files: readonly Resource[] = [
  {
    noun: "file handle",
    acquire: [...origins("fs/promises", "open"), ...origins("fs", "promises.open")],
    type: { module: "fs/promises", name: "FileHandle" },
    async: true,
    release: [{ kind: "method", name: "close", async: true }],
    // https://nodejs.org/api/fs.html#filehandleclose: closing a closed handle resolves.
    idempotentRelease: true,
    value: "object",
    handingOver: ["createReadStream", "createWriteStream", "readLines", "readableWebStream"],
    dispose: {
      symbol: "async",
      since: [
        [18, 18],
        [20, 4],
      ],
    },
  },
  {
    noun: "file descriptor",
    acquire: origins(withSyncFunctions, "openSync"),
    async: false,
    release: [closeSync, closeWithPromise, ...closeFunctions],
    // A second close fails with EBADF, or closes a file that another has opened meanwhile.
    idempotentRelease: false,
    value: "plain",
  },
  {
    noun: "file descriptor",
    // It returns a promise where no callback is given; `fs.open` itself has only callbacks.
    acquire: origins("fs-extra", "open"),
    async: true,
    callbackForm: true,
    release: [closeWithPromise, closeSync, ...closeFunctions],
    idempotentRelease: false,
    value: "plain",
  },
  {
    noun: "directory handle",
    acquire: [...origins("fs/promises", "opendir"), ...origins("fs", "promises.opendir")],
    async: true,
    release: [asyncMethod("close"), method("closeSync")],
    // A second close fails with ERR_DIR_CLOSED, also after an iteration has closed it.
    idempotentRelease: false,
    value: "object",
    releasedByIteration: true,
    dispose: { symbol: "async", since: [[24, 1]] },
  },
  {
    noun: "directory handle",
    acquire: origins(withSyncFunctions, "opendirSync"),
    async: false,
    release: [method("closeSync"), asyncMethod("close")],
    idempotentRelease: false,
    value: "object",
    releasedByIteration: true,
    dispose: { symbol: "sync", since: [[24, 1]] },
  },
  {
    noun: "temporary directory",
    acquire: [
      { module: "fs/promises", name: "mkdtemp" },
      { module: "fs", name: "promises.mkdtemp" },
      { module: "fs-extra", name: "mkdtemp" },
    ],
    async: true,
    callbackForm: true,
    release: [removeAsync, removeSync, ...otherRemovals],
    idempotentRelease: true,
    madeInside: true,
    value: "plain",
    outlivesProcess: true,
  },
  {
    noun: "temporary directory",
    acquire: origins(withSyncFunctions, "mkdtempSync"),
    async: false,
    release: [removeSync, removeAsync, ...otherRemovals],
    idempotentRelease: true,
    madeInside: true,
    value: "plain",
    outlivesProcess: true,
  },
  {
    noun: "temporary directory",
    acquire: [
      ...origins("fs/promises", "mkdtempDisposable"),
      ...origins("fs", "promises.mkdtempDisposable"),
    ],
    async: true,
    release: [asyncMethod("remove")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    dispose: { symbol: "async", since: [[24, 4]] },
  },
  {
    noun: "temporary directory",
    acquire: origins("fs", "mkdtempDisposableSync"),
    async: false,
    release: [method("remove")],
    idempotentRelease: true,
    value: "object",
    outlivesProcess: true,
    dispose: { symbol: "sync", since: [[24, 4]] },
  },
];
