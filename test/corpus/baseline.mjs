// What the analysis is measured against: ESLint with typescript-eslint's parser and no rules, on
// the same files, without and with types.
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

import { clones } from "./clones.mjs";
import { sourceFiles } from "./source-files.mjs";

const patterns = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];

for (const clone of clones()) {
  const files = [...sourceFiles(clone)];
  console.log(`\n${clone}: ${files.length} files`);
  for (const [title, parserOptions] of [
    ["untyped", {}],
    ["typed", { projectService: true, tsconfigRootDir: clone }],
  ]) {
    const eslint = new ESLint({
      cwd: clone,
      overrideConfigFile: true,
      overrideConfig: {
        files: patterns,
        languageOptions: { parser: tseslint.parser, parserOptions },
        linterOptions: { reportUnusedDisableDirectives: "off" },
      },
      ignore: false,
      warnIgnored: false,
    });
    const started = performance.now();
    const results = await eslint.lintFiles(files);
    const seconds = (performance.now() - started) / 1000;
    const unparsed = results.filter(({ fatalErrorCount }) => fatalErrorCount > 0).length;
    console.log(
      `  ${title}: ${seconds.toFixed(1)} s for ${results.length} files, ${unparsed} of which do not parse or belong to no project`,
    );
  }
}
