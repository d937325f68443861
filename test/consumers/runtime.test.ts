import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Project } from "./project.js";

let project: Project;

beforeAll(async () => {
  project = await Project.create(
    { "@types/node": "^20", typescript: "~6.0.3", unwind: "packed" },
    { "package.json": { type: "module" } },
  );
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

/** Every function and class of the public API, in code that any `lib` understands. */
const usage = `import {
  AsyncExitStack,
  closing,
  defer,
  ExitStack,
  withAsyncContext,
  withContext,
} from "unwind";

export async function main(): Promise<string> {
  const closed: string[] = [];
  const resource = { name: "r", close: () => void closed.push("r") };

  const length: number = withContext(closing(resource), (opened) => opened.name.length);

  const stack = new ExitStack();
  stack.defer(() => void closed.push("deferred"));
  const adopted: string = stack.adopt("file", (name) => void closed.push(name));
  stack.use(defer(() => void closed.push("used")));
  stack.dispose();

  const later = new AsyncExitStack();
  later.defer(async () => void closed.push("later"));
  await later.disposeAsync();

  const answer = await withAsyncContext(
    { [Symbol.asyncDispose]: async () => void closed.push("async") },
    async () => 42,
  );
  return [length, adopted, answer, ...closed].join(" ");
}

console.log(await main());
`;
const printed = "1 file 42 r used file deferred later async\n";

describe("the declarations compile", () => {
  const options = {
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    // Our declarations are to be checked, not trusted.
    skipLibCheck: false,
  };

  test.each([
    ["lib es2022, no Node types", { target: "es2022", lib: ["es2022"], types: [] }],
    ["lib es2022 and @types/node", { target: "es2022", lib: ["es2022"], types: ["node"] }],
    ["lib es2022 and dom", { target: "es2022", lib: ["es2022", "dom"], types: [] }],
    [
      "lib es2022 and esnext.disposable",
      { target: "es2022", lib: ["es2022", "esnext.disposable"], types: [] },
    ],
    ["lib esnext and @types/node", { target: "es2022", lib: ["esnext"], types: ["node"] }],
  ])("%s", async (name, compilerOptions) => {
    const folder = name.replaceAll(/[^a-z0-9]+/gi, "-");
    // Without @types/node and dom nobody declares console.
    const console = `declare const console: { log(line: string): void };\n`;
    const declared = compilerOptions.types.includes("node") || compilerOptions.lib.includes("dom");
    await project.write({
      [`${folder}/main.ts`]: declared ? usage : console + usage,
      [`${folder}/tsconfig.json`]: {
        compilerOptions: { ...options, ...compilerOptions },
        files: ["main.ts"],
      },
    });

    const compiled = await project.node("node_modules/typescript/bin/tsc", "-p", folder);

    expect(compiled).toMatchObject({ code: 0, stdout: "" });
    const run = await project.node(`${folder}/main.js`);
    expect(run).toMatchObject({ code: 0, stdout: printed, stderr: "" });
  });

  test("and `using` takes what the API returns, where the lib knows it", async () => {
    await project.write({
      "using/main.ts": `import { AsyncExitStack, closing, ExitStack } from "unwind";

{
  using stack = new ExitStack();
  stack.defer(() => console.log("stack"));
  await using later = new AsyncExitStack();
  later.defer(() => console.log("later"));
  using resource = closing({ close: () => console.log("close") });
  console.log(typeof resource.close);
}
`,
      "using/tsconfig.json": {
        compilerOptions: {
          ...options,
          target: "es2022",
          lib: ["es2022", "esnext.disposable"],
          types: ["node"],
        },
        files: ["main.ts"],
      },
    });

    const compiled = await project.node("node_modules/typescript/bin/tsc", "-p", "using");

    expect(compiled).toMatchObject({ code: 0, stdout: "" });
    const run = await project.node("using/main.js");
    expect(run).toMatchObject({ code: 0, stdout: "function\nclose\nlater\nstack\n", stderr: "" });
  });
});

test("unwind/node compiles and runs beside @types/node", async () => {
  await project.write({
    "node/main.ts": `import { spawn } from "node:child_process";
import { createWriteStream, readFileSync, type WriteStream } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { withAsyncContext } from "unwind";
import { child, type ChildOutcome, redirectStdout, server, tempDir, writable } from "unwind/node";

const outcomes: ChildOutcome[] = [];
const text: string = await withAsyncContext(
  [tempDir(), server(createServer()), child(spawn("node", ["-v"]), { wait: true, onEnd: (it) => outcomes.push(it) })],
  async ([directory, listening, started]) => {
    const same: Server = listening;
    void [same, started.pid];
    const path = join(directory, "file");
    const stream: WriteStream & AsyncDisposable = writable(createWriteStream(path));
    await withAsyncContext(stream, (output) => void output.write("written"));
    return withAsyncContext(redirectStdout(), (out) => {
      process.stdout.write(readFileSync(path, "utf8"));
      return out.text;
    });
  },
);
console.log(text, outcomes[0]?.code);
`,
    "node/tsconfig.json": {
      compilerOptions: {
        module: "nodenext",
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        target: "es2022",
        lib: ["es2022"],
        types: ["node"],
      },
      files: ["main.ts"],
    },
  });

  const compiled = await project.node("node_modules/typescript/bin/tsc", "-p", "node");

  expect(compiled).toMatchObject({ code: 0, stdout: "" });
  const run = await project.node("node/main.js");
  expect(run).toMatchObject({ code: 0, stdout: "written 0\n", stderr: "" });
});

test("CommonJS can require it", async () => {
  await project.write({
    "main.cjs": `const { ExitStack } = require("unwind");
const stack = new ExitStack();
stack.defer(() => console.log("released"));
stack.dispose();
`,
  });

  const run = await project.node("main.cjs");

  expect(run).toMatchObject({ code: 0, stdout: "released\n" });
});

test("it brings nothing else along", async () => {
  const tree = await project.npm("ls", "--all", "--json");
  const { dependencies } = JSON.parse(tree.stdout) as {
    dependencies: Record<string, { dependencies?: object }>;
  };

  expect(dependencies).toHaveProperty("unwind");
  expect(dependencies["unwind"]?.dependencies).toBeUndefined();
});
