import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

import ts from "typescript";

/** What the measurement asks of a project. */
const leastLines = 20_000;
const wantedLines = 600;

/**
 * Copies a project, gives it packages, and gives it an ESLint configuration that runs the plugin's
 * rules with types, and nothing else.
 *
 * @param {string} from
 * @param {string} into an empty folder
 * @param {string} root the repository, whose packages are used where the project has none
 */
export function copyProject(from, into, root) {
  const folder = join(into, basename(from));
  cpSync(from, folder, {
    recursive: true,
    filter: (path) => !/[\\/](?:\.git|node_modules|\.cache|dist|eslint\.config\.\w+)$/.test(path),
  });
  const packages = [join(from, "node_modules"), join(root, "node_modules")].find(existsSync);
  symlinkSync(packages, join(folder, "node_modules"));
  const specifier = (...path) => JSON.stringify(pathToFileURL(join(root, ...path)).href);
  writeFileSync(
    join(folder, "eslint.config.mjs"),
    `import unwind from ${specifier("eslint-plugin", "dist", "index.js")};
import parser from ${specifier("node_modules", "@typescript-eslint", "parser", "dist", "index.js")};

export default [
  {
    ...unwind.configs.recommendedTypeChecked,
    files: ["**/*.ts"],
    languageOptions: {
      parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
];
`,
  );
  return folder;
}

/**
 * The file of the folder's TypeScript project whose length is nearest to 600 lines, and how long all
 * of them are.
 *
 * @param {string} folder
 */
export function fileToEdit(folder) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const configuration = join(folder, "tsconfig.json");
  const parsed = ts.getParsedCommandLineOfConfigFile(configuration, {}, host);
  let lines = 0;
  let found;
  for (const path of parsed?.fileNames ?? []) {
    const length = readFileSync(path, "utf8").split("\n").length;
    lines += length;
    const distance = Math.abs(length - wantedLines);
    if (found === undefined || distance < found.distance) found = { path, distance };
  }
  if (found === undefined || lines < leastLines) {
    throw new Error(`${configuration} lists ${lines} lines, and should list ${leastLines}.`);
  }
  return { path: found.path, lines };
}
