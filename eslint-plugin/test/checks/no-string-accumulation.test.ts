import { describe, expect, test } from "vitest";

import { code } from "./code.js";
import { expectMarkedLeaks, expectSilent, findingsIn, type Setting } from "./check-code.js";

const setting: Setting = { rule: "no-string-accumulation" };

describe("a text that grows in a loop", () => {
  test.each([
    ["+=", 'let text = "";', "text += line;"],
    ["+", 'let text = "";', "text = text + line;"],
    ["a longer sum", 'let text = "";', 'text = text + line + "\\n";'],
    ["a template", 'let text = "";', "text = `${text}${line}`;"],
    ["concat", 'let text = "";', "text = text.concat(line);"],
    ["prepending", 'let text = "";', "text = line + text;"],
    ["a template to begin with", "let text = `x`;", "text += line;"],
    ["an annotation", "let text: string = parse('').x ?? '';", "text += line;"],
    ["a piece that is a text", "let text = parse('').x;", "text += `${line}\\n`;"],
    ["a result that is a text", "let text = lines.join();", "text += line;"],
    ["under a condition", 'let text = "";', "if (line) text += line;"],
    ["in an inner block", 'let text = "";', "{ text += line; }"],
    ["in an inner loop", 'let text = "";', "for (let i = 0; i < 3; i++) text += line;"],
  ])("%s", (_, declaration, append) => {
    expectMarkedLeaks(
      code`
        export function collect(lines: string[]) {
          ${declaration}
          for (const line of lines) {
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
    ["while", "while (lines.length > 0) text += lines.pop(); // leak: appended"],
    ["do", "do text += lines.pop(); // leak: appended\n while (lines.length > 0);"],
    ["an index", "for (let i = 0; i < lines.length; i++) text += lines[i]; // leak: appended"],
    ["characters", "for (const character of content) text += character; // leak: appended"],
    ["forEach", "lines.forEach((line) => { text += line; }); // leak: appended"],
    ["forEach, in short", "lines.forEach((line) => (text += line)); // leak: appended"],
    ["map", "lines.map((line) => { text += line; return line; }); // leak: appended"],
    ["a listener", 'process.stdin.on("data", (piece) => { text += piece; }); // leak: appended'],
    [
      "lines of a reader",
      'process.stdin.on("line", (line: string) => { text += line; }); // leak: appended',
    ],
    ["lines", 'for (const line of content.split("\\n")) text += line; // leak: appended'],
    [
      "two loops",
      "for (const a of lines) for (const b of a.split('\\n')) text += b; // leak: appended",
    ],
  ])("%s", (_, body) => {
    expectMarkedLeaks(
      code`
        export async function collect(lines: string[], content: string, stream: AsyncIterable<string>) {
          let text = "";
          ${body}
          return [text, content, stream];
        }
      `,
      setting,
    );
  });

  test.each([
    ["a sum", 'lines.reduce((text, line) => text + line, "")'],
    ["a template", 'lines.reduce((text, line) => `${text}, ${line}`, "")'],
    ["a condition", 'lines.reduce((text, line) => (line ? text + line : text), "")'],
    ["from the right", 'lines.reduceRight((text, line) => text + line, "")'],
  ])("reduce: %s", (_, reduction) => {
    expectMarkedLeaks(
      code`
        export function collect(lines: string[]) {
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
          write(lines: string[]) {
            for (const line of lines) this.#text += line; // leak: appended
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
        export function write(out: { text: string }, lines: string[]) {
          for (const line of lines) out.text += line + "\n"; // leak: appended
        }
      `,
      setting,
    );
  });

  test("is told once", () => {
    expectMarkedLeaks(
      code`
        export function collect(lines: string[]) {
          let text = "";
          for (const line of lines) {
            text += line; // leak: appended
            text += "\n";
          }
          for (const line of lines) text += line;
          return text;
        }
      `,
      setting,
    );
  });

  test("a text whose type only types know", () => {
    const text = code`
      declare function begin(): string;
      export function collect(lines: string[]) {
        let text = begin();
        for (const line of lines) text += line;
        return text;
      }
    `;
    expect(findingsIn(text, "typed", setting)).toHaveLength(1);
    expect(findingsIn(text, "untyped", setting)).toEqual([]);
  });

  test("says what it costs", () => {
    const [finding] = findingsIn(
      'let text = "";\nfor (const line of parse("").x ?? "") text += line;\nexport { text };\n',
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
    ["a number", "let sum = 0; for (const line of lines) sum += line.length; return sum;"],
    [
      "a number with no beginning",
      "let sum; for (const line of lines) sum = (sum ?? 0) + line.length; return sum;",
    ],
    ["few rounds", 'let text = ""; for (let i = 0; i < 8; i++) text += lines[i]; return text;'],
    [
      "a constant number of rounds",
      'const count = 8; let text = ""; for (let i = 0; i < count; i++) text += lines[i]; return text;',
    ],
    [
      "counting down from few",
      'let text = ""; for (let i = 3; i > 0; i--) text += lines[i]; return text;',
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
      'let text = ""; const args = lines; for (const each of args) text += each; return text;',
    ],
    ["headers", 'let text = ""; for (const header of lines) text += header; return text;'],
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
      'let text = ""; let depth = lines.length; while (depth--) text += "  "; return text;',
    ],
    ["padding", 'let text = ""; while (text.length < 8) text += " "; return text;'],
    [
      "digits",
      'let text = ""; let n = lines.length; while (n > 0) { text = String(n % 2) + text; n = n >> 1; } return text;',
    ],
    [
      "parents",
      'let text = ""; interface Node { parent?: Node; id: string } let node: Node | undefined = { id: "" }; while (node) { text = node.id + text; node = node.parent; } return text;',
    ],
    [
      "emptied",
      'let text = ""; for (const line of lines) { text += line; if (line) { logger.info(text); text = ""; } } return text;',
    ],
    [
      "shown in each round",
      'let text = ""; for (const line of lines) { text += line; logger.info(text); } return text;',
    ],
    [
      "read in each round",
      'let text = ""; for (const line of lines) { text += line; if (text.endsWith("x")) break; } return text;',
    ],
    [
      "declared in the loop",
      'for (const line of lines) { let text = line; text += "x"; logger.info(text); } return "";',
    ],
    ["outside of loops", 'let text = ""; text += lines[0]; text += lines[1]; return text;'],
    [
      "on the way out",
      'let text = ""; for (const line of lines) { if (line) { text += line; break; } } return text;',
    ],
    ["a message", 'let message = ""; for (const line of lines) message += line; return message;'],
    [
      "limited",
      'let text = ""; for (const line of lines) { if (text.length > 99) break; text += line; } return text;',
    ],
    [
      "a function that nobody knows",
      'let text = ""; for (const line of lines) setTimeout(() => { text += line; }); return text;',
    ],
    [
      "in a listener of what comes once",
      'let text = ""; process.once("exit", () => { text += lines[0]; }); return text;',
    ],
    [
      "a list",
      "const all: string[] = []; for (const line of lines) all.push(line); return all.join('');",
    ],
    ["a sum by reduce", "return lines.reduce((sum, line) => sum + line.length, 0);"],
    ["a literal that is reduced", 'return ["a", "b"].reduce((text, each) => text + each, "");'],
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
