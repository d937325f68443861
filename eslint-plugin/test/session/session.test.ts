import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { defineCheck, Session } from "../../src/session/index.js";
import { build, packageFolder } from "../cli/command.js";
import { findsLeaks, findsPromises, folderWith } from "./fixtures.js";

describe("a file", () => {
  test("gives findings as plain data, in the order of their places", () => {
    const text = `leak("fix");\nif (leak()) {}\n`;
    const session = new Session({ checks: [findsLeaks], types: false });
    const report = session.check({ path: "/nowhere/a.ts", text });
    expect(structuredClone(report)).toEqual(report);
    expect(report).toMatchObject({ path: "/nowhere/a.ts", text, typed: false });
    expect(report).not.toHaveProperty("problem");
    expect(report.findings.map(({ place }) => place.loc.start)).toEqual([
      { line: 1, column: 0 },
      { line: 2, column: 4 },
    ]);
    expect(report.findings[0]).toMatchObject({
      rule: "no-leak",
      message: "`leak` leaks.",
      path: [{ message: "acquired here" }],
      rewrites: [{ kind: "fix" }, { kind: "suggestion" }],
    });
  });

  test.each(["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"])(
    "with the extension %s is read from disk and analysed with types",
    (extension) => {
      const folder = folderWith({ [`a.${extension}`]: "Promise.resolve(leak());\n" });
      const session = new Session({ checks: [findsLeaks, findsPromises] });
      const report = session.check({ path: path.join(folder, `a.${extension}`) });
      session.close();
      expect(report).not.toHaveProperty("problem");
      expect(report.typed).toBe(true);
      expect(report.findings.map(({ rule }) => rule)).toEqual(["no-promise", "no-leak"]);
    },
  );

  test.each(["vue", "svelte", "json", "txt"])(
    "with the extension %s is left alone",
    (extension) => {
      const folder = folderWith({ [`a.${extension}`]: "leak(" });
      const report = new Session({ checks: [findsLeaks] }).check({
        path: path.join(folder, `a.${extension}`),
      });
      expect(report.findings).toEqual([]);
      expect(report).not.toHaveProperty("problem");
    },
  );

  test("has nodes with parents, and comments", () => {
    const seen: unknown[] = [];
    const check = defineCheck({
      name: "looks",
      description: "",
      messages: {},
      schema: {},
      defaultOptions: {},
      run({ ast }) {
        const [statement] = ast.body;
        seen.push(statement?.parent === ast, ast.comments?.length);
        return [];
      },
    });
    new Session({ checks: [check], types: false }).check({ path: "/a.ts", text: "f(); // yes" });
    expect(seen).toEqual([true, 1]);
  });

  test("counts offsets without the byte order mark", () => {
    const folder = folderWith({ "a.ts": "\uFEFFleak();" });
    const session = new Session({ checks: [findsLeaks] });
    const report = session.check({ path: path.join(folder, "a.ts") });
    const unsaved = session.check({ path: path.join(folder, "a.ts"), text: "\uFEFFleak();" });
    session.close();
    for (const each of [report, unsaved]) {
      expect(each).toMatchObject({ text: "leak();", typed: true });
      expect(each.findings[0]?.place.range).toEqual([0, 6]);
    }
  });
});

