import { join } from "node:path";

import ts from "typescript";
import { expect, test } from "vitest";

/*
 * In a browser's project there are no types of Node, and ReadableStream may have no async iterator:
 * what its chunks are has to be found all the same.
 */
const code = `
  import { accumulate, decodeText, withMetrics } from "../../src/streams/index.js";
  export async function read(response: Response, events: ReadableStream<{ text: string }>) {
    let bytes = 0;
    for await (const chunk of withMetrics(response)) bytes += chunk.byteLength;
    for await (const event of withMetrics(events, { select: ({ text }) => text })) {
      event.text.toUpperCase();
    }
    const body = response.body && decodeText(response.body);
    // @ts-expect-error -- objects need a select
    decodeText(events);
    const answer = accumulate(await fetch("/"), { encoding: "latin1" });
    for await (const { content, chunk } of answer) bytes += content.length + chunk.length;
    return [bytes, body];
  }
`;

test.for([[["es2022", "dom"]], [["es2022", "dom", "dom.asynciterable"]]])(
  "the functions take a browser's streams, with lib %o",
  { timeout: 60_000 },
  ([lib = []]) => {
    const options: ts.CompilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: lib.map((name) => `lib.${name}.d.ts`),
      types: [],
      skipLibCheck: true,
    };
    const user = join(import.meta.dirname, "user.mts");
    const host = ts.createCompilerHost(options);
    const { fileExists, getSourceFile, readFile } = host;
    host.fileExists = (path) => path === user || fileExists(path);
    host.readFile = (path) => (path === user ? code : readFile(path));
    host.getSourceFile = (path, version, ...rest) =>
      path === user
        ? ts.createSourceFile(path, code, version)
        : getSourceFile.call(host, path, version, ...rest);
    const program = ts.createProgram([user], options, host);
    expect(program.getSourceFile(user)).toBeDefined();
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(problems).toEqual([]);
  },
);
