import { describe, expect, test } from "vitest";

import { code } from "./code.js";
import { expectMarkedLeaks, expectSilent, findingsIn, type Setting } from "./check-code.js";

const setting: Setting = { rule: "no-string-accumulation" };

describe("a text that grows in a loop", () => {
  test.each([
    ["+=", 'let text = "";', "text += record;"],
    ["+", 'let text = "";', "text = text + record;"],
    ["a longer sum", 'let text = "";', 'text = text + record + "\\n";'],
    ["a template", 'let text = "";', "text = `${text}${record}`;"],
    ["concat", 'let text = "";', "text = text.concat(record);"],
    ["prepending", 'let text = "";', "text = record + text;"],
    ["a template to begin with", "let text = `x`;", "text += record;"],
    ["an annotation", "let text: string = parse('').x ?? '';", "text += record;"],
    ["a piece that is a text", "let text = parse('').x;", "text += `${record}\\n`;"],
    ["a result that is a text", "let text = records.join();", "text += record;"],
    ["under a condition", 'let text = "";', "if (record) text += record;"],
    ["in an inner block", 'let text = "";', "{ text += record; }"],
    ["in an inner loop", 'let text = "";', "for (let i = 0; i < 3; i++) text += record;"],
  ])("%s", (_, declaration, append) => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          ${declaration}
          for (const record of records) {
            ${append} // leak: appended
          }
          return text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["for await", "for await (const piece of stream) text += piece; // leak: appended"],
    ["while", "while (records.length > 0) text += records.pop(); // leak: appended"],
    ["do", "do text += records.pop(); // leak: appended\n while (records.length > 0);"],
    ["an index", "for (let i = 0; i < records.length; i++) text += records[i]; // leak: appended"],
    ["characters", "for (const character of content) text += character; // leak: appended"],
    ["forEach", "records.forEach((record) => { text += record; }); // leak: appended"],
    ["forEach, in short", "records.forEach((record) => (text += record)); // leak: appended"],
    ["map", "records.map((record) => { text += record; return record; }); // leak: appended"],
    ["a listener", 'process.stdin.on("data", (piece) => { text += piece; }); // leak: appended'],
    [
      "lines of a reader",
      'process.stdin.on("line", (record: string) => { text += record; }); // leak: appended',
    ],
    ["lines", 'for (const record of content.split("\\n")) text += record; // leak: appended'],
    [
      "two loops",
      "for (const a of records) for (const b of a.split('\\n')) text += b; // leak: appended",
    ],
  ])("%s", (_, body) => {
    expectMarkedLeaks(
      code`
        export async function collect(records: string[], content: string, stream: AsyncIterable<string>) {
          let text = "";
          ${body}
          return [text, content, stream];
        }
      `,
      setting,
    );
  });

  test.each([
    ["a sum", 'records.reduce((text, record) => text + record, "")'],
    ["a template", 'records.reduce((text, record) => `${text}, ${record}`, "")'],
    ["a condition", 'records.reduce((text, record) => (record ? text + record : text), "")'],
    ["from the right", 'records.reduceRight((text, record) => text + record, "")'],
  ])("reduce: %s", (_, reduction) => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          return ${reduction}; // leak: appended
        }
      `,
      setting,
    );
  });

  test("a field", () => {
    expectMarkedLeaks(
      code`
        export class Writer {
          #text = "";
          write(records: string[]) {
            for (const record of records) this.#text += record; // leak: appended
            return this.#text;
          }
        }
      `,
      setting,
    );
  });

  test("a property", () => {
    expectMarkedLeaks(
      code`
        export function write(out: { text: string }, records: string[]) {
          for (const record of records) out.text += record + "\n"; // leak: appended
        }
      `,
      setting,
    );
  });

  test("is told once", () => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          let text = "";
          for (const record of records) {
            text += record; // leak: appended
            text += "\n";
          }
          for (const record of records) text += record;
          return text;
        }
      `,
      setting,
    );
  });

  test("a text whose type only types know", () => {
    const text = code`
      declare function begin(): string;
      export function collect(records: string[]) {
        let text = begin();
        for (const record of records) text += record;
        return text;
      }
    `;
    expect(findingsIn(text, "typed", setting)).toHaveLength(1);
    expect(findingsIn(text, "untyped", setting)).toEqual([]);
  });

  test("says what it costs", () => {
    const [finding] = findingsIn(
      'let text = "";\nfor (const record of parse("").x ?? "") text += record;\nexport { text };\n',
      "typed",
      setting,
    );
    expect(finding?.message).toMatch(
      /^`text` grows by `\+=` in a loop: until something reads it, /,
    );
  });
});

