import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { Ajv } from "ajv";
import type { Log } from "sarif";
import { beforeAll, describe, expect, test } from "vitest";

import type { Finding } from "../../src/session/index.js";
import { folderWith } from "../session/fixtures.js";
import { build, main, start, unwindCheck } from "./command.js";

beforeAll(build);

const clean = "export const answer = 42;\n";
const leaky = `import { open } from "node:fs/promises";

export async function read(path: string) {
  const handle = await open(path);
  return handle.readFile("utf8");
}
`;

/** Figures that differ from run to run. */
function steady(output: string): string {
  return output.replace(/· \d+\.\d s/g, "· 0.0 s");
}

const nobody = 65534;
const asNobody = process.getuid?.() === 0 ? { uid: nobody } : {};

describe("what it finds", () => {
  test("nothing in clean files", async () => {
    const folder = folderWith({ "a.ts": clean, "b.mjs": clean });
    const { code, stdout, stderr } = await unwindCheck([], { in: folder });
    expect(steady(stdout)).toBe("No leaks in 2 files · 0.0 s\n");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  test("a leak, with its place, its path in the source, and a rewrite", async () => {
    const folder = folderWith({ "src/a.ts": leaky, "src/b.ts": clean });
    const { code, stdout, stderr } = await unwindCheck([], { in: folder });
    const [place, message, , ...rest] = stdout.split("\n");
    expect(place).toBe("src/a.ts:4:24  no-unmanaged-acquisition");
    expect(message).toMatch(/^ {2}`handle` \(file handle\) is .+\.$/);
    const drawn = rest.join("\n");
    expect(drawn).toContain(
      [
        `  > 4 |   const handle = await open(path);`,
        `      |                        ^^^^ 1. acquired here`,
        `  > 5 |   return handle.readFile("utf8");`,
      ].join("\n"),
    );
    expect(drawn).toMatch(/ {6}\| +\^+ \d\. leaves without release/);
    expect(drawn).toMatch(/^ {2}(fix|suggestion): Manage `handle` with .+$/m);
    expect(drawn).toContain("    - 4 |   const handle = await open(path);\n");
    expect(drawn).toMatch(/^ {4}\+ \d \| .*using/m);
    expect(steady(stdout)).toMatch(/\n1 leak in 1 of 2 files \(1 with a rewrite\) · 0\.0 s\n$/);
    expect(stderr).toBe("");
    expect(code).toBe(1);
  });

  test("the same without types and without a tsconfig.json, in JavaScript", async () => {
    const folder = folderWith({ "a.mjs": leaky.replace(": string", "") });
    expect((await unwindCheck(["--no-types"], { in: folder })).code).toBe(1);
    expect((await unwindCheck(["a.mjs"], { in: folder })).code).toBe(1);
  });

  test("not what a comment disables", async () => {
    const folder = folderWith({
      "a.ts": `/* eslint-disable unwind/no-unmanaged-acquisition -- closed at exit */\n${leaky}`,
    });
    expect((await unwindCheck([], { in: folder })).code).toBe(0);
  });

  test("the ten leaks of the sample service, and nothing else", async () => {
    const samples = path.resolve(import.meta.dirname, "../../../test/samples");
    const { code, stdout } = await unwindCheck(["leaky-service"], { in: samples });
    expect(stdout).toMatch(/\n10 leaks in \d of 12 files/);
    expect(code).toBe(1);
  });
});

describe("what it draws", () => {
  const step = (text: string) => text.replace("here", "await open(path)");
  const draw = async (body: string) => {
    const folder = folderWith({
      "a.ts": `import { open } from "node:fs/promises";\nexport async function f(path: string) {\n${body}\n}\n`,
    });
    const { stdout } = await unwindCheck(["--no-types"], { in: folder });
    return stdout;
  };

  test("no sequence that a terminal would obey", async () => {
    const stdout = await draw(`  const h = await open("\u001b[2J\u009b31m\u202e"); return 1;`);
    expect(stdout).toContain(`open("\uFFFD[2J\uFFFD31m\uFFFD")`);
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(stdout).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  test("of a long line, the part around the step", async () => {
    const filler = "x".repeat(400);
    const stdout = await draw(`  ${step(`const ${filler} = here; return 1;`)}`);
    const lines = stdout.split("\n");
    const row = lines.findIndex((line) => line.includes("1. acquired here"));
    const mark = lines[row]?.indexOf("^") ?? 0;
    expect(lines[row - 1]?.slice(mark, mark + 4)).toBe("open");
    const frame = lines.slice(
      0,
      lines.findIndex((line) => /^ {2}(fix|suggestion):/.test(line)),
    );
    expect(Math.max(...frame.slice(2).map((line) => line.length))).toBeLessThan(250);
  });

  test("under tabs, the mark where the terminal shows the step", async () => {
    const stdout = await draw("\tconst h = await open(path);\n\treturn 1;");
    const lines = stdout.split("\n");
    const row = lines.findIndex((line) => line.includes("1. acquired here"));
    expect(lines[row]?.replace(/[^\t]/g, "")).toBe("\t");
    expect(lines[row]?.indexOf("^")).toBe(lines[row - 1]?.indexOf("open("));
  });

  test("colours only where they are wanted", async () => {
    const folder = folderWith({ "a.ts": leaky });
    const escape = "\u001b[";
    const run = async (env: NodeJS.ProcessEnv) =>
      (await unwindCheck([], { in: folder, env })).stdout.includes(escape);
    expect(await run({})).toBe(false);
    expect(await run({ FORCE_COLOR: "1" })).toBe(true);
    expect(await run({ FORCE_COLOR: "0" })).toBe(false);
    expect(await run({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });
});

describe("bad input is told in one line each, and the rest is analysed", () => {
  test("syntax error, broken tsconfig.json, 2 MB, minified, binary, missing", async () => {
    const folder = folderWith({
      "good.ts": leaky,
      "broken.ts": "export const = 1;\n",
      "sub/tsconfig.json": "{ nonsense",
      "sub/clean.ts": clean,
      "large.js": "f();\n".repeat(400_001),
      "minified.js": "f();".repeat(6_000),
      "binary.ts": "\0\x01",
    });
    const { code, stdout, stderr } = await unwindCheck([".", "missing.ts"], { in: folder });
    const problems = stdout.split("\n").filter((line) => line.startsWith("! "));
    expect(problems).toHaveLength(6);
    expect(problems).toEqual(
      expect.arrayContaining([
        "! missing.ts: no such file or directory; check the path",
        "! broken.ts: does not parse at 1:14: Variable declaration expected; correct it there",
        expect.stringMatching(/^! sub\/clean\.ts: .*sub\/tsconfig\.json is broken: /),
        expect.stringMatching(/^! large\.js: not analysed: 2\.1 MB, over the limit of 1 MB; /),
        expect.stringMatching(/^! minified\.js: not analysed: line 1 is longer than 20,000 /),
        "! binary.ts: cannot be read: it is binary, not text; leave it out",
      ]),
    );
    expect(steady(stdout)).toMatch(/1 leak in 1 of 2 files \(1 with a rewrite\) · 0\.0 s\n$/);
    expect(stderr).toBe("");
    expect(code).toBe(1);
  });

  test("an unreadable directory and an unreadable file", async () => {
    const folder = folderWith({ "a.ts": clean, "locked.ts": clean, "locked/b.ts": clean });
    chmodSync(folder, 0o755);
    chmodSync(path.join(folder, "locked.ts"), 0);
    chmodSync(path.join(folder, "locked"), 0);
    const { code, stdout } = await unwindCheck([], { in: folder, ...asNobody });
    chmodSync(path.join(folder, "locked"), 0o755);
    expect(steady(stdout)).toBe(
      "! locked: cannot be read: permission denied (EACCES); check its permissions\n" +
        "! locked.ts: cannot be read: permission denied (EACCES); check its permissions\n" +
        "\nNo leaks in 1 file · 0.0 s\n",
    );
    expect(code).toBe(0);
  });

  const nothing = async (files: Record<string, string>, ...args: string[]) => {
    const folder = folderWith(files);
    const { code, stdout, stderr } = await unwindCheck(args, { in: folder });
    expect(stdout).toBe("");
    expect(code).toBe(2);
    return stderr.replaceAll(folder, "…");
  };

  test("exit code 2 where nothing could be analysed", async () => {
    expect(await nothing({})).toBe("unwind-check: no TypeScript or JavaScript files in .\n");
    expect(await nothing({ "readme.md": "" }, ".")).toContain("no TypeScript or JavaScript files");
    expect(await nothing({}, "none")).toBe(
      "unwind-check: …/none: no such file or directory; check the path\n" +
        "unwind-check: no TypeScript or JavaScript files in none\n",
    );
    expect(await nothing({ "readme.md": "" }, "readme.md")).toContain(
      "…/readme.md: is neither TypeScript nor JavaScript",
    );
    expect(await nothing({ "a.ts": "export const = 1" })).toMatch(
      /^unwind-check: …\/a\.ts: does not parse .*\nunwind-check: nothing could be analysed\n$/,
    );
  });

  test("exit code 2 where all is unreadable", async () => {
    const folder = folderWith({ "locked/b.ts": leaky });
    chmodSync(folder, 0o755);
    chmodSync(path.join(folder, "locked"), 0);
    const { code, stderr } = await unwindCheck(["locked"], { in: folder, ...asNobody });
    chmodSync(path.join(folder, "locked"), 0o755);
    expect(stderr).toContain("/locked: cannot be read: permission denied (EACCES)");
    expect(code).toBe(2);
  });

  test.each([["--bogus"], ["--format", "yaml"], ["--format"]])(
    "bad arguments: %s %s",
    async (...args) => {
      expect(await nothing({ "a.ts": clean }, ...args)).toMatch(
        /^error: option|^error: unknown option/,
      );
    },
  );
});

describe("which files it takes", () => {
  const analysed = async (folder: string, ...args: string[]) => {
    const { stdout } = await unwindCheck(["--no-types", "--format", "json", ...args], {
      in: folder,
    });
    const { files } = JSON.parse(stdout) as { files: { path: string }[] };
    return files.map((file) => file.path);
  };

  test("TypeScript and JavaScript, but no declarations and nothing of others or generated", async () => {
    const names = [
      ...["a.ts", "b.tsx", "c.mts", "d.cts", "e.js", "f.jsx", "g.mjs", "h.cjs", ".hidden/i.ts"],
      ...["types.d.ts", "types.d.mts", "style.d.css.ts", "j.json", "k.vue"],
      ...["node_modules/x/l.js", "dist/m.js", "deep/build/n.js", "out/o.js", "coverage/p.js"],
      ...[".git/q.js", "r.ts/s.ts"],
    ];
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, clean])));
    expect(await analysed(folder)).toEqual([
      ".hidden/i.ts",
      ...["a.ts", "b.tsx", "c.mts", "d.cts", "e.js", "f.jsx", "g.mjs", "h.cjs", "r.ts/s.ts"],
    ]);
    expect(await analysed(folder, "dist", "types.d.ts", "a.ts", "./a.ts")).toEqual([
      "dist/m.js",
      "types.d.ts",
      "a.ts",
    ]);
  });

  test("not what .gitignore files ignore, at any level and above, up to the repository", async () => {
    const folder = folderWith({
      ".gitignore": "*.ts",
      "repository/.git/HEAD": "",
      "repository/.gitignore": "generated/\n/root.ts\n*.tmp.ts\n",
      "repository/root.ts": clean,
      "repository/a.ts": clean,
      "repository/a.tmp.ts": clean,
      "repository/generated/b.ts": clean,
      "repository/sub/.gitignore": "c.ts\n!keep.tmp.ts\n",
      "repository/sub/root.ts": clean,
      "repository/sub/c.ts": clean,
      "repository/sub/keep.tmp.ts": clean,
      "repository/sub/deep/c.ts": clean,
      "repository/sub/deep/d.ts": clean,
    });
    const repository = path.join(folder, "repository");
    const sub = ["sub/deep/d.ts", "sub/keep.tmp.ts", "sub/root.ts"];
    expect(await analysed(repository)).toEqual(["a.ts", ...sub]);
    expect(await analysed(path.join(repository, "sub"))).toEqual(sub.map((name) => name.slice(4)));
    expect(await analysed(path.join(repository, "sub/deep"))).toEqual(["d.ts"]);
    // What is named is taken.
    expect(await analysed(repository, "generated", "root.ts")).toEqual([
      "generated/b.ts",
      "root.ts",
    ]);
  });

  test("each once, with links that lead in circles", async () => {
    const folder = folderWith({ "a.ts": clean });
    mkdirSync(path.join(folder, "sub"));
    symlinkSync("..", path.join(folder, "sub/up"));
    symlinkSync("self", path.join(folder, "self"));
    expect(await analysed(folder)).toEqual(["a.ts"]);
  });
});

describe("--fix", () => {
  const project = {
    "package.json": `{ "dependencies": { "unwind": "1" }, "engines": { "node": ">=24" } }`,
    "tsconfig.json": `{ "compilerOptions": { "lib": ["esnext"], "target": "esnext" } }`,
    "node_modules/@types/node/package.json": `{ "name": "@types/node", "types": "index.d.ts" }`,
    "node_modules/@types/node/index.d.ts": `declare module "node:fs/promises" {
      export interface FileHandle extends AsyncDisposable {
        read(buffer: Uint8Array): Promise<{ bytesRead: number }>;
        close(): Promise<void>;
      }
      export function open(path: string): Promise<FileHandle>;
    }`,
  };
  const fixable = `import { open } from "node:fs/promises";

export async function size(path: string) {
  const handle = await open(path);
  const { bytesRead } = await handle.read(new Uint8Array(9));
  return bytesRead;
}
`;

  test("applies what is proven, to the end, and tells how much", async () => {
    const folder = folderWith({
      ...project,
      "a.ts": `\uFEFF${fixable}`.replaceAll("\n", "\r\n"),
      "b.ts": clean,
    });
    const { code, stdout } = await unwindCheck(["--fix"], { in: folder });
    expect(steady(stdout)).toBe("Fixed 1 leak in 1 file.\nNo leaks in 2 files · 0.0 s\n");
    expect(code).toBe(0);
    const fixed = readFileSync(path.join(folder, "a.ts"), "utf8");
    expect(fixed).toContain("await using handle = await open(path);\r\n");
    expect(fixed.startsWith("\uFEFF")).toBe(true);
    expect(readFileSync(path.join(folder, "b.ts"), "utf8")).toBe(clean);
    expect((await unwindCheck([], { in: folder })).code).toBe(0);
  });

  test("leaves suggestions alone", async () => {
    const folder = folderWith({ "a.ts": leaky });
    const { code, stdout } = await unwindCheck(["--fix"], { in: folder });
    expect(code).toBe(1);
    expect(stdout).toContain("suggestion: ");
    expect(readFileSync(path.join(folder, "a.ts"), "utf8")).toBe(leaky);
  });

  test("leaves a file alone that is not UTF-8, and says so", async () => {
    const folder = folderWith(project);
    const file = path.join(folder, "latin.ts");
    const bytes = Buffer.from(`${fixable}// caf\xe9\n`, "latin1");
    writeFileSync(file, bytes);
    const { code, stdout } = await unwindCheck(["--fix"], { in: folder });
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(stdout).toContain("! latin.ts: not fixed: it has changed meanwhile, or is not UTF-8");
    expect(code).toBe(1);
  });
});

describe("formats", () => {
  test("JSON holds all that the session reports, and the run's figures", async () => {
    const folder = folderWith({ "src/a.ts": leaky, "b.ts": clean, "c.ts": "(" });
    const { code, stdout, stderr } = await unwindCheck([".", "--format=json"], { in: folder });
    expect(code).toBe(1);
    expect(stderr).toBe("");
    const document = JSON.parse(stdout) as { files: { path: string; findings: Finding[] }[] };
    expect(document).toMatchObject({
      version: 1,
      tool: { name: "unwind-check", version: expect.stringMatching(/^\d/) as string },
      problems: [{ kind: "syntax", path: "c.ts" }],
      summary: { files: 2, leaks: 1, filesWithLeaks: 1, leaksWithRewrite: 1, fixedLeaks: 0 },
    });
    const byPath = Object.fromEntries(document.files.map((file) => [file.path, file]));
    expect(Object.keys(byPath).sort()).toEqual(["b.ts", "c.ts", "src/a.ts"]);
    expect(byPath["b.ts"]).toEqual({ path: "b.ts", typed: true, findings: [] });
    const [finding] = byPath["src/a.ts"]?.findings ?? [];
    expect(finding?.place.loc.start).toEqual({ line: 4, column: 23 });
    expect(finding?.path[0]?.message).toBe("acquired here");
    expect(finding?.rewrites[0]?.edits.length).toBeGreaterThan(0);
  });

  test("SARIF is valid, and holds the path and the rewrites", async () => {
    const folder = folderWith({ "src/ä b.ts": leaky, "c.ts": "(" });
    const { code, stdout } = await unwindCheck(["--format", "sarif"], { in: folder });
    expect(code).toBe(1);
    const log = JSON.parse(stdout) as Log;
    const schema = createRequire(import.meta.url)(
      "schemastore/schemas/json/sarif-2.1.0.json",
    ) as object;
    const ajv = new Ajv({
      strict: false,
      validateFormats: false,
      // One of the schema's own patterns is no valid Unicode regular expression.
      unicodeRegExp: false,
    });
    ajv.validate(schema, log);
    expect(ajv.errors).toBeNull();

    const [run] = log.runs;
    const ruleIndex = run?.tool.driver.rules?.findIndex(
      ({ id }) => id === "no-unmanaged-acquisition",
    );
    expect(ruleIndex).toBeGreaterThanOrEqual(0);
    expect(run?.originalUriBaseIds?.["SRCROOT"]?.uri).toMatch(/^file:\/\/\/.*\/$/);
    const [result] = run?.results ?? [];
    const artifactLocation = { uri: "src/%C3%A4%20b.ts", uriBaseId: "SRCROOT" };
    expect(result).toMatchObject({
      ruleId: "no-unmanaged-acquisition",
      ruleIndex,
      locations: [
        { physicalLocation: { artifactLocation, region: { startLine: 4, startColumn: 24 } } },
      ],
    });
    const steps = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
    expect(steps[0]?.location?.message?.text).toBe("acquired here");
    expect(steps.length).toBeGreaterThan(1);
    const change = result?.fixes?.[0]?.artifactChanges[0];
    expect(change?.artifactLocation).toEqual(artifactLocation);
    expect(change?.replacements.length).toBeGreaterThan(0);
    const [invocation] = run?.invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(true);
    expect(invocation?.toolExecutionNotifications).toMatchObject([
      { level: "error", descriptor: { id: "syntax" } },
    ]);
  });

  test("a document is written even where nothing could be analysed", async () => {
    for (const format of ["json", "sarif"]) {
      const { code, stdout } = await unwindCheck(["none", "--format", format], {
        in: folderWith({}),
      });
      expect(code).toBe(2);
      expect(() => void JSON.parse(stdout)).not.toThrow();
    }
  });
});

describe("as a good citizen of the shell", () => {
  test("--help and --version are for standard output, with exit code 0", async () => {
    const folder = folderWith({});
    const help = await unwindCheck(["--help"], { in: folder });
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/^Usage: unwind-check \[options\] \[path\.\.\.\]/);
    for (const part of ["--fix", "--format", "--no-types", "Exit codes:", "Examples:"]) {
      expect(help.stdout).toContain(part);
    }
    const version = await unwindCheck(["--version"], { in: folder });
    expect(version).toMatchObject({ code: 0, stderr: "" });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  test("takes paths that begin with a dash after --", async () => {
    const folder = folderWith({ "-a.ts": leaky });
    expect((await unwindCheck(["--", "-a.ts"], { in: folder })).code).toBe(1);
  });

  const manyLeaks = (files: number) =>
    folderWith(
      Object.fromEntries(Array.from({ length: files }, (_, index) => [`${index}.ts`, leaky])),
    );

  test("output larger than a pipe's buffer is complete, however slowly it is read", async () => {
    const folder = manyLeaks(300);
    const child = start(["--no-types", "--format", "json"], { in: folder });
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) {
      chunks.push(chunk as Buffer);
      if (chunks.length < 5) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const text = Buffer.concat(chunks).toString();
    expect(text.length).toBeGreaterThan(300_000);
    const { summary } = JSON.parse(text) as { summary: { leaks: number } };
    expect(summary.leaks).toBe(300);
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(1);
  });

  test("a reader that leaves early, as head does, is no failure", async () => {
    const child = start(["--no-types"], { in: manyLeaks(300) });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code, signal] = (await once(child, "close")) as [number, string | null];
    expect([code, signal, stderr]).toEqual([1, null, ""]);
  });

  test("an interrupt ends it by that signal, without a summary", async () => {
    const child = start(["--no-types"], { in: manyLeaks(2_000) });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    await once(child.stdout, "data");
    child.kill("SIGINT");
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    expect([code, signal]).toEqual([null, "SIGINT"]);
    expect(stdout).not.toContain("with a rewrite");
  });

  test.runIf(process.platform === "linux")("a terminal sees how far it is", () => {
    const folder = folderWith({ "src/a.ts": clean, "src/b.ts": clean });
    const { CI, ...env } = process.env;
    void CI;
    const command = `'${process.execPath}' '${main}' --no-types > report.txt`;
    // The only terminal that a test can have is the one that `script` makes.
    const child = spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: folder,
      env: { ...env, TERM: "xterm" },
      encoding: "utf8",
    });
    expect(child.error).toBeUndefined();
    expect(child.stdout).toContain("Checking 1 of 2: src/a.ts");
    const cursorShownAtTheEnd = child.stdout.lastIndexOf("\u001b[?25h");
    expect(cursorShownAtTheEnd).toBeGreaterThan(child.stdout.lastIndexOf("\u001b[?25l"));
    expect(steady(readFileSync(path.join(folder, "report.txt"), "utf8"))).toBe(
      "No leaks in 2 files · 0.0 s\n",
    );
  });
});
