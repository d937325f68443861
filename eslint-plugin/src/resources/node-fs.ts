import type { Release, Resource } from "./catalogue.js";

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

/** Files, descriptors and temporary directories of `node:fs`. */
export const nodeFs: readonly Resource[] = [
  {
    noun: "file handle",
    acquire: [
      { module: "fs/promises", name: "open" },
      { module: "fs", name: "promises.open" },
    ],
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
    acquire: [
      { module: "fs", name: "openSync" },
      { module: "fs-extra", name: "openSync" },
      { module: "graceful-fs", name: "openSync" },
    ],
    async: false,
    release: [
      { kind: "function", origin: { module: "fs", name: "closeSync" }, async: false },
      { kind: "function", origin: { module: "fs", name: "close" }, async: true },
      { kind: "function", origin: { module: "fs-extra", name: "closeSync" }, async: false },
      { kind: "function", origin: { module: "fs-extra", name: "close" }, async: true },
      { kind: "function", origin: { module: "graceful-fs", name: "closeSync" }, async: false },
      { kind: "function", origin: { module: "graceful-fs", name: "close" }, async: true },
    ],
    // A second close fails with EBADF, or closes a file that another has opened meanwhile.
    idempotentRelease: false,
    value: "plain",
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
  },
  {
    noun: "temporary directory",
    acquire: [
      { module: "fs", name: "mkdtempSync" },
      { module: "fs-extra", name: "mkdtempSync" },
    ],
    async: false,
    release: [removeSync, removeAsync, ...otherRemovals],
    idempotentRelease: true,
    madeInside: true,
    value: "plain",
  },
];