describe("types", () => {
  test("find what the text alone does not tell", () => {
    const folder = folderWith({
      "a.ts": `import { later } from "./b.js";\nlater();\n`,
      "b.ts": "export async function later() {}\n",
    });
    const file = path.join(folder, "a.ts");
    const typed = new Session({ checks: [findsPromises] });
    const untyped = new Session({ checks: [findsPromises], types: false });
    expect(typed.check({ path: file })).toMatchObject({ typed: true, findings: [{}] });
    expect(untyped.check({ path: file })).toMatchObject({ typed: false, findings: [] });
    typed.close();
  });

  test("follow an unsaved text, and the file on disk once it is checked again or forgotten", () => {
    const folder = folderWith({
      "tsconfig.json": "{}",
      "a.ts": `import { later } from "./b.js";\nlater();\n`,
      "b.ts": "export function later() {}\n",
    });
    const a = path.join(folder, "a.ts");
    const b = path.join(folder, "b.ts");
    const session = new Session({ checks: [findsPromises] });
    const count = () => session.check({ path: a }).findings.length;
    expect(count()).toBe(0);
    session.check({ path: b, text: "export async function later() {}\n" });
    expect(count()).toBe(1);
    session.check({ path: b });
    expect(count()).toBe(0);
    session.check({ path: b, text: "export async function later() {}\n" });
    expect(count()).toBe(1);
    session.forget(b);
    expect(count()).toBe(0);
    session.close();
  });

  test("follow an edit of the file and of one that it imports, on disk", () => {
    const folder = folderWith({
      "tsconfig.json": "{}",
      "a.ts": `import { later } from "./b.js";\nlater();\n`,
      "b.ts": "export function later() {}\n",
    });
    const a = path.join(folder, "a.ts");
    const session = new Session({ checks: [findsPromises] });
    const count = () => session.check({ path: a }).findings.length;
    expect(count()).toBe(0);
    writeFileSync(path.join(folder, "b.ts"), "export async function later() {}\n");
    expect(count()).toBe(1);
    writeFileSync(a, "void 0;\n");
    expect(count()).toBe(0);
    writeFileSync(a, `import { later } from "./b.js";\nlater();\nlater();\n`);
    expect(count()).toBe(2);
    session.close();
  });

  test("follow the disk when somebody who watches it says so, and texts at once", () => {
    const folder = folderWith({
      "tsconfig.json": "{}",
      "a.ts": `import { later } from "./b.js";\nlater();\n`,
      "b.ts": "export function later() {}\n",
    });
    const a = path.join(folder, "a.ts");
    const b = path.join(folder, "b.ts");
    const session = new Session({ checks: [findsPromises], watched: true });
    let text = `import { later } from "./b.js";\nlater();\n`;
    const count = () => session.check({ path: a, text }).findings.length;
    expect(count()).toBe(0);
    expect(session.refresh()).toBe(false);
    writeFileSync(b, "export async function later() {}\n");
    expect(count()).toBe(0);
    expect(session.refresh()).toBe(true);
    expect(count()).toBe(1);
    text += "later();\n";
    expect(count()).toBe(2);
    session.check({ path: b, text: "export function later() {}\n" });
    expect(count()).toBe(0);
    session.forget(b);
    expect(count()).toBe(2);
    rmSync(b);
    expect(session.refresh()).toBe(true);
    expect(count()).toBe(0);
    writeFileSync(b, "export async function later() {}\n");
    expect(session.refresh()).toBe(true);
    expect(count()).toBe(2);
    session.close();
  });

  test("find a package that is installed later, where none of its folders was", () => {
    const folder = folderWith({
      "tsconfig.json": "{}",
      "package.json": "{}",
      "a.ts": `import { later } from "later";\nlater();\n`,
    });
    const a = path.join(folder, "a.ts");
    const session = new Session({ checks: [findsPromises] });
    const count = () => session.check({ path: a }).findings.length;
    expect(count()).toBe(0);
    const installed = path.join(folder, "node_modules", "later");
    mkdirSync(installed, { recursive: true });
    writeFileSync(path.join(installed, "package.json"), `{"name":"later","types":"later.d.ts"}`);
    writeFileSync(path.join(installed, "later.d.ts"), "export function later(): Promise<void>;\n");
    expect(count()).toBe(1);
    session.close();
  });

  test("are those of a fresh session after each of many edits", () => {
    const folder = folderWith({
      "tsconfig.json": `{ "compilerOptions": { "jsx": "preserve" } }`,
      "b.ts": "/** @owns x */\nexport async function later(x?: unknown) {}\n",
    });
    const a = path.join(folder, "a.tsx");
    const session = new Session({ checks: [findsPromises], watched: true });
    for (const text of [
      "",
      `import { later } from "./b.js";`,
      `import { later } from "./b.js";\nfunction f() { later(); }\nclass A { m() { later(); } }`,
      `import { later } from "./b.js";\nfunction f() { later(); later(); }\nclass A { m() { later(); } }`,
      `import { later } from "./b.js";\nfunction f() { later( }\nclass A { m() { later(); } }`,
      `import { later } from "./b.js";\nfunction f() { \`\${later()}\`; }\nclass A { m() { later(); } }`,
      `import { later } from "./b.js";\nconst x = <a>{later()}</a>;\nclass A { m() { later(); } }`,
      `/** @owns later */\nimport { later } from "./b.js";\nconst x = <a>{later()}</a>;\nlater();`,
      `import { later as now } from "./b.js";\nnow(); function later() {} later();`,
      `/* later();\nimport { later as now } from "./b.js";\nnow(); function later() {} later();`,
      `import { later as now } from "./b.js";\nnow(); function later() {} later();`,
      "",
    ]) {
      const fresh = new Session({ checks: [findsPromises] });
      expect(session.check({ path: a, text })).toEqual(fresh.check({ path: a, text }));
      fresh.close();
    }
    session.close();
  });

  test("see a file that came into being after its project was read", () => {
    const folder = folderWith({ "tsconfig.json": `{ "include": ["src"] }`, "src/a.ts": "f();\n" });
    const session = new Session({ checks: [findsPromises] });
    session.check({ path: path.join(folder, "src/a.ts") });
    writeFileSync(path.join(folder, "src/globals.d.ts"), "declare function f(): Promise<void>;\n");
    writeFileSync(path.join(folder, "src/b.ts"), "f();\n");
    const report = session.check({ path: path.join(folder, "src/b.ts") });
    session.close();
    expect(report).toMatchObject({ typed: true, findings: [{}] });
  });

  test("follow an edit of the configuration", () => {
    const folder = folderWith({
      "tsconfig.json": `{ "compilerOptions": { "paths": {} } }`,
      "a.ts": `import { later } from "lib";\nlater();\n`,
      "hidden/lib.ts": "export async function later() {}\n",
    });
    const session = new Session({ checks: [findsPromises] });
    const count = () => session.check({ path: path.join(folder, "a.ts") }).findings.length;
    expect(count()).toBe(0);
    const paths = { lib: ["./hidden/lib.ts"] };
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { paths } }),
    );
    expect(count()).toBe(1);
    session.close();
  });

  test("of @types packages are seen without being listed", () => {
    const folder = folderWith({
      "tsconfig.json": "{}",
      "a.ts": "f();\n",
      "node_modules/@types/f/package.json": `{ "name": "@types/f", "types": "index.d.ts" }`,
      "node_modules/@types/f/index.d.ts": "declare function f(): Promise<void>;\n",
    });
    const session = new Session({ checks: [findsPromises] });
    expect(session.check({ path: path.join(folder, "a.ts") }).findings).toHaveLength(1);
    session.close();
  });

  test("come by a symbolic link to the file, too", () => {
    const folder = folderWith({ "real/tsconfig.json": "{}", "real/a.ts": "Promise.resolve();\n" });
    symlinkSync(path.join(folder, "real"), path.join(folder, "link"));
    const session = new Session({ checks: [findsPromises] });
    const report = session.check({ path: path.join(folder, "link/a.ts") });
    session.close();
    expect(report).toMatchObject({ typed: true, findings: [{}] });
  });

  test("may be asked for again after close()", () => {
    const folder = folderWith({ "a.ts": "Promise.resolve();\n" });
    const session = new Session({ checks: [findsPromises] });
    session.check({ path: path.join(folder, "a.ts") });
    session.close();
    session.close();
    expect(session.check({ path: path.join(folder, "a.ts") }).typed).toBe(true);
    session.close();
  });
});

