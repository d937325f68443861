import { describe, expect, test } from "vitest";

import { applyEdits, disableForFile, disableForLine, Session } from "../../src/session/index.js";
import { findsLeaks } from "./fixtures.js";

const session = new Session({ checks: [findsLeaks], types: false });
const rule = "unwind/no-leak";

/** The text with the last `leak` of it disabled for its line; undefined where nothing is offered. */
function forLine(text: string, path = "/a.tsx"): string | undefined {
  const edit = session.inspect({ path, text }, (file) =>
    disableForLine(file, rule, text.lastIndexOf("leak")),
  );
  if (edit === undefined) return undefined;
  return silent(applyEdits(text, [edit]), path, leaks(text, path) - 1);
}

function forFile(text: string): string {
  const edit = session.inspect({ path: "/a.tsx", text }, (file) => disableForFile(file, rule));
  return silent(applyEdits(text, edit ? [edit] : []), "/a.tsx", 0);
}

function silent(text: string, path: string, left: number): string {
  expect(leaks(text, path), text).toBe(left);
  return text;
}

function leaks(text: string, path: string): number {
  const { findings, problem } = session.check({ path, text });
  expect(problem, text).toBeUndefined();
  return findings.length;
}

describe("a comment for a line", () => {
  test.each<[what: string, before: string, after: string]>([
    ["in the first line", "leak();\n", `// eslint-disable-next-line ${rule}\nleak();\n`],
    [
      "with the line's indentation",
      "f(() => {\n\t  leak();\n});\n",
      `f(() => {\n\t  // eslint-disable-next-line ${rule}\n\t  leak();\n});\n`,
    ],
    [
      "with the file's line ends",
      "f();\r\n  leak();\r\n",
      `f();\r\n  // eslint-disable-next-line ${rule}\r\n  leak();\r\n`,
    ],
    [
      "in the middle of an expression",
      "f(\n  1,\n  leak(),\n);\n",
      `f(\n  1,\n  // eslint-disable-next-line ${rule}\n  leak(),\n);\n`,
    ],
    [
      "added to a comment for other rules",
      "// eslint-disable-next-line no-console\nleak();\n",
      `// eslint-disable-next-line no-console, ${rule}\nleak();\n`,
    ],
    [
      "before the reason",
      "// eslint-disable-next-line a, b -- as it is\nleak();\n",
      `// eslint-disable-next-line a, b, ${rule} -- as it is\nleak();\n`,
    ],
    [
      "added to a block over lines",
      "/* eslint-disable-next-line\n  a,\n  b\n*/\nleak();\n",
      `/* eslint-disable-next-line\n  a,\n  b, ${rule}\n*/\nleak();\n`,
    ],
    [
      "added to a comment in the line itself",
      "leak(); // eslint-disable-line no-console\n",
      `leak(); // eslint-disable-line no-console, ${rule}\n`,
    ],
    [
      "between JSX elements",
      "const a = (\n  <p>\n    <b>{leak()}</b>\n  </p>\n);\n",
      `const a = (\n  <p>\n    {/* eslint-disable-next-line ${rule} */}\n    <b>{leak()}</b>\n  </p>\n);\n`,
    ],
    [
      "between JSX attributes",
      "const a = (\n  <p\n    b={leak()}\n  />\n);\n",
      `const a = (\n  <p\n    // eslint-disable-next-line ${rule}\n    b={leak()}\n  />\n);\n`,
    ],
    [
      "in an expression within JSX",
      "const a = (\n  <p>\n    {f(\n      leak(),\n    )}\n  </p>\n);\n",
      `const a = (\n  <p>\n    {f(\n      // eslint-disable-next-line ${rule}\n      leak(),\n    )}\n  </p>\n);\n`,
    ],
    [
      "behind the line where it begins in a template",
      "f(`a\n  ${leak()}`);\n",
      `f(\`a\n  \${leak()}\`); // eslint-disable-line ${rule}\n`,
    ],
    [
      "behind the line where it begins in JSX text",
      "const a = <p>one\n two {leak()}</p>;\n",
      `const a = <p>one\n two {leak()}</p>; // eslint-disable-line ${rule}\n`,
    ],
    [
      "above a line in a template's expression",
      "f(`a ${f(\n  leak(),\n)}`);\n",
      `f(\`a \${f(\n  // eslint-disable-next-line ${rule}\n  leak(),\n)}\`);\n`,
    ],
  ])("%s", (_, before, after) => {
    expect(forLine(before)).toBe(after);
  });

  test("leaves the other leaks of the file alone", () => {
    expect(forLine("leak();\nleak();\n")).toContain("leak();\n// eslint-disable-next-line");
  });

  test.each([
    ["in JSX text that it would divide", "const a = <p>one\n two {leak()} three\n four</p>;\n"],
    ["in a template at both ends of the line", "f(`a\n ${leak()} b\n c`);\n"],
  ])("is not offered %s", (_, text) => {
    expect(forLine(text)).toBeUndefined();
  });
});

describe("a comment for the file", () => {
  test.each<[what: string, before: string, after: string]>([
    ["comes first", "leak();\n", `/* eslint-disable ${rule} */\nleak();\n`],
    [
      "comes after the line that names the interpreter",
      "#!/usr/bin/env node\nleak();\n",
      `#!/usr/bin/env node\n/* eslint-disable ${rule} */\nleak();\n`,
    ],
    [
      "is added to the one for other rules",
      "// A licence.\n/* eslint-disable no-console -- a tool */\nleak();\n",
      `// A licence.\n/* eslint-disable no-console, ${rule} -- a tool */\nleak();\n`,
    ],
    [
      "does not touch one that comes later",
      "f();\n/* eslint-disable no-console */\nleak();\n",
      `/* eslint-disable ${rule} */\nf();\n/* eslint-disable no-console */\nleak();\n`,
    ],
    ["has the file's line ends", "leak();\r\n", `/* eslint-disable ${rule} */\r\nleak();\r\n`],
  ])("%s", (_, before, after) => {
    expect(forFile(before)).toBe(after);
  });
});
