import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** @import { Workspace } from "./packages.mjs" */

const declaration = /\.d\.([cm]?)ts$/;

/** Folders that hold what is built, and where its sources may lie instead. */
const built = /(^|\/)(?:dist|lib|build|out|esm|cjs)(?=\/)/;

/**
 * Writes declarations for the packages of a clone whose own are not built: each re-exports the
 * source that it would be built from. What cannot be found stays as it is.
 *
 * @param {Workspace} workspace
 * @returns {number} how many were written
 */
export function declareSources({ manifests }) {
  let written = 0;
  for (const [folder, { types, typings, main, exports }] of manifests) {
    const entries = [types, typings, declarationOf(main), ...strings(exports)].filter(
      (entry) => typeof entry === "string" && declaration.test(entry) && !entry.includes("*"),
    );
    for (const entry of new Set(entries)) if (declare(folder, entry)) written++;
  }
  return written;
}

function declare(folder, entry) {
  const target = join(folder, entry);
  if (!target.startsWith(folder + sep) || existsSync(target)) return false;
  const source = sourceOf(folder, entry);
  if (source === undefined) return false;
  mkdirSync(dirname(target), { recursive: true });
  const from = JSON.stringify(
    `./${relative(dirname(target), source).replaceAll(sep, "/")}`.replace(
      /\.([cm]?)tsx?$/,
      ".$1js",
    ),
  );
  const lines = [`export * from ${from};`];
  if (/\bexport default\b|\bas default\b/.test(readFileSync(source, "utf8"))) {
    lines.push(`export { default } from ${from};`);
  }
  writeFileSync(target, `${lines.join("\n")}\n`);
  return true;
}

function sourceOf(folder, entry) {
  const stem = entry.replace(declaration, "");
  const stems = ["$1src", "$1source", "$1lib", ""].map((by) =>
    join(folder, stem.replace(built, by)),
  );
  return stems
    .flatMap((each) => [`${each}.ts`, `${each}.tsx`, `${each}.mts`, join(each, "index.ts")])
    .find((path) => existsSync(path) && !declaration.test(path));
}

function declarationOf(main) {
  return typeof main === "string" ? main.replace(/(?:\.([cm]?)js)?$/, ".d.$1ts") : undefined;
}

function* strings(exports) {
  if (typeof exports === "string") yield exports;
  else if (typeof exports === "object" && exports !== null) {
    for (const each of Object.values(exports)) yield* strings(each);
  }
}