describe("ways to a project", () => {
  const check = (files: Record<string, string>, file: string) => {
    const folder = folderWith(files);
    const session = new Session({ checks: [findsPromises] });
    const report = session.check({ path: path.join(folder, file) });
    session.close();
    return report;
  };
  const declared = { "types/f.d.ts": "declare function f(): Promise<void>;\n" };
  const files = JSON.stringify({ files: ["types/f.d.ts", "a.ts"] });

  test("a configuration above", () => {
    const tree = { ...declared, "tsconfig.json": "{}", "deep/down/a.ts": "f();" };
    expect(check(tree, "deep/down/a.ts").findings).toHaveLength(1);
  });

  test("jsconfig.json", () => {
    const tree = { ...declared, "jsconfig.json": "{}", "a.js": "f();" };
    expect(check(tree, "a.js").findings).toHaveLength(1);
  });

  test("a solution's references, at any depth", () => {
    const tree = {
      ...declared,
      "tsconfig.json": `{ "files": [], "references": [{ "path": "./one.json" }] }`,
      "one.json": `{ "files": [], "references": [{ "path": "./two.json" }, { "path": "." }] }`,
      "two.json": files,
      "a.ts": "f();",
    };
    expect(check(tree, "a.ts").findings).toHaveLength(1);
  });

  test("a configuration further up, where the nearest does not list the file", () => {
    const tree = {
      ...declared,
      "tsconfig.json": "{}",
      "sub/tsconfig.json": `{ "files": ["other.ts"] }`,
      "sub/other.ts": "",
      "sub/a.ts": "f();",
    };
    expect(check(tree, "sub/a.ts").findings).toHaveLength(1);
  });

  test("an import by a listed file", () => {
    const tree = {
      ...declared,
      "tsconfig.json": `{ "files": ["types/f.d.ts", "main.ts"] }`,
      "main.ts": `import "./a.js";`,
      "a.ts": "f(); export {};",
    };
    expect(check(tree, "a.ts").findings).toHaveLength(1);
  });

  test("the sources of a referenced project that was never built", () => {
    const tree = {
      "lib/tsconfig.json": `{ "compilerOptions": { "composite": true, "outDir": "dist", "rootDir": "." } }`,
      "lib/index.ts": "export async function f() {}\n",
      "app/tsconfig.json": `{ "references": [{ "path": "../lib" }] }`,
      "app/a.ts": `import { f } from "../lib/dist/index.js";\nf();\n`,
    };
    expect(check(tree, "app/a.ts").findings).toHaveLength(1);
  });

  test("the nearest configuration's options, for a file that no configuration covers", () => {
    const paths = { lib: ["./hidden/lib.ts"] };
    const tree = {
      "tsconfig.json": JSON.stringify({ exclude: ["test"], compilerOptions: { paths } }),
      "hidden/lib.ts": "export async function later() {}\n",
      "test/a.js": `import { later } from "lib";\nlater();\n`,
    };
    expect(check(tree, "test/a.js").findings).toHaveLength(1);
  });

  test("plugins of a configuration are never loaded", () => {
    const tree = {
      "tsconfig.json": `{ "compilerOptions": { "plugins": [{ "name": "evil" }] } }`,
      "node_modules/evil/package.json": `{ "name": "evil", "main": "index.js" }`,
      "node_modules/evil/index.js": "globalThis.evilRan = true;",
      "a.ts": "Promise.resolve();",
    };
    expect(check(tree, "a.ts")).toMatchObject({ typed: true, findings: [{}] });
    expect(globalThis).not.toHaveProperty("evilRan");
  });
});

