// Which packages a clone's files import, and what the clone says about their versions.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";

import { committed } from "./repositories.mjs";
import { filesBelow } from "./source-files.mjs";

/** Where a manifest names what it is developed with. */
const kinds = ["dependencies", "devDependencies", "optionalDependencies"];

/**
 * What a clone declares.
 *
 * @typedef {object} Workspace
 * @property {string} clone
 * @property {Map<string, object>} manifests the package.json of each folder that has one
 * @property {Map<string, string>} members the folder of each package of the clone, by its name
 *   and by every other name that a manifest gives it: `"core": "file:../core"`
 * @property {Set<string>} extended packages whose configuration a tsconfig.json extends
 */

/**
 * @param {string} clone
 * @returns {Workspace}
 */
export function readWorkspace(clone) {
  const workspace = {
    clone,
    manifests: new Map(),
    members: new Map(),
    extended: new Set(),
  };
  for (const path of filesBelow(clone, /^(?:package|tsconfig.*)\.json$/)) {
    const folder = dirname(path);
    const text = readFileSync(path, "utf8");
    if (path.endsWith("package.json")) readManifest(text, folder, workspace);
    else for (const name of extendedPackages(text)) workspace.extended.add(name);
  }
  for (const [name, target] of aliases(workspace)) {
    if (!workspace.members.has(name)) workspace.members.set(name, target);
  }
  return workspace;
}

function readManifest(text, folder, { manifests, members }) {
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch {
    // A fixture may be broken on purpose.
    return;
  }
  if (typeof manifest !== "object" || manifest === null) return;
  manifests.set(folder, manifest);
  if (typeof manifest.name === "string" && !members.has(manifest.name)) {
    members.set(manifest.name, folder);
  }
}

/** A tsconfig.json may hold comments and trailing commas; one field is all that matters. */
function* extendedPackages(text) {
  for (const [, list] of text.matchAll(/"extends"\s*:\s*("[^"]+"|\[[^\]]*\])/g)) {
    for (const [, specifier] of list.matchAll(/"([^"]+)"/g)) {
      const name = packageOf(specifier);
      if (name !== undefined) yield name;
    }
  }
}

function* aliases({ manifests }) {
  for (const [folder, manifest] of manifests) {
    for (const kind of kinds) {
      for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
        const path = /^(?:file|link|portal):(.*)/.exec(range)?.[1];
        const target = path && resolve(folder, path);
        if (manifests.has(target)) yield [name, target];
      }
    }
  }
}

/**
 * The packages that files import and that the clone knows, each with a version range, which is
 * undefined for packages of the clone itself.
 *
 * @param {Workspace} workspace
 * @param {readonly string[]} files
 * @returns {Map<string, string | undefined>}
 */
export function importedPackages(workspace, files) {
  const found = new Map();
  const add = (name, folder) => {
    if (found.has(name)) return;
    if (workspace.members.has(name)) found.set(name, undefined);
    else {
      const range = declaredRange(workspace, name, folder);
      if (range !== undefined) found.set(name, range);
    }
  };
  for (const file of files) {
    for (const specifier of specifiersOf(readFileSync(file, "utf8"))) {
      const name = packageOf(specifier);
      if (name === undefined) continue;
      add(name, dirname(file));
      add(typesOf(name), dirname(file));
    }
  }
  for (const name of workspace.extended) add(name, workspace.clone);
  add("@types/node", workspace.clone);
  if (!found.has("@types/node")) found.set("@types/node", "^22");
  return found;
}

/** The `@types` package of a package. */
export function typesOf(name) {
  return `@types/${name.replace(/^@([^/]+)\//, "$1__")}`;
}

function* specifiersOf(text) {
  const pattern = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["']([^"'\n]+)["']/g;
  for (const [, specifier] of text.matchAll(pattern)) yield specifier;
}

/** The package that a specifier names; undefined for files and for Node's own modules. */
function packageOf(specifier) {
  if (isBuiltin(specifier)) return undefined;
  return /^(?:@[a-z\d][\w.-]*\/)?[a-z\d][\w.-]*/i.exec(specifier)?.[0];
}

/** What the nearest package.json upwards says that names the package, else what any other says. */
function declaredRange({ clone, manifests }, name, from) {
  const nearest = [];
  for (let folder = from; folder.startsWith(clone); folder = dirname(folder)) nearest.push(folder);
  for (const folder of [...nearest, ...manifests.keys()]) {
    const manifest = manifests.get(folder);
    for (const kind of kinds) {
      const range = manifest?.[kind]?.[name];
      if (typeof range === "string") return plainRange(range, name, clone);
    }
  }
  for (const manifest of manifests.values()) {
    const range = manifest.peerDependencies?.[name];
    if (typeof range === "string") return plainRange(range, name, clone);
  }
  return undefined;
}

/** A range that npm understands. */
function plainRange(range, name, clone) {
  if (range.startsWith("catalog:")) {
    const catalogue = committed(clone, "pnpm-workspace.yaml") ?? "";
    const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const entry = new RegExp(`^\\s+["']?${quoted}["']?:\\s*["']?([^"'#\\n]+)`, "m");
    return entry.exec(catalogue)?.[1].trim() ?? "*";
  }
  if (/^npm:/.test(range)) return range;
  return /^[a-z+]+:|\//i.test(range) ? "*" : range;
}

/** Where a package stands in a folder of packages. */
export function packageFolder(modules, name) {
  return join(modules, ...name.split("/"));
}
