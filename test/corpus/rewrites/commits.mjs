/**
 * Commits in which authors moved code to `using` by hand.
 *
 * @typedef {object} Commit
 * @property {string} repo
 * @property {string} hash
 * @property {boolean} types whether the clone is checked with types
 * @property {RegExp} [library] files of the commit that are taken over: what made the resources
 *   disposable, without which nobody could write `using`
 * @property {object[]} [resources] what the project acquires, as a user's settings say it
 */

/** A resource of Deno, which releases it with `close` or by its dispose symbol. */
const ofDeno = (noun, names, async) => ({
  noun,
  acquire: names.map((name) => ({ module: "", name: `Deno.${name}` })),
  async,
  release: [{ kind: "method", name: "close", async: false }],
  idempotentRelease: false,
  value: "object",
  dispose: { symbol: "sync", since: [[18, 18]] },
});

/** @type {readonly Commit[]} */
export const commits = [
  {
    repo: "denoland/std",
    hash: "3fcb0a8b240f72dd4883299d2cd9f778ea868372",
    types: false,
    resources: [
      ofDeno("file", ["open", "create"], true),
      ofDeno("file", ["openSync", "createSync"], false),
      ofDeno("listener", ["listen", "listenTls"], false),
      ofDeno("connection", ["connect", "connectTls"], true),
    ],
  },
  {
    repo: "testcontainers/testcontainers-node",
    hash: "a8cec385dc352416590de4f6dd68e3e7ad790be2",
    types: true,
    library: /^packages\/testcontainers\/src\/(?!.*\.test\.ts$)/,
  },
];