describe("a broken configuration is told once, and default options are used", () => {
  const options = { module: "nodenext" };
  test.each([
    ["no JSON", { "tsconfig.json": "{ nonsense" }, /tsconfig\.json is broken: .*line 1, column 11/],
    ["extends what is missing", { "tsconfig.json": `{ "extends": "./none.json" }` }, /none\.json/],
    ["extends itself", { "tsconfig.json": `{ "extends": "./tsconfig.json" }` }, /[Cc]ircular/],
    [
      "extends a broken one",
      { "tsconfig.json": `{ "extends": "./base.json" }`, "base.json": "[" },
      /base|broken/,
    ],
  ])("%s", (_, files, message) => {
    const folder = folderWith({ ...files, "a.ts": "Promise.resolve();", "b.ts": "f();" });
    const session = new Session({ checks: [findsPromises] });
    const first = session.check({ path: path.join(folder, "a.ts") });
    const second = session.check({ path: path.join(folder, "b.ts") });
    session.close();
    expect(first).toMatchObject({ typed: true, findings: [{}], problem: { kind: "project" } });
    expect(first.problem?.message).toMatch(message);
    expect(first.problem?.message).not.toContain("\n");
    expect(second).toMatchObject({ typed: true });
    expect(second).not.toHaveProperty("problem");
  });

  test("and once for all that lack the same base", () => {
    const base = `{ "extends": "@base/tsconfig" }`;
    const folder = folderWith({
      "a/tsconfig.json": base,
      "a/a.ts": "f();",
      "b/tsconfig.json": base,
      "b/b.ts": "f();",
      "c/tsconfig.json": "{",
      "c/c.ts": "f();",
      "d/tsconfig.json": "{",
      "d/d.ts": "f();",
    });
    const session = new Session({ checks: [findsPromises] });
    const files = ["a/a.ts", "b/b.ts", "c/c.ts", "d/d.ts"].map((name) => path.join(folder, name));
    const told = [...session.checkFiles(files)].map(({ problem }) => problem?.message);
    expect(told).toEqual([
      expect.stringMatching(
        /a\/tsconfig.json is broken: File '@base\/tsconfig' not found \(.*\); is it installed\?; default/,
      ),
      undefined,
      expect.stringMatching(/c\/tsconfig.json is broken/),
      expect.stringMatching(/d\/tsconfig.json is broken/),
    ]);
  });

  test("but not one that only has options we do not know", () => {
    const compilerOptions = { ...options, fromTheFuture: true, target: "es2099" };
    const folder = folderWith({
      "tsconfig.json": JSON.stringify({ compilerOptions }),
      "a.ts": "f();",
    });
    const session = new Session({ checks: [findsPromises] });
    const report = session.check({ path: path.join(folder, "a.ts") });
    session.close();
    expect(report.typed).toBe(true);
    expect(report).not.toHaveProperty("problem");
  });
});