describe("what is left alone", () => {
  test.each([
    ["a number", "let sum = 0; for (const record of records) sum += record.length; return sum;"],
    [
      "a number with no beginning",
      "let sum; for (const record of records) sum = (sum ?? 0) + record.length; return sum;",
    ],
    ["few rounds", 'let text = ""; for (let i = 0; i < 8; i++) text += records[i]; return text;'],
    [
      "a constant number of rounds",
      'const count = 8; let text = ""; for (let i = 0; i < count; i++) text += records[i]; return text;',
    ],
    [
      "counting down from few",
      'let text = ""; for (let i = 3; i > 0; i--) text += records[i]; return text;',
    ],
    ["a literal", 'let text = ""; for (const each of ["a", "b"]) text += each; return text;'],
    [
      "a literal in a constant",
      'const units = ["a", "b"]; let text = ""; for (const each of units) text += each; return text;',
    ],
    [
      "a literal that is filtered",
      'let text = ""; for (const each of ["a", "b"].filter(Boolean)) text += each; return text;',
    ],
    [
      "the keys of an object",
      'let text = ""; for (const key of Object.keys(config)) text += key; return text;',
    ],
    [
      "the properties of an object",
      'let text = ""; for (const key in config) text += key; return text;',
    ],
    [
      "arguments",
      'let text = ""; const args = records; for (const each of args) text += each; return text;',
    ],
    ["headers", 'let text = ""; for (const header of records) text += header; return text;'],
    [
      "words of a path",
      'let text = ""; for (const each of config.file.split("/")) text += each; return text;',
    ],
    [
      "the characters of a name",
      'let text = ""; const name = config.file; for (const each of name) text += each; return text;',
    ],
    [
      "indentation",
      'let text = ""; let depth = records.length; while (depth--) text += "  "; return text;',
    ],
    ["padding", 'let text = ""; while (text.length < 8) text += " "; return text;'],
    [
      "digits",
      'let text = ""; let n = records.length; while (n > 0) { text = String(n % 2) + text; n = n >> 1; } return text;',
    ],
    [
      "parents",
      'let text = ""; interface Node { parent?: Node; id: string } let node: Node | undefined = { id: "" }; while (node) { text = node.id + text; node = node.parent; } return text;',
    ],
    [
      "emptied",
      'let text = ""; for (const record of records) { text += record; if (record) { logger.info(text); text = ""; } } return text;',
    ],
    [
      "shown in each round",
      'let text = ""; for (const record of records) { text += record; logger.info(text); } return text;',
    ],
    [
      "read in each round",
      'let text = ""; for (const record of records) { text += record; if (text.endsWith("x")) break; } return text;',
    ],
    [
      "declared in the loop",
      'for (const record of records) { let text = record; text += "x"; logger.info(text); } return "";',
    ],
    ["outside of loops", 'let text = ""; text += records[0]; text += records[1]; return text;'],
    [
      "on the way out",
      'let text = ""; for (const record of records) { if (record) { text += record; break; } } return text;',
    ],
    [
      "a message",
      'let message = ""; for (const record of records) message += record; return message;',
    ],
    [
      "limited",
      'let text = ""; for (const record of records) { if (text.length > 99) break; text += record; } return text;',
    ],
    [
      "a function that nobody knows",
      'let text = ""; for (const record of records) setTimeout(() => { text += record; }); return text;',
    ],
    [
      "in a listener of what comes once",
      'let text = ""; process.once("exit", () => { text += records[0]; }); return text;',
    ],
    [
      "a list",
      "const all: string[] = []; for (const record of records) all.push(record); return all.join('');",
    ],
    ["a sum by reduce", "return records.reduce((sum, record) => sum + record.length, 0);"],
    ["a literal that is reduced", 'return ["a", "b"].reduce((text, each) => text + each, "");'],
  ])("%s", (_, body) => {
    expectSilent(
      code`
        export function collect(records: string[]) {
          ${body}
        }
      `,
      setting,
    );
  });
});

