import { describe, expect, test } from "vitest";

import { code } from "./code.js";
import { expectMarkedLeaks, expectSilent, findingsIn, type Setting } from "./check-code.js";

const setting: Setting = { rule: "no-quadratic-accumulation" };

/** A loop over many texts that appends to `text`, and does something else. */
const loop = (body: string, before = "") => code`
  export function collect(pieces: string[]) {
    let text = "";
    ${before}
    for (const piece of pieces) {
      text += piece;
      ${body}
    }
    return text;
  }
`;

describe("a text that is read in the loop that appends to it", () => {
  test.each([
    ["charCodeAt", "if (text.charCodeAt(text.length - 1) === 10) logger.info(piece);"],
    ["codePointAt", "if (text.codePointAt(0) === 10) logger.info(piece);"],
    ["charAt", 'if (text.charAt(0) === "x") logger.info(piece);'],
    ["an index", 'if (text[text.length - 1] === "x") logger.info(piece);'],
    ["an index in a value", "const last = text[text.length - 1]; logger.info(String(last));"],
    ["at", 'if (text.at(-1) === "x") logger.info(piece);'],
    ["indexOf", 'if (text.indexOf("x") > 3) logger.info(piece);'],
    ["lastIndexOf", 'if (text.lastIndexOf("x") > 3) logger.info(piece);'],
    ["includes", 'if (text.includes("x")) logger.info(piece);'],
    ["startsWith", 'if (text.startsWith("x")) logger.info(piece);'],
    ["endsWith", 'if (text.endsWith("x")) logger.info(piece);'],
    ["slice", "logger.info(text.slice(-3));"],
    ["substring", "logger.info(text.substring(3));"],
    ["trim", 'if (text.trim() !== "") logger.info(piece);'],
    ["trimming the text itself", "text = text.trimEnd();"],
    ["split", 'logger.info(String(text.split("\\n").length));'],
    ["replace", 'logger.info(text.replace("x", "y"));'],
    ["match", "if (text.match(/x$/)) logger.info(piece);"],
    ["search", "if (text.search(/x/) > 3) logger.info(piece);"],
    ["test", "if (/x$/.test(text)) logger.info(piece);"],
    ["exec", "if (/x$/.exec(text)) logger.info(piece);"],
    ["toUpperCase", "logger.info(text.toUpperCase());"],
    ["JSON.parse", "try { JSON.parse(text); } catch { continue; }"],
    ["Buffer.byteLength", "if (Buffer.byteLength(text) > 3) logger.info(piece);"],
    ["for-of", "for (const character of text) logger.info(character);"],
    ["the right side of a condition", 'if (piece && !text.endsWith("x")) text += "x";'],
    [
      "the test of a loop",
      'for (let at = 0; (at = text.indexOf("x", at)) !== -1; at++) logger.info(piece);',
    ],
  ])("%s", (_, body) => {
    const text = loop(body);
    const findings = findingsIn(text, "untyped", setting);
    // The right side of `&&` is not come to in each round, but whenever the one after it appends.
    expect(
      findings.map(({ messageId }) => messageId),
      text,
    ).toEqual(["read"]);
    expect(findingsIn(text, "typed", setting)).toHaveLength(1);
  });

  test.each([
    ["+", "text = text + piece;"],
    ["a longer sum", 'text = text + piece + "\\n";'],
    ["a template", "text = `${text}${piece}`;"],
    ["concat", "text = text.concat(piece);"],
    ["prepending", "text = piece + text;"],
  ])("appended by %s", (_, append) => {
    expectMarkedLeaks(
      code`
        export function collect(pieces: string[]) {
          let text = "";
          for (const piece of pieces) {
            ${append}
            if (text.endsWith("x")) logger.info(piece); // leak: read
          }
          return text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["while", "while (queue.length > 0)", "const piece = queue.pop() ?? '';"],
    ["do", "do", "const piece = queue.pop() ?? '';"],
    [
      "for",
      "for (let index = 0; index < queue.length; index++)",
      "const piece = queue[index] ?? '';",
    ],
    ["for await", "for await (const piece of stream)", ""],
  ])("in %s", (name, head, first) => {
    expectMarkedLeaks(
      code`
        export async function collect(queue: string[], stream: AsyncIterable<string>) {
          let text = "";
          ${head} {
            ${first}
            text += piece;
            if (text.endsWith("x")) logger.info(piece); // leak: read
          }${name === "do" ? " while (queue.length > 0);" : ""}
          return [text, stream];
        }
      `,
      setting,
    );
  });

  test("in a listener", () => {
    expectMarkedLeaks(
      code`
        import { EventEmitter } from "node:events";
        export function collect(source: EventEmitter) {
          let text = "";
          source.on("data", (piece: string) => {
            text += piece;
            if (text.includes("ready")) source.emit("ready"); // leak: read
          });
        }
      `,
      setting,
    );
  });

  test("in a callback", () => {
    expectMarkedLeaks(
      code`
        export function collect(pieces: string[]) {
          let text = "";
          pieces.forEach((piece) => {
            if (!text.endsWith(" ")) text += " "; // leak: read
            text += piece;
          });
          return text;
        }
      `,
      setting,
    );
  });

  test("a field", () => {
    expectMarkedLeaks(
      code`
        export class Writer {
          text = "";
          write(pieces: string[]) {
            for (const piece of pieces) {
              this.text += piece;
              if (!this.text.endsWith("x")) this.text += "x"; // leak: read
            }
          }
        }
      `,
      setting,
    );
  });

  test("a property of an object", () => {
    expectMarkedLeaks(
      code`
        export function collect(pieces: string[], out: { text: string }) {
          for (const piece of pieces) {
            out.text += piece + "\n";
            if (out.text.endsWith("x")) logger.info(piece); // leak: read
          }
        }
      `,
      setting,
    );
  });

  test("at a module's top level", () => {
    expectMarkedLeaks(
      code`
        let text = "";
        for (const piece of parse("").lines ?? "") {
          text += piece;
          if (text.endsWith("x")) logger.info(piece); // leak: read
        }
        export { text };
      `,
      setting,
    );
  });

  test("through a visitor that captures it", () => {
    expectMarkedLeaks(
      code`
        interface Element { readonly block: boolean; readonly data: string; readonly children: Element[] }
        export function plainText(root: Element[]) {
          let text = "";
          const process = (elements: Element[]) => {
            for (let i = 0; i < elements.length; i++) {
              const element = elements[i];
              if (!element) continue;
              if (element.data) text += element.data;
              else {
                if (element.block && !/(^|\n)$/.test(text)) text += "\n"; // leak: read
                process(element.children);
              }
            }
          };
          process(root);
          return text.trim();
        }
      `,
      setting,
    );
  });

  test("the path tells where it grows and where it is read", () => {
    const [finding] = findingsIn(
      loop('if (text.endsWith("x")) logger.info(piece);'),
      "typed",
      setting,
    );
    expect(finding?.message).toBe(
      "`text` is appended to and read by `endsWith` in each round, which copies all of it each time: twice the rounds take four times as long.",
    );
    expect(finding?.path.map(({ message }) => message)).toEqual([
      "`text` grows here",
      "`endsWith` looks at all of it",
    ]);
  });
});

describe("a text that is fine", () => {
  test.each([
    ["its length is free", "if (text.length > 0) logger.info(piece);"],
    ["comparing is free", 'if (text === "x") logger.info(piece);'],
    ["handed on", "logger.info(text);"],
    ["read on the way out", 'if (piece === "end") return text.trim();'],
    ["read before a break", 'if (piece === "end") { logger.info(text.trim()); break; }'],
    ["read before a throw", 'if (piece === "end") throw new Error(text.slice(0, 9));'],
    ["read seldom", "if (piece.length > 99) logger.info(text.slice(-3));"],
    ["read after the loop", ""],
    ["emptied", 'if (text.endsWith("\\n")) { logger.info(text); text = ""; }'],
    ["used up", 'const lines = text.split("\\n"); text = lines.pop() ?? "";'],
    ["cut", 'const end = text.indexOf("\\n"); text = text.slice(end + 1);'],
    ["limited", 'if (text.length > 1000) break; if (text.endsWith("x")) logger.info(piece);'],
    ["replaced as a whole", 'text = text.replace("x", "y");'],
  ])("%s", (_, body) => {
    expectSilent(loop(body), setting);
  });

  test.each([
    [
      "declared in the loop",
      "for (const line of lines) { let text = line; text += line; logger.info(text.trim()); }",
    ],
    [
      "four rounds",
      'let text = ""; for (let i = 0; i < 4; i++) { text += i + "x"; logger.info(text.trim()); }',
    ],
    [
      "a literal",
      'let text = ""; for (const each of ["a", "b"]) { text += each; logger.info(text.trim()); }',
    ],
    [
      "a constant literal",
      'const units = ["a", "b"]; let text = ""; for (const each of units) { text += each; logger.info(text.trim()); }',
    ],
    [
      "the parts of a path",
      'let text = ""; for (const each of config.file.split("/")) { text += "/" + each; logger.info(text.trim()); }',
    ],
    [
      "attributes",
      'let text = ""; for (const attribute of lines) { text += attribute; logger.info(text.trim()); }',
    ],
    [
      "a number",
      "let sum = 0; for (const line of lines) { sum += line.length; logger.info(sum.toString().trim()); }",
    ],
    [
      "the digits of a number",
      'let text = "", n = lines.length; while (n > 0) { text += n % 10 + ""; logger.info(text.trim()); n = Math.floor(n / 10); }',
    ],
    [
      "reset by a function that is called",
      'let text = ""; const flush = () => { logger.info(text); text = ""; }; for (const line of lines) { text += line; if (text.includes("x")) flush(); }',
    ],
    [
      "another branch",
      'let text = ""; for (const line of lines) { if (line) text += line; else logger.info(text.trim()); }',
    ],
    [
      "another case",
      'let text = ""; for (const line of lines) { switch (line) { case "end": logger.info(text.trim()); break; default: text += line; } }',
    ],
    [
      "a handler of failures",
      'let text = ""; for (const line of lines) { try { parse(line); } catch { text += "x"; logger.info(text.trim()); } }',
    ],
    [
      "outside of any loop",
      'let text = ""; text += lines[0]; logger.info(text.trim()); text += "x"; logger.info(text.trim());',
    ],
    [
      "the loop's own text",
      'for (const line of lines) { let text = ""; text += line; logger.info(text.trim()); }',
    ],
    [
      "compared in a loop's test",
      'let text = ""; while (text.length < 80) { text += " "; logger.info(text.trim()); }',
    ],
  ])("%s", (_, body) => {
    expectSilent(
      code`
      export function collect(lines: string[]) {
        ${body}
      }
    `,
      setting,
    );
  });
});

describe("a list that is put together in each round", () => {
  const listed = (body: string) => code`
    export function collect(lines: string[]) {
      const parts: string[] = [];
      for (const line of lines) {
        parts.push(line);
        ${body}
      }
      return parts.join("");
    }
  `;

  test("join", () => {
    expectMarkedLeaks(listed('logger.info(parts.join("")); // leak: joined'), setting);
  });

  test("Buffer.concat", () => {
    expectMarkedLeaks(
      code`
        export async function read(stream: AsyncIterable<Buffer>) {
          const chunks: Buffer[] = [];
          for await (const chunk of stream) {
            chunks.push(chunk);
            const all = Buffer.concat(chunks); // leak: joined
            if (all.includes("x")) return all;
          }
          return undefined;
        }
      `,
      setting,
    );
  });

  test.each([
    ["once", ""],
    ["a stack", 'logger.info(parts.join("/")); parts.pop();'],
    ["emptied", 'logger.info(parts.join("")); parts.length = 0;'],
    ["on the way out", 'if (line === "end") return parts.join("");'],
    ["given away", 'flush(parts); logger.info(parts.join(""));'],
    ["taken from", 'logger.info(parts.splice(0).join(""));'],
  ])("not: %s", (_, body) => {
    expectSilent(listed(body) + "declare function flush(parts: string[]): void;\n", setting);
  });
});

describe("what is copied to be added to", () => {
  test.each([
    ["spread", "let all: string[] = [];", "all = [...all, line];"],
    ["spread at the front", "let all: string[] = [];", "all = [line, ...all];"],
    ["concat of one", "let all: string[] = [];", "all = all.concat([line]);"],
    ["an object", "let all: Record<string, number> = {};", "all = { ...all, [line]: 1 };"],
    [
      "Object.assign",
      "let all: Record<string, number> = {};",
      "all = Object.assign({}, all, { [line]: 1 });",
    ],
    [
      "Buffer.concat",
      "let all: Uint8Array = Buffer.alloc(0);",
      "all = Buffer.concat([all, Buffer.from(line)]);",
    ],
    ["a condition", "let all: string[] = [];", "all = line ? [...all, line] : all;"],
  ])("%s", (_, declaration, growth) => {
    expectMarkedLeaks(
      code`
        export function collect(lines: string[]) {
          ${declaration}
          for (const line of lines) {
            ${growth} // leak: copied
          }
          return all;
        }
      `,
      setting,
    );
  });

  test.each([
    ["a list", "lines.reduce((all, line) => [...all, line], [] as string[])"],
    ["an object", "lines.reduce((all, line) => ({ ...all, [line]: 1 }), {})"],
    ["a condition", "lines.reduce((all, line) => (line ? [...all, line] : all), [] as string[])"],
    ["concat", "lines.reduce((all, line) => all.concat([line]), [] as string[])"],
    ["a block", "lines.reduce((all, line) => { return [...all, line]; }, [] as string[])"],
  ])("by reduce: %s", (_, reduction) => {
    expectMarkedLeaks(
      code`
        export function collect(lines: string[]) {
          return ${reduction}; // leak: copied
        }
      `,
      setting,
    );
  });

  test.each([
    [
      "what is used up",
      "let all: string[] = []; for (const line of lines) { all = [...all, line]; if (all.length > 3) all = []; }",
    ],
    ["settings that are merged", "let all = {}; for (const line of lines) all = { ...all, line };"],
    [
      "groups",
      "let all: string[] = []; for (const line of lines) all = [...all, ...line.split(',')];",
    ],
    [
      "groups by concat",
      "let all: string[] = []; for (const line of lines) all = all.concat(line.split(','));",
    ],
    ["a text's concat", 'let all = ""; for (const line of lines) all = all.concat(line);'],
    [
      "few",
      "let headers: string[] = []; for (const line of lines) headers = [...headers, line]; lines = headers;",
    ],
    [
      "a literal that is reduced",
      "return ['a', 'b'].reduce((all, line) => [...all, line], [] as string[]);",
    ],
    ["keys of few", "return lines.reduce((all, header) => ({ ...all, [header]: 1 }), {});"],
    [
      "a copy for whoever has the old one",
      "let all: string[] = []; for (const line of lines) { if (line) all.push(line); else all = [...all, line]; }",
    ],
    ["once", "let all = lines; all = [...all, 'x']; return all;"],
    ["a sum", "return lines.reduce((sum, line) => sum + line.length, 0);"],
  ])("not: %s", (_, body) => {
    expectSilent(
      code`
      export function collect(lines: string[]): unknown {
        ${body}
        return lines;
      }
    `,
      setting,
    );
  });

  test("not where each round waits", () => {
    expectSilent(
      code`
      export async function all(pages: AsyncIterable<string>) {
        let all: string[] = [];
        for (let page = 1; page !== 0; ) {
          const found: string = await Promise.resolve(String(page));
          all = [...all, found];
          page = found.length;
        }
        return [all, pages];
      }
    `,
      setting,
    );
  });

  test("a protocol's buffer that is taken from", () => {
    expectSilent(
      code`
      export async function frames(stream: AsyncIterable<Buffer>) {
        let rest: Buffer = Buffer.alloc(0);
        for await (const chunk of stream) {
          rest = Buffer.concat([rest, chunk]);
          while (rest.length > 4) rest = rest.subarray(4);
        }
        return rest;
      }
    `,
      setting,
    );
  });
});