describe("what cannot be analysed is the report's problem", () => {
  const problem = (name: string, text: string) => {
    const folder = folderWith({ [name]: text });
    const session = new Session({ checks: [findsLeaks] });
    const report = session.check({ path: path.join(folder, name) });
    session.close();
    expect(report.findings).toEqual([]);
    expect(report.typed).toBe(false);
    expect(report.problem?.message).not.toContain("\n");
    return report.problem;
  };

  test.each([true, false])("a syntax error, with its place (types: %s)", (types) => {
    const session = new Session({ checks: [findsLeaks], types });
    const folder = folderWith({ "a.ts": "leak();\nconst x = ;\n" });
    const report = session.check({ path: path.join(folder, "a.ts") });
    session.close();
    expect(report.problem).toMatchObject({
      kind: "syntax",
      message: "does not parse at 2:11: Expression expected; correct it there",
      place: { range: [18, 18], loc: { start: { line: 2, column: 10 } } },
    });
  });

  test("a file of 2 MB", () => {
    expect(problem("a.ts", "leak();\n".repeat(250_000))).toEqual({
      kind: "too-large",
      message:
        "not analysed: 2.0 MB, over the limit of 1 MB; split it, or check its source instead",
    });
  });

  test("a line of over 20,000 characters", () => {
    const message = problem("a.ts", `let a;\n${"leak();".repeat(3_000)}\n`)?.message;
    expect(message).toContain("line 2 is longer than 20,000 characters");
    const folder = folderWith({ "a.ts": `${" ".repeat(19_993)}leak();\n` });
    const session = new Session({ checks: [findsLeaks], types: false });
    expect(session.check({ path: path.join(folder, "a.ts") }).findings).toHaveLength(1);
  });

  test("expressions that are nested deeper than the parser can follow", () => {
    expect(problem("a.ts", `export const sum = ${"1 +\n".repeat(50_000)}1;\n`)).toEqual({
      kind: "too-large",
      message:
        "not analysed: nested too deeply to be parsed (generated?); check its source instead",
    });
  });

  test("a binary file", () => {
    expect(problem("a.ts", "leak();\0\x01\x02\uFFFD")).toMatchObject({
      kind: "unreadable",
      message: "cannot be read: it is binary, not text; leave it out",
    });
  });

  test("but not a text with a stray zero", () => {
    const session = new Session({ checks: [findsLeaks], types: false });
    const report = session.check({ path: "/a.ts", text: `leak(); leak("a\0b");` });
    expect(report.findings).toHaveLength(2);
  });

  test("no file, a folder", () => {
    const folder = folderWith({});
    mkdirSync(path.join(folder, "folder.ts"));
    const session = new Session({ checks: [findsLeaks] });
    expect(session.check({ path: path.join(folder, "none.ts") }).problem).toEqual({
      kind: "unreadable",
      message: "cannot be read: no such file; check the path",
    });
    expect(session.check({ path: path.join(folder, "folder.ts") }).problem).toEqual({
      kind: "unreadable",
      message: "cannot be read: it is a folder; name a file",
    });
  });

  test("a check that throws does not keep the others from running", () => {
    const throws = defineCheck({
      name: "throws",
      description: "",
      messages: {},
      schema: {},
      defaultOptions: {},
      run() {
        throw new TypeError("oh\nno");
      },
    });
    const session = new Session({ checks: [throws, findsLeaks], types: false });
    const report = session.check({ path: "/a.ts", text: "leak();" });
    expect(report.findings).toHaveLength(1);
    expect(report.problem).toEqual({
      kind: "internal",
      message: "the rule throws failed on /a.ts (TypeError: oh no); please report it",
    });
  });
});

