import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

const declared = (name: string, parameters: string, body: string): string =>
  `function ${name}(${parameters}) { ${body} }`;
const constant = (name: string, parameters: string, body: string): string =>
  `const ${name} = (${parameters}) => { ${body} };`;

describe.each([
  ["a declared function", declared],
  ["a constant arrow function", constant],
])("%s that has a resource and is only called", (_title, inner) => {
  test.each([
    [
      "keeps nothing of it",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w"); // leak: neverReleased
          ${inner("line", "text: string", "writeSync(fd, text);")}
          line("first");
          line("second");
        }
      `,
    ],
    [
      "keeps nothing of it when another one calls it",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w"); // leak: neverReleased
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("twice", "text: string", "line(text); line(text);")}
          twice("first");
        }
      `,
    ],
    [
      "may fail before the release, through another one, too",
      code`
        import { closeSync, openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w"); // leak: leaksOnThrow
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("twice", "text: string", "line(text); line(text);")}
          ${inner("done", "", "closeSync(fd);")}
          twice(parse("a=b")["a"] ?? "");
          done();
        }
      `,
    ],
    [
      "may call itself",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w"); // leak: neverReleased
          ${inner("line", "count: number", "writeSync(fd, path); if (count > 0) line(count - 1);")}
          line(2);
        }
      `,
    ],
    [
      "may call one that calls it",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w"); // leak: neverReleased
          ${inner("even", "count: number", "if (count > 0) odd(count - 1); else writeSync(fd, path);")}
          ${inner("odd", "count: number", "even(count - 1);")}
          even(2);
        }
      `,
    ],
    [
      "may be run by a method that runs it at once",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string, lines: readonly string[]) {
          const fd = openSync(path, "w"); // leak: neverReleased
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("all", "", "lines.forEach(line);")}
          all();
        }
      `,
    ],
  ])("%s", (_case, text) => {
    expectMarkedLeaks(text);
  });

  test.each([
    [
      "releases it through another one",
      code`
        import { closeSync, openSync } from "node:fs";
        export function touch(path: string) {
          const fd = openSync(path, "w");
          ${inner("close", "", "closeSync(fd);")}
          ${inner("done", "", "close();")}
          done(); //-
        }
      `,
    ],
    [
      "is kept by somebody through another one",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w");
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("twice", "text: string", "line(text); line(text);")}
          process.on("message", twice); //- twice("");
        }
      `,
    ],
    [
      "is given away by another one",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w");
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("begin", "", 'process.on("message", line);')} //- ${inner("begin", "", 'line("");')}
          begin();
        }
      `,
    ],
    [
      "is called and given away by the same one",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w");
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("begin", "", 'line(""); process.on("message", line);')} //- ${inner("begin", "", 'line("");')}
          begin();
        }
      `,
    ],
    [
      "is returned by another one",
      code`
        import { openSync, writeSync } from "node:fs";
        export function save(path: string) {
          const fd = openSync(path, "w");
          ${inner("line", "text: string", "writeSync(fd, text);")}
          ${inner("twice", "text: string", "line(text); line(text);")}
          return { twice }; //- twice("");
        }
      `,
    ],
  ])("%s", (_case, text) => {
    expectSound(text);
  });
});