describe("loops of which it does not show that they can be long", () => {
  test.each([
    ["things of any kind", "for (const item of items) text += item; return text;"],
    ["lines", 'for (const line of content.split("\\n")) text += line; return text;'],
    ["rows of a table", "for (const row of items) text += row; return text;"],
    ["parts of a message", "return items.reduce((all, part) => all + part, '');"],
    [
      "a value's characters",
      "for (const character of items[0] ?? '') text += character; return text;",
    ],
    [
      "bytes of a digest",
      "const bytes = createHash('sha1').digest(); for (const byte of bytes) text += String.fromCharCode(byte); return text;",
    ],
    [
      "random bytes",
      "const bytes = randomBytes(8); for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] ?? 0); return text;",
    ],
    [
      "large pieces",
      "for (let i = 0; i < content.length; i += 32768) text += String.fromCharCode(content.charCodeAt(i)); return text;",
    ],
    [
      "what is told in an error",
      "for (const record of items) text += record; throw new Error(text);",
    ],
    ["what is logged", "for (const record of items) text += record; logger.info(text); return '';"],
    ["what is dropped", "for (const record of items) text += record; return '';"],
  ])("%s", (_, body) => {
    expectSilent(
      code`
        import { createHash, randomBytes } from "node:crypto";
        export function collect(items: string[], content: string): string {
          let text = "";
          ${body}
        }
        void [createHash, randomBytes];
      `,
      setting,
    );
  });

  test.each([
    ["a command that is written out", 'spawn("ls").stdout'],
    ["the errors of a command", "spawn(config.file).stderr"],
    ["what a request holds", "request"],
  ])("pieces of %s", (_, stream) => {
    expectSilent(
      code`
        import { spawn } from "node:child_process";
        export function collect(request: NodeJS.ReadableStream, done: (text: string) => void) {
          let text = "";
          ${stream}.on("data", (chunk) => { text += chunk; });
          process.on("exit", () => done(text));
          void [spawn, request];
        }
      `,
      setting,
    );
  });

  test("a stream that something limits", () => {
    const reading = (source: string) => code`
      declare function limitBytes(limit: number): TransformStream<string, string>;
      export async function read(body: ReadableStream<string>, limit: number) {
        const source = ${source};
        let text = "";
        for await (const piece of source) text += piece;
        return [text, limitBytes(limit)];
      }
    `;
    expect(findingsIn(reading("body"), "untyped", setting)).toHaveLength(1);
    expectSilent(reading("body.pipeThrough(limitBytes(limit))"), setting);
  });

  test.each([
    ["a limit", "maxOutputTokens: 512"],
    ["a prompt that is written out", 'prompt: "Tell a story."'],
  ])("an answer to a question with %s", (_, option) => {
    const answer = (options: string) => code`
      declare function ask(options: object): AsyncIterable<string>;
      export async function answer(prompt: string) {
        let text = "";
        for await (const delta of ask({ ${options} })) text += delta;
        return [text, prompt];
      }
    `;
    expect(findingsIn(answer("prompt"), "untyped", setting)).toHaveLength(1);
    expectSilent(answer(option), setting);
  });

  test.each([
    ["rows of a result", "for (const row of result.rows) text += row;"],
    ["rows of an export", "for (const row of rows) csv += row;"],
    ["nodes of a document", "for (const node of root.childNodes) text += node.textContent;"],
    ["characters", "for (let i = 0; i < sql.length; i++) text += sql.charAt(i);"],
    ["bytes", "for (const byte of bytes) text += String.fromCharCode(byte);"],
    ["matches", "for (let found; (found = pattern.exec(sql)); ) text += found[0];"],
  ])("but %s are many", (_, body) => {
    const text = code`
      export function collect(result: { rows: string[] }, rows: string[], root: Node, sql: string, bytes: Uint8Array, pattern: RegExp) {
        let text = "";
        let csv = "";
        ${body}
        return [text, csv, result, rows, root, sql, bytes, pattern];
      }
    `;
    expect(findingsIn(text, "untyped", setting), text).toHaveLength(1);
  });
});
