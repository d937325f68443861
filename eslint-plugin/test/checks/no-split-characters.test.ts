import { describe, expect, test } from "vitest";

import { code } from "./code.js";
import { expectMarkedLeaks, expectSilent, findingsIn, type Setting } from "./check-code.js";

const setting: Setting = { rule: "no-split-characters" };

const imports = `
import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import process from "node:process";
export { createReadStream, http, https, net, process, spawn };
`;

/** A listener of a stream, which makes text of what comes. */
const listener = (stream: string, append = "text += chunk;") => `${imports}
export function collect() {
  let text = "";
  ${stream}.on("data", (chunk) => {
    ${append}
  });
  return () => text;
}
`;

const found = (text: string, knowledge: "typed" | "untyped" = "untyped"): readonly string[] =>
  findingsIn(text, knowledge, setting).map(({ messageId }) => messageId);

describe("streams that give bytes", () => {
  test.each([
    ["standard input", "process.stdin"],
    ["a child's output", "spawn(config.file).stdout"],
    [
      "a child's output with arguments",
      'spawn("git", config.url.split(" "), { stdio: "pipe" }).stdout',
    ],
    ["a child's output with an argument", 'spawn(config.file, ["-C", config.url]).stdout'],
    ["a file", 'createReadStream("file")'],
    ["a file with options", 'createReadStream("file", { start: 3 })'],
    ["a file with a listener", 'createReadStream("file").on("error", () => {})'],
  ])("%s", (_, stream) => {
    expect(found(listener(stream))).toEqual(["split"]);
    expect(found(listener(stream), "typed")).toEqual(["split"]);
  });

  test.each([
    ["http.get", "http.get(config.url, (stream) => {", "});"],
    ["https.get", "https.get(config.url, {}, (stream) => {", "});"],
    ["http.request", "http.request(config.url, (stream) => {", "}).end();"],
  ])("given by %s", (_, open, close) => {
    expectMarkedLeaks(
      `${imports}
${open}
  let text = "";
  stream.on("data", (chunk) => {
    text += chunk; // leak: split
  });
  stream.on("end", () => publish(String(JSON.parse(text))));
${close}
`,
      setting,
    );
  });

  test.each([["IncomingMessage", "http.IncomingMessage"]])("a parameter of type %s", (_, type) => {
    expectMarkedLeaks(
      `${imports}
export function collect(stream: ${type}) {
  let text = "";
  stream.on("data", (chunk) => (text += chunk)); // leak: split
  return () => text;
}
`,
      setting,
    );
  });

  test.each([
    ["a variable", "const child = spawn(config.file);", "child.stdout"],
    ["assigned later", "let child; child = spawn(config.file);", "child.stdout"],
    ["optional", "const child = spawn(config.file);", "child.stdout?"],
    ["its stream in a variable", "const out = spawn(config.file).stdout;", "out"],
  ])("a child in %s", (_, declaration, stream) => {
    const text = listener(stream).replace('let text = "";', `let text = "";\n  ${declaration}`);
    expect(found(text)).toEqual(["split"]);
  });

  test("a child in a field", () => {
    expectMarkedLeaks(
      code`
        import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
        export class Runner {
          child: ChildProcessWithoutNullStreams | undefined;
          text = "";
          start() {
            this.child = spawn(config.file);
            this.child.stdout.on("data", (chunk) => {
              this.text += chunk; // leak: split
            });
          }
          result() {
            return this.text.trim();
          }
        }
      `,
      setting,
    );
  });

  test("a type that is known only by types", () => {
    const text = code`
      import http from "node:http";
      interface Request extends http.IncomingMessage { readonly id: string }
      export function collect(request: Request) {
        let text = "";
        request.on("data", (chunk) => { text += chunk; });
        return () => text;
      }
    `;
    expect(found(text, "typed")).toEqual(["split"]);
    expect(found(text)).toEqual([]);
  });
});

