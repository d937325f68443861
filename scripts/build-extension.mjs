// Bundles the extension's client, its language server and that one's threads into extension/dist.
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { build } from "esbuild";

import { root } from "./lib/paths.mjs";

const extension = join(root, "extension");
const dist = join(extension, "dist");

/** The client is loaded in every window that shows our languages; this is what it may weigh. */
const clientLimit = 500_000;

/** What both bundles share. VS Code's extension host and our server run on its Node. */
const shared = /** @type {const} */ ({
  bundle: true,
  absWorkingDir: root,
  platform: "node",
  format: "cjs",
  // The oldest VS Code that the manifest admits, 1.100, runs Node 20.
  target: "node20",
  minifyWhitespace: true,
  minifySyntax: true,
  // The licences of what is bundled are collected in a file of their own.
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // ES modules that are bundled as CommonJS still ask where they are.
  define: { "import.meta.url": "bundleUrl", "import.meta.dirname": "__dirname" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
});

/**
 * Builds `extension/dist`: `client.cjs`, `server.cjs`, `analysis.cjs`, the declaration files that the bundled
 * TypeScript looks up beside itself, and the licences of all that is bundled. The packages must
 * have been built before.
 *
 * @returns {Promise<void>}
 * @throws {Error} when something cannot be bundled, or the client is too large
 */
export async function buildExtension() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const client = await build({
    ...shared,
    entryPoints: [join(extension, "client", "main.ts")],
    outfile: join(dist, "client.cjs"),
    minifyIdentifiers: true,
    // Names of functions and classes stand in logs and stack traces.
    keepNames: true,
    external: ["vscode"],
  });
  const server = await build({
    ...shared,
    entryPoints: [join(extension, "server", "main.ts")],
    outfile: join(dist, "server.cjs"),
    minifyIdentifiers: true,
    keepNames: true,
  });
  const analysis = await build({
    ...shared,
    entryPoints: [join(extension, "server", "worker-main.ts")],
    outfile: join(dist, "analysis.cjs"),
    // As they are, rather than kept by a call for each function that comes into being: TypeScript
    // makes thousands of them for every program.
    minifyIdentifiers: false,
  });
  copyLibraryDeclarations();
  const inputs = [client, server, analysis].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(join(dist, "third-party-licenses.txt"), licences(inputs));

  const { size } = statSync(join(dist, "client.cjs"));
  if (size > clientLimit) {
    throw new Error(`client.cjs has ${size} bytes; it may have ${clientLimit}.`);
  }
}

/** `lib.d.ts` and its like, without which TypeScript knows not even `Promise`. */
function copyLibraryDeclarations() {
  const require = createRequire(join(root, "eslint-plugin", "package.json"));
  const folder = dirname(require.resolve("typescript"));
  for (const name of readdirSync(folder)) {
    if (/^lib(?:\..+)?\.d\.ts$/.test(name)) copyFileSync(join(folder, name), join(dist, name));
  }
}

/**
 * The licences of the packages that the files belong to, as those ask for wherever they are copied.
 *
 * @param {readonly string[]} inputs paths below a `node_modules`, or our own
 * @returns {string}
 */
function licences(inputs) {
  const folders = new Set(
    inputs.flatMap((input) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    );
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file === undefined ? "" : `\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  return texts.sort().join(`\n${"-".repeat(80)}\n\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildExtension();
}
