// npm run package: the extension as one .vsix in the repository's root, and a look at what is in it.
import "./lib/node-version.mjs";

import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { buildProjects, packages } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";

/** Bytes that the .vsix may have. */
const largest = 5_000_000;

/** Every entry that the .vsix must have and, with TypeScript's declarations, all that it may have. */
const entries = [
  "[Content_Types].xml",
  "extension.vsixmanifest",
  "extension/LICENSE.txt",
  "extension/changelog.md",
  "extension/extension/dist/analysis.cjs",
  "extension/extension/dist/client.cjs",
  "extension/extension/dist/lib.d.ts",
  "extension/extension/dist/server.cjs",
  "extension/extension/dist/third-party-licenses.txt",
  "extension/extension/icon.png",
  "extension/extension/walkthrough/find.md",
  "extension/extension/walkthrough/mend.md",
  "extension/extension/walkthrough/save.md",
  "extension/package.json",
  "extension/package.nls.json",
  "extension/readme.md",
];
const libraryDeclarations = /^extension\/extension\/dist\/lib\.[\w.]+\.d\.ts$/;

await ensureInstalled();
const { createVSIX } = await import("@vscode/vsce");
const { buildExtension } = await import("./build-extension.mjs");

if ((await buildProjects(packages)) !== 0) process.exit(1);
await buildExtension();
for (const old of readdirSync(root).filter((name) => name.endsWith(".vsix"))) {
  rmSync(join(root, old));
}
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const packagePath = join(root, `${name}-${version}.vsix`);
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  readmePath: "extension/README.md",
});

const found = await entriesOf(packagePath);
const libraries = found.filter((entry) => libraryDeclarations.test(entry.name));
for (const { name: entry, size } of found.filter((each) => !libraries.includes(each))) {
  console.log(`${String(size).padStart(9)}  ${entry}`);
}
const librariesSize = libraries.reduce((sum, { size }) => sum + size, 0);
console.log(`${String(librariesSize).padStart(9)}  ${libraries.length} × TypeScript's lib.*.d.ts`);
const names = found.map((entry) => entry.name);
const unexpected = names.filter(
  (entry) => !entries.includes(entry) && !libraryDeclarations.test(entry),
);
const missing = entries.filter((entry) => !names.includes(entry));
for (const entry of unexpected) console.error(`The .vsix must not hold ${entry}.`);
for (const entry of missing) console.error(`The .vsix lacks ${entry}.`);
const { size: packed } = statSync(packagePath);
console.log(`${String(packed).padStart(9)}  the .vsix as a whole`);
if (packed > largest) console.error(`The .vsix may have ${largest} bytes.`);
if (unexpected.length > 0 || missing.length > 0 || packed > largest) {
  rmSync(packagePath);
  process.exitCode = 1;
}

/**
 * @param {string} file a ZIP archive
 * @returns {Promise<{ name: string, size: number }[]>} sizes in bytes, unpacked
 */
async function entriesOf(file) {
  const { openPromise } = await import("yauzl");
  const archive = await openPromise(file);
  const result = [];
  try {
    for await (const entry of archive.eachEntry()) {
      result.push({ name: entry.fileName, size: entry.uncompressedSize });
    }
  } finally {
    archive.close();
  }
  return result;
}