describe("how text is made of a chunk", () => {
  test.each([
    ["+=", "text += chunk;"],
    ["toString", "text += chunk.toString();"],
    ["toString of UTF-8", 'text += chunk.toString("utf8");'],
    ["toString of UTF-16", 'text += chunk.toString("utf16le");'],
    ["String", "text += String(chunk);"],
    ["a template", "text += `${chunk}`;"],
    ["a longer template", "text = `${text}${chunk}`;"],
    ["a sum", 'text = text + "" + chunk;'],
    ["a constant", "const piece = chunk.toString(); text += piece;"],
    ["a decoder", "text += new TextDecoder().decode(chunk);"],
    ["a decoder of UTF-8", 'text += new TextDecoder("utf-8").decode(chunk);'],
    ["an option that says no", "text += new TextDecoder().decode(chunk, { stream: false });"],
    ["a condition", 'text += chunk ? chunk.toString() : "";'],
  ])("%s", (_, append) => {
    expect(found(listener("process.stdin", append))).toEqual(["split"]);
    expect(found(listener("process.stdin", append), "typed")).toEqual(["split"]);
  });

  test("base64 of each chunk", () => {
    expect(found(listener("process.stdin", 'text += chunk.toString("base64");'))).toEqual([
      "padded",
    ]);
  });

  test.each([
    ["hex", 'text += chunk.toString("hex");'],
    ["latin1", 'text += chunk.toString("latin1");'],
    ["binary", 'text += chunk.toString("binary");'],
    ["ascii", 'text += chunk.toString("ascii");'],
    ["an encoding that nobody knows", "text += chunk.toString(config.file as BufferEncoding);"],
    ["a decoder that is told", "text += decoder.decode(chunk, { stream: true });"],
    ["a decoder whose options nobody knows", "text += decoder.decode(chunk, options);"],
    ["a decoder of one byte each", 'text += new TextDecoder("latin1").decode(chunk);'],
    ["what is only shown", "logger.info(chunk.toString());"],
    ["what is shown and counted", 'logger.info(chunk.toString()); text += "x";'],
    ["its length", "text += chunk.length;"],
    ["a text of the handler", "let own = ''; own += chunk; logger.info(own);"],
  ])("not: %s", (_, append) => {
    const text = listener("process.stdin", append).replace(
      'let text = "";',
      'let text = ""; const decoder = new TextDecoder(); const options = {}; void decoder; void options;',
    );
    expectSilent(text, setting);
  });

  test("pieces that are joined", () => {
    expectMarkedLeaks(
      code`
        export async function read() {
          const parts: string[] = [];
          for await (const chunk of process.stdin) {
            parts.push(chunk.toString()); // leak: split
          }
          return parts.join("");
        }
      `,
      setting,
    );
  });

  test.each([
    [
      "bytes that are put together first",
      "chunks.push(chunk);",
      "Buffer.concat(chunks).toString()",
    ],
    ["bytes with their number", "chunks.push(Buffer.from(chunk));", "Buffer.concat(chunks)"],
  ])("not: %s", (_, push, result) => {
    expectSilent(
      code`
        export async function read() {
          const chunks: Buffer[] = [];
          for await (const chunk of process.stdin) {
            ${push}
          }
          return ${result};
        }
      `,
      setting,
    );
  });
});

