// Tells eslint-plugin-boundaries which source a relative import means: the specifier ends in
// `.js`, as it will be when compiled, and the source in `.ts`. Packages need no file here, their
// names are enough. (The plugin loads resolvers by `require`.)
const { existsSync } = require("node:fs");
const { isBuiltin } = require("node:module");
const { dirname, resolve } = require("node:path");

exports.interfaceVersion = 2;

exports.resolve = (specifier, importer) => {
  if (isBuiltin(specifier)) return { found: true, path: null };
  if (!specifier.startsWith(".")) return { found: false };
  const written = resolve(dirname(importer), specifier);
  const source = written.replace(/\.js$/, ".ts");
  const file = [source, written].find((candidate) => existsSync(candidate));
  return file === undefined ? { found: false } : { found: true, path: file };
};