describe("a file without permission", () => {
  // The other user runs what is built, because it cannot run the sources.
  beforeAll(build);

  test("is unreadable", () => {
    const folder = folderWith({ "a.ts": "leak();" });
    const file = path.join(folder, "a.ts");
    chmodSync(folder, 0o755);
    chmodSync(file, 0o000);
    const script = `
      const { Session } = await import(process.argv[1]);
      console.log(JSON.stringify(new Session().check({ path: process.argv[2] }).problem));
    `;
    const session = path.join(packageFolder, "dist/session/index.js");
    // Permissions do not bind root.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const output = execFileSync(
      process.execPath,
      ["--input-type=module", "-e", script, session, file],
      { ...nobody, encoding: "utf8" },
    );
    expect(JSON.parse(output)).toEqual({
      kind: "unreadable",
      message: "cannot be read: permission denied (EACCES); check its permissions",
    });
  });
});

describe("many files", () => {
  test("are ordered by project, each given back under its own name", () => {
    const folder = folderWith({
      "one/tsconfig.json": "{}",
      "one/a.ts": "Promise.resolve();",
      "one/b.ts": "Promise.resolve();",
      "one/script.js": "Promise.resolve();",
      "two/tsconfig.json": "{}",
      "two/a.ts": "Promise.resolve();",
      "loose/a.ts": "Promise.resolve();",
    });
    const names = ["one/a.ts", "two/a.ts", "one/script.js", "loose/a.ts", "one/b.ts"];
    const session = new Session({ checks: [findsPromises] });
    const given = names.map((name) => path.relative(process.cwd(), path.join(folder, name)));
    const reports = [...session.checkFiles(given)];
    expect(reports.map((report) => path.relative(folder, path.resolve(report.path)))).toEqual([
      "one/a.ts",
      "one/b.ts",
      "one/script.js",
      "two/a.ts",
      "loose/a.ts",
    ]);
    expect(reports.every(({ path }) => given.includes(path))).toBe(true);
    expect(reports.map(({ typed, findings }) => [typed, findings.length])).toEqual(
      reports.map(() => [true, 1]),
    );
  });

  test("that cannot be analysed do not keep the rest", () => {
    const folder = folderWith({ "a.ts": "leak();", "b.ts": "leak(", "c.vue": "leak(" });
    const files = ["none.ts", "b.ts", "a.ts", "c.vue"].map((name) => path.join(folder, name));
    const session = new Session({ checks: [findsLeaks] });
    const reports = [...session.checkFiles(files)];
    const kinds = Object.fromEntries(
      reports.map((report) => [path.basename(report.path), report.problem?.kind]),
    );
    expect(kinds).toEqual({
      "none.ts": "unreadable",
      "b.ts": "syntax",
      "a.ts": undefined,
      "c.vue": undefined,
    });
  });

  test("may be left early, and checked singly meanwhile", () => {
    const folder = folderWith({ "a.ts": "Promise.resolve();", "b.ts": "" });
    const a = path.join(folder, "a.ts");
    const session = new Session({ checks: [findsPromises] });
    for (const report of session.checkFiles([a, path.join(folder, "b.ts")])) {
      expect(report.path).toBe(a);
      const text = "Promise.resolve();Promise.resolve();";
      expect(session.check({ path: a, text }).findings).toHaveLength(2);
      break;
    }
    rmSync(a);
    session.forget(a);
    expect(session.check({ path: a }).problem?.kind).toBe("unreadable");
    session.close();
  });
});