describe("where chunks come from", () => {
  test("for await", () => {
    expectMarkedLeaks(
      code`
        export async function read() {
          let text = "";
          for await (const chunk of process.stdin) text += chunk; // leak: split
          return text;
        }
      `,
      setting,
    );
  });

  test("a reader", () => {
    expectMarkedLeaks(
      code`
        export async function read(response: Response) {
          const reader = response.body!.getReader();
          const decoder = new TextDecoder();
          let text = "";
          while (true) {
            const { done, value } = await reader.read();
            if (done) break;
            text += decoder.decode(value); // leak: split
          }
          return text;
        }
      `,
      setting,
    );
  });

  test("a reader whose result stays whole", () => {
    expectMarkedLeaks(
      code`
        export async function read(response: Response) {
          const reader = response.body!.getReader();
          let text = "";
          for (let result = await reader.read(); !result.done; result = await reader.read()) {
            text += new TextDecoder().decode(result.value); // leak: split
          }
          return text;
        }
      `,
      setting,
    );
  });

  test("a listener that has a name", () => {
    expectMarkedLeaks(
      code`
        export function collect() {
          let text = "";
          const onData = (chunk: Buffer) => {
            text += chunk.toString(); // leak: split
          };
          process.stdin.on("data", onData);
          return () => text;
        }
      `,
      setting,
    );
  });

  test("a stream whose chunks are annotated", () => {
    expectMarkedLeaks(
      code`
        import type { EventEmitter } from "node:events";
        export function collect(stream: EventEmitter) {
          let text = "";
          stream.on("data", (chunk: Buffer) => {
            text += chunk; // leak: split
          });
          return () => text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["an unknown stream", "source: NodeJS.ReadableStream", "source", "chunk"],
    ["texts", "source: NodeJS.ReadableStream", "source", "chunk: string"],
    ["what may be either", "source: NodeJS.ReadableStream", "source", "chunk: Buffer | string"],
  ])("not: %s", (_, parameter, stream, chunk) => {
    expectSilent(
      code`
        export function collect(${parameter}) {
          let text = "";
          ${stream}.on("data", (${chunk}) => {
            text += chunk;
          });
          return () => text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["an event that comes once", 'process.stdin.once("data", (chunk) => { text += chunk; });'],
    ["another event", 'process.stdin.on("message", (chunk) => { text += chunk; });'],
    [
      "messages",
      "for await (const message of all) text += new TextDecoder().decode(message.data);",
    ],
    [
      "an encoding",
      'process.stdin.setEncoding("utf8"); process.stdin.on("data", (chunk) => { text += chunk; });',
    ],
    [
      "an encoding of several",
      'for (const each of [process.stdin]) each.setEncoding("utf8"); process.stdin.on("data", (chunk) => { text += chunk; });',
    ],
    [
      "an encoding on the way",
      'process.stdin.setEncoding("utf8").on("data", (chunk) => { text += chunk; });',
    ],
    ["a child of exec", 'exec("ls").stdout?.on("data", (chunk) => { text += chunk; });'],
    ["a file of text", 'createReadStream("x", "utf8").on("data", (chunk) => { text += chunk; });'],
    [
      "a file with an encoding",
      'createReadStream("x", { encoding: "utf8" }).on("data", (chunk) => { text += chunk; });',
    ],
    [
      "a file with options",
      'createReadStream("x", options).on("data", (chunk) => { text += chunk; });',
    ],
    [
      "a check of the type",
      'process.stdin.on("data", (chunk) => { text += typeof chunk === "string" ? chunk : ""; });',
    ],
    ["a list of messages", 'for (const chunk of [Buffer.from("x")]) text += chunk.toString();'],
  ])("not: %s", (_, body) => {
    expectSilent(
      code`
        import { exec } from "node:child_process";
        import { createReadStream } from "node:fs";
        export async function collect(all: AsyncIterable<{ data: Uint8Array }>, options: { encoding?: BufferEncoding }) {
          let text = "";
          ${body}
          return [text, exec, createReadStream, all, options];
        }
      `,
      setting,
    );
  });

  test("says what happens", () => {
    const [finding] = findingsIn(
      listener("process.stdin", "text += chunk.toString();"),
      "typed",
      setting,
    );
    expect(finding?.message).toBe(
      "`chunk.toString()` makes text of each chunk by itself: a character that two chunks share becomes U+FFFD (�) in `text`.",
    );
  });
});

/** A child's output, and what becomes of its text. */
const output = (use: string, command = "config.file") => `${imports}
export function run(done: (result: unknown) => void, fail: (reason: unknown) => void) {
  const child = spawn(${command});
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  child.on("close", () => {
    ${use}
  });
}
`;

describe("what becomes of the text", () => {
  test.each([
    ["given to a callback", "done(text);"],
    ["trimmed and given", "done(text.trim());"],
    ["parsed", "const all = JSON.parse(text); done(all.length);"],
    ["a property of what is given", "done({ code: 0, stdout: text });"],
    ["its lines", 'done(text.split("\\n").filter(Boolean));'],
    ["in a longer text", "done(`Output: ${text}`);"],
    ["by another name", "const all = text.trim(); done(all);"],
    ["gone through", 'for (const line of text.split("\\n")) done(line);'],
    ["shown", "process.stdout.write(text);"],
    ["unless it is empty", "done(text || undefined);"],
  ])("%s", (_, use) => {
    expect(found(output(use))).toEqual(["split"]);
    expect(found(output(use), "typed")).toEqual(["split"]);
  });

  test.each([
    ["searched for a word", 'done(text.includes("ready"));'],
    ["matched", "done(/port (\\d+)/.exec(text)?.[1]);"],
    ["asked whether it is empty", 'done(text.trim() === "");'],
    ["asked how long it is", "done(text.length);"],
    ["a number", "done(Number(text));"],
    ["told in an error", "fail(new Error(`Failed: ${text}`));"],
    ["told in a rejection", "fail(text);"],
    ["told in a log", "logger.warn(text);"],
    ["told on the console", "console.log(text);"],
    ["a detail of an error", "fail({ stderr: text });"],
    ["something that is taken out of it", "done(findVersion(text));"],
    ["under a condition only", 'if (text !== "") done(true);'],
    ["dropped", ""],
    ["the end of it", "text = text.slice(-100); done(text);"],
  ])("not: %s", (_, use) => {
    expectSilent(output(use) + "declare function findVersion(text: string): string;\n", setting);
  });

  test("what an object holds that a function of the file gives, and nobody reads", () => {
    const helper = (read: string) => code`
      import { spawn } from "node:child_process";
      function run(file: string): Promise<{ stdout: string }> {
        return new Promise((resolve) => {
          const child = spawn(file);
          let stdout = "";
          child.stdout.on("data", (chunk) => { stdout += chunk; });
          child.on("close", () => resolve({ stdout }));
        });
      }
      export async function build() {
        const result = await run(config.file);
        ${read}
      }
    `;
    expect(found(helper("return result.stdout;"))).toEqual(["split"]);
    expectSilent(helper("logger.info(result.stdout);"), setting);
    expectSilent(helper("return result !== undefined;"), setting);
  });
});

describe("a text that fills one line", () => {
  test.each([
    [
      "a folder",
      "const folder = text.trim(); done(folder);",
      "const page = text.trim(); done(page);",
    ],
    ["a property", "done({ path: text.trim() });", "done({ content: text.trim() });"],
    [
      "a variable",
      "const token = text.trim(); done(token);",
      "const all = text.trim(); done(all);",
    ],
    [
      "of which a part is taken",
      "done(JSON.parse(text).bins[0]);",
      "done(JSON.parse(text).documents);",
    ],
    [
      "of which the message is read",
      "if (JSON.parse(text).error.message === config.url) fail(text);",
      "if (JSON.parse(text).items.length === 3) fail(text);",
    ],
    [
      "of which a word is compared",
      'const answer = JSON.parse(text); if (answer.status === "OK") done(answer.version);',
      'const answer = JSON.parse(text); if (answer.status === "OK") done(answer.documents);',
    ],
    ["that is named", "done(JSON.parse(text).token);", "done(JSON.parse(text));"],
  ])("%s", (_, short, long) => {
    expectSilent(output(short), setting);
    expect(found(output(long))).toEqual(["split"]);
  });

  const giving = (name: string, use: string, given = "text.trim()") => `${imports}
class Tools {
  ${name}(file: string) {
    return new Promise<any>((resolve) => {
      const child = spawn(file);
      let text = "";
      child.stdout.on("data", (chunk) => { text += chunk; });
      child.on("close", () => resolve(${given}));
    });
  }
  async use() {
    const result = await this.${name}(config.file);
    ${use}
  }
}
export const tools = new Tools();
`;

  test("which a function gives that is called after it", () => {
    expectSilent(giving("readSecret", "return result;"), setting);
    expect(found(giving("readDocument", "return result;"))).toEqual(["split"]);
  });

  test("what a method gives, and its object only searches", () => {
    expectSilent(giving("run", 'return result.includes("yes");', "text"), setting);
    expectSilent(
      giving("run", "if (result === config.url) throw new Error(result);", "text"),
      setting,
    );
    expect(found(giving("run", "return result;", "text"))).toEqual(["split"]);
  });

  test("what a method puts beside what its object reads", () => {
    const given = "{ code: child.exitCode, body: text }";
    expectSilent(giving("ask", "return result.code;", given), setting);
    expect(found(giving("ask", "return result.body;", given))).toEqual(["split"]);
  });

  test("of a command that an override passes on", () => {
    const run = (argument: string) => `${imports}
class Keychain {
  run(command: string, args: string[]) {
    return new Promise((resolve) => {
      const child = spawn(command, args);
      let text = "";
      child.stdout.on("data", (chunk) => { text += chunk; });
      child.on("close", () => resolve(text));
    });
  }
}
export class Secrets extends Keychain {
  override async run(command: string, args: string[]) {
    return await super.run(command, args);
  }
  read() {
    return this.run(${argument}, ["lookup", config.url]);
  }
}
`;
    expectSilent(run('"secret-tool"'), setting);
  });
});

describe("where little comes, and plain text", () => {
  test.each([
    ["a command that is written out", '"ls"'],
    ["with arguments", '"git", ["rev-parse", "HEAD"]'],
    ["with arguments that are put in", '"git", ["rev-parse", config.url]'],
    ["in a constant", "LIST_COMMAND"],
    ["with all arguments written out", 'config.file, ["--version"]'],
    ["Docker", 'dockerPath, ["inspect", config.url]'],
  ])("%s", (_, command) => {
    const constants = 'const LIST_COMMAND = "ls"; const dockerPath = config.file;';
    expectSilent(`${constants}${output("done(text);", command)}`, setting);
  });

  test("a helper of the file that runs what is written out", () => {
    const helper = (call: string) => code`
      import { spawn } from "node:child_process";
      function run(command: string[], done: (text: string) => void) {
        const child = spawn(command[0]!, command.slice(1));
        let text = "";
        child.stdout.on("data", (chunk) => { text += chunk; });
        child.on("close", () => done(text));
      }
      export function start(args: string[]) { ${call} }
    `;
    expectSilent(helper('run(["container", "inspect"], logger.info);'), setting);
    expect(found(helper("run(args, logger.info);"))).toEqual(["split"]);
  });

  test.each([
    ["the errors of a command", "spawn(config.file).stderr"],
    ["a socket", "net.connect(80)"],
    ["what is called as errors", "errors"],
  ])("%s", (_, stream) => {
    expectSilent(`const errors = process.stdin; void errors;${listener(stream)}`, setting);
  });

  test.each([
    ["an address that is written out", 'http.get("http://example.com", (stream) => {', "});"],
    ["an address in a constant", "https.get(MANIFEST_URL, (stream) => {", "});"],
    ["a server of one's own", "http.get(`http://localhost:${config.port}/x`, (stream) => {", "});"],
    ["what is sent to a server", "http.createServer((stream, _response) => {", "});"],
    ["what comes over a socket", "net.createServer((stream) => {", "});"],
  ])("%s", (_, open, close) => {
    expectSilent(
      `${imports}
const MANIFEST_URL = "https://example.com/x.json";
void MANIFEST_URL;
${open}
  let text = "";
  stream.on("data", (chunk) => { text += chunk; });
  stream.on("end", () => publish(text));
${close}
`,
      setting,
    );
  });

  test("streams of which nobody knows what they bring", () => {
    expectSilent(
      code`
        export async function contentOf(entry: AsyncIterable<Buffer>) {
          let content = "";
          for await (const chunk of entry) content += chunk.toString("utf8");
          return content;
        }
      `,
      setting,
    );
  });

  test("what a test puts together", () => {
    expectSilent(
      `import { test } from "node:test";\nvoid test;\n${output("done(text);")}`,
      setting,
    );
  });
});
