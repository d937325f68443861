import { describe, expect, test } from "vitest";

import { expectNoRewrite, findingsIn, rewrite, type Setting } from "../checks/check-code.js";
import { code } from "../checks/code.js";

const appended: Setting = { rule: "no-string-accumulation" };
const quadratic: Setting = { rule: "no-quadratic-accumulation", runtime: true };
const split: Setting = { rule: "no-split-characters", runtime: true };

describe("no-string-accumulation: a list and one join", () => {
  test("after the loop, with comments kept", () => {
    expect(
      rewrite(
        code`
          export function collect(records: string[]) {
            let text = "> ";
            // Each record.
            for (const record of records) {
              text += record; // as it is
              if (record) text += "\n";
            } // done
            return text;
          }
        `,
        appended,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Collect the pieces of `text` in a list, and join it after the loop",
      text: code`
        export function collect(records: string[]) {
          let text = "> ";
          // Each record.
          const parts: string[] = [];
          for (const record of records) {
            parts.push(record); // as it is
            if (record) parts.push("\n");
          } // done
          text += parts.join("");
          return text;
        }
      `,
    });
  });

  test.each([
    ["text = text + record;", "parts.push(record);"],
    ['text = text + record + "x";', 'parts.push(record, "x");'],
    ["text = `${text}${record}, `;", "parts.push(`${record}, `);"],
    ["text = text.concat(record);", "parts.push(record);"],
    ["text += record.length;", "parts.push(String(record.length));"],
    ["text += record + 1;", "parts.push(record + 1);"],
    ['text = text + "x" + record.length;', 'parts.push("x", String(record.length));'],
  ])("%s", (before, after) => {
    const text = (statement: string, join = "") => code`
      export function collect(records: string[]) {
        let text = "";
        ${join ? "const parts: string[] = [];" : "//"}
        for (const record of records) ${statement}
        ${join || "//"}
        return text;
      }
    `;
    const result = rewrite(text(before), appended).text;
    expect(result.replace(/^\s*\/\/\n/gm, "")).toBe(text(after, 'text += parts.join("");'));
  });

  test("keeps a file's style, in JavaScript too", () => {
    expect(
      rewrite(
        "export const x = 1\r\nexport const one = 1\r\nlogger.info('')\r\nexport function collect(records) {\r\n\tlet text = ''\r\n\tlines.forEach((record) => {\r\n\t\ttext += record\r\n\t})\r\n\treturn text\r\n}\r\n",
        {
          ...appended,
          file: "subject.js",
        },
      ).text,
    ).toBe(
      "export const x = 1\r\nexport const one = 1\r\nlogger.info('')\r\nexport function collect(records) {\r\n\tlet text = ''\r\n\tconst parts = []\r\n\tlines.forEach((record) => {\r\n\t\tparts.push(String(record))\r\n\t})\r\n\ttext += parts.join('')\r\n\treturn text\r\n}\r\n",
    );
  });

  test("around both loops, with a name that is free", () => {
    expect(
      rewrite(
        code`
          export function collect(records: string[], parts: number) {
            let text = "";
            for (const record of records) {
              for (let i = 0; i < parts; i++) text += record;
            }
            return text;
          }
        `,
        appended,
      ).text,
    ).toBe(code`
      export function collect(records: string[], parts: number) {
        let text = "";
        const pieces: string[] = [];
        for (const record of records) {
          for (let i = 0; i < parts; i++) pieces.push(record);
        }
        text += pieces.join("");
        return text;
      }
    `);
  });

  test("where a listener appends, the list takes the text's place", () => {
    expect(
      rewrite(
        code`
          export function collect(done: (all: { text: string }) => void) {
            let text = "";
            process.stdin.setEncoding("utf8");
            process.stdin.on("data", (chunk: string) => (text += chunk));
            process.stdin.on("end", () => done({ text }));
            process.stdin.on("error", () => logger.info(text.trim()));
          }
        `,
        appended,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Collect the pieces of `text` in a list, and join it where it is read",
      text: code`
        export function collect(done: (all: { text: string }) => void) {
          const text: string[] = [];
          process.stdin.setEncoding("utf8");
          process.stdin.on("data", (chunk: string) => (text.push(chunk)));
          process.stdin.on("end", () => done({ text: text.join("") }));
          process.stdin.on("error", () => logger.info(text.join("").trim()));
        }
      `,
    });
  });

  test.each([
    [
      "prepended",
      'let text = ""; for (const record of records) text = record + text; return text;',
    ],
    [
      "a catch that reads it",
      'let text = ""; try { for (const record of records) text += parse(record).x; } catch { return text; } return "";',
    ],
    [
      "read after a catch",
      'let text = ""; try { for (const record of records) text += parse(record).x; } catch { } return text;',
    ],
    [
      "captured",
      'let text = ""; setTimeout(() => logger.info(text)); for (const record of records) text += record; return text;',
    ],
    [
      "a label",
      'let text = ""; all: for (const record of records) { text += record; if (record) continue all; } return text;',
    ],
    [
      "its value is used",
      'let text = "", last = ""; for (const record of records) last = text += record; return last + text;',
    ],
    [
      "not in a block",
      'let text = ""; if (ready) for (const record of records) text += record; return text;',
    ],
    [
      "a comment within",
      'let text = ""; for (const record of records) text += /* a record */ record; return text;',
    ],
  ])("nothing is offered: %s", (_, body) => {
    expectNoRewrite(
      code`
        export function collect(records: string[]) {
          ${body}
        }
      `,
      appended,
    );
  });

  test("nothing is offered for a field", () => {
    expectNoRewrite(
      code`
        export class Writer {
          text = "";
          write(records: string[]) {
            for (const record of records) this.text += record;
            return this.text;
          }
        }
      `,
      appended,
    );
  });
});

describe("no-quadratic-accumulation: TextAccumulator", () => {
  test("for a visitor that captures the text", () => {
    expect(
      rewrite(
        code`
          interface Block { readonly data: any; readonly children: Block[] }
          export function plainText(root: Block[]) {
            let text = "";
            const process = (blocks: Block[]) => {
              for (const block of blocks) {
                if (block.data) text += block.data;
                else {
                  if (!/(^|\n)$/.test(text)) text += "\n";
                  process(block.children);
                  if (!text.endsWith("\n")) text += "\n";
                }
              }
            };
            process(root);
            return text.trim();
          }
        `,
        quadratic,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Append to a `TextAccumulator` of `unwind/streams`, which reads only what it has to",
      text: code`
        import { TextAccumulator } from "unwind/streams";
        interface Block { readonly data: any; readonly children: Block[] }
        export function plainText(root: Block[]) {
          const text = new TextAccumulator();
          const process = (blocks: Block[]) => {
            for (const block of blocks) {
              if (block.data) text.append(String(block.data));
              else {
                if (!/(^|\n)$/.test(text.tail(1))) text.append("\n");
                process(block.children);
                if (!text.endsWith("\n")) text.append("\n");
              }
            }
          };
          process(root);
          return text.toString().trim();
        }
      `,
    });
  });

  test("says that the package has to be added", () => {
    const { title } = rewrite(
      code`
        export function collect(records: string[]) {
          let text = "";
          for (const record of records) {
            text += record;
            if (text.endsWith("x")) logger.info(record);
          }
          return text;
        }
      `,
      { rule: "no-quadratic-accumulation" },
    );
    expect(title).toMatch(/, and add `unwind`$/);
  });

  test.each([
    ['text.at(-1) === "x"', 'text.tail(1) === "x"'],
    ['text[text.length - 1] === "x"', 'text.tail(1) === "x"'],
    ['text.charAt(text.length - 1) === "x"', 'text.tail(1) === "x"'],
    ["text.charCodeAt(text.length - 1) === 10", "text.tail(1).charCodeAt(0) === 10"],
    ['text.slice(-2) === "ab"', 'text.tail(2) === "ab"'],
    ['text.slice(2, 4) === "ab"', 'text.slice(2, 4) === "ab"'],
    ['text.includes("x")', '(text.indexOf("x") !== -1)'],
    ['text.indexOf("x", 3) === 4', 'text.indexOf("x", 3) === 4'],
    ["/\\s$/.test(text)", "/\\s$/.test(text.tail(1))"],
    ["/[,;]$/.test(text)", "/[,;]$/.test(text.tail(1))"],
  ])("%s", (before, after) => {
    const text = (
      test: string,
      declaration: string,
      append: string,
      result: string,
    ) => `${declaration}
for (const record of parse("").records ?? "") {
  ${append}
  if (${test}) logger.info(record);
}
logger.info(${result});
`;
    expect(
      rewrite(text(before, 'let text = "";', "text += record;", "text.trim()"), quadratic).text,
    ).toBe(
      'import { TextAccumulator } from "unwind/streams";\n' +
        text(
          after,
          "const text = new TextAccumulator();",
          "text.append(record);",
          "text.toString().trim()",
        ),
    );
  });

  test("for a list that is joined in each round", () => {
    expect(
      rewrite(
        code`
          export function collect(records: string[]) {
            const parts: string[] = [];
            for (const record of records) {
              parts.push(record);
              logger.info(parts.join(""));
            }
            return parts.join("");
          }
        `,
        quadratic,
      ).text,
    ).toBe(code`
      import { TextAccumulator } from "unwind/streams";
      export function collect(records: string[]) {
        const parts = new TextAccumulator();
        for (const record of records) {
          parts.append(record);
          logger.info(parts.toString());
        }
        return parts.toString();
      }
    `);
  });

  test.each([
    ["a look at all of it", "if (text.trim()) logger.info(record);", "text += record;"],
    ["a pattern over all of it", "if (/^x/.test(text)) logger.info(record);", "text += record;"],
    [
      "a pattern that tells records",
      "if (/^$/m.test(text)) logger.info(record);",
      "text += record;",
    ],
    ["prepended", 'if (text.endsWith("x")) logger.info(record);', "text = record + text;"],
    ["what at gives", "logger.info(text.at(-1) ?? record);", "text += record;"],
  ])("nothing is offered: %s", (_, body, append) => {
    expectNoRewrite(
      code`
        export function collect(records: string[]) {
          let text = "";
          for (const record of records) {
            ${append}
            ${body}
          }
          return text;
        }
      `,
      quadratic,
    );
  });
});

describe("no-quadratic-accumulation: in place", () => {
  const collect = (declaration: string, growth: string, result: string) => code`
    export function collect(records: string[]) {
      ${declaration}
      for (const record of records) ${growth}
      return ${result};
    }
  `;

  test.each([
    [
      "let all: string[] = [];",
      "all = [...all, record];",
      "const all: string[] = [];",
      "all.push(record);",
    ],
    [
      "let all: string[] = [];",
      "all = all.concat([record]);",
      "const all: string[] = [];",
      "all.push(record);",
    ],
    [
      "let all: Record<string, number> = {};",
      "all = { ...all, [record]: 1 };",
      "const all: Record<string, number> = {};",
      "all[record] = 1;",
    ],
    [
      "let all: Record<string, number> = {};",
      "all = { ...all, [record]: 1, x: 2 };",
      "const all: Record<string, number> = {};",
      "Object.assign(all, { [record]: 1, x: 2 });",
    ],
    [
      "let all: Record<string, number> = {};",
      "all = Object.assign({}, all, { [record]: 1 });",
      "const all: Record<string, number> = {};",
      "Object.assign(all, { [record]: 1 });",
    ],
  ])("%s %s", (declaration, growth, declared, grown) => {
    expect(rewrite(collect(declaration, growth, "all"), quadratic)).toEqual({
      kind: "suggestion",
      title: "Add to `all` in place",
      text: collect(declared, grown, "all"),
    });
  });

  test("bytes become a list, put together where they are read", () => {
    expect(
      rewrite(
        collect(
          "let all: Uint8Array = Buffer.alloc(0);",
          "all = Buffer.concat([all, Buffer.from(record)]);",
          "all",
        ),
        quadratic,
      ).text,
    ).toBe(
      collect(
        "const all: Uint8Array[] = [];",
        "all.push(Buffer.from(record));",
        "Buffer.concat(all)",
      ),
    );
  });

  test.each([
    [
      "(all, record) => [...all, record], [] as string[]",
      "(all, record) => { all.push(record); return all; }, [] as string[]",
    ],
    [
      "(all, record) => ({ ...all, [record]: 1 }), {}",
      "(all, record) => Object.assign(all, { [record]: 1 }), {}",
    ],
    [
      "(all, record) => { return [...all, record]; }, [] as string[]",
      "(all, record) => { all.push(record); return all; }, [] as string[]",
    ],
    [
      "(all, record) => (record ? { ...all, [record]: 1 } : all), {}",
      "(all, record) => (record ? Object.assign(all, { [record]: 1 }) : all), {}",
    ],
  ])("reduce: %s", (before, after) => {
    const text = (args: string) =>
      `export const all = (records: string[]) => records.reduce(${args});\n`;
    expect(rewrite(text(before), quadratic).text).toBe(text(after));
  });

  test.each([
    [
      "at the front",
      "let all: string[] = []; for (const record of records) all = [record, ...all]; return all;",
    ],
    [
      "somebody else has it",
      "let all: string[] = []; for (const record of records) { all = [...all, record]; show(all); } return all;",
    ],
    [
      "somebody else had it",
      "let all: string[] = []; show(all); for (const record of records) all = [...all, record]; return all;",
    ],
    [
      "it was given",
      "let all = records; for (const record of parse('').x ?? '') all = [...all, record]; return all;",
    ],
    [
      "captured",
      "let all: string[] = []; setTimeout(() => show(all)); for (const record of records) all = [...all, record]; return all;",
    ],
    [
      "a reduction of what was given",
      "return records.reduce((all, record) => [...all, record], records);",
    ],
    [
      "a reduction that shows it",
      "return records.reduce((all, record) => { show(all); return [...all, record]; }, [] as string[]);",
    ],
  ])("nothing is offered: %s", (_, body) => {
    expectNoRewrite(
      code`
        declare function show(all: string[]): void;
        export function collect(records: string[]) {
          ${body}
        }
      `,
      quadratic,
    );
  });
});

describe("no-split-characters", () => {
  test("setEncoding before the listener", () => {
    expect(
      rewrite(
        code`
          import { spawn } from 'node:child_process'
          export function collect() {
            let text = ''
            const child = spawn(config.file)
            // All that it says.
            child.stdout.on('data', (chunk) => {
              text += chunk.toString()
            })
            return () => text
          }
        `,
        split,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Let `child.stdout` decode its bytes: `setEncoding('utf8')`",
      text: code`
        import { spawn } from 'node:child_process'
        export function collect() {
          let text = ''
          const child = spawn(config.file)
          // All that it says.
          child.stdout.setEncoding('utf8')
          child.stdout.on('data', (chunk) => {
            text += chunk.toString()
          })
          return () => text
        }
      `,
    });
  });

  test("an annotation follows, and an optional stream stays one", () => {
    expect(
      rewrite(
        code`
          import { spawn } from "node:child_process";
          export function collect() {
            let text = "";
            const child = spawn(config.file, [], { stdio: "inherit" });
            child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
            return () => text;
          }
        `,
        split,
      ).text,
    ).toBe(code`
      import { spawn } from "node:child_process";
      export function collect() {
        let text = "";
        const child = spawn(config.file, [], { stdio: "inherit" });
        child.stdout?.setEncoding("utf8");
        child.stdout?.on("data", (chunk: string) => (text += chunk));
        return () => text;
      }
    `);
  });

  test.each([
    [
      "a loop",
      'let all = "";\n  for await (const chunk of process.stdin) all += chunk;\n  return all;',
      "const all = await text(process.stdin);\n  return all;",
      "text",
    ],
    [
      "a loop in braces, and more that is appended",
      'let all: string = "";\n  for await (const chunk of process.stdin) {\n    all += chunk.toString("utf8");\n  }\n  all += "\\n";\n  return all;',
      'let all: string = await text(process.stdin);\n  all += "\\n";\n  return all;',
      "text",
    ],
    [
      "a template",
      "let all = ``;\n  for await (const chunk of process.stdin) all += `${chunk}`;\n  return all.trim();",
      "const all = await text(process.stdin);\n  return all.trim();",
      "text",
    ],
    [
      "what is parsed",
      'let all = "";\n  for await (const chunk of process.stdin) all += chunk;\n  return JSON.parse(all) as string[];',
      "return await json(process.stdin) as string[];",
      "json",
    ],
    [
      "what is parsed, without a type",
      'let all = "";\n  for await (const chunk of process.stdin) all += chunk;\n  return JSON.parse(all);',
      "const all = await text(process.stdin);\n  return JSON.parse(all);",
      "text",
    ],
    [
      "a promise",
      'return await new Promise<string>((resolve, reject) => {\n    let all = "";\n    process.stdin.on("data", (chunk) => { all += chunk; });\n    process.stdin.on("end", () => resolve(all));\n    process.stdin.on("error", reject);\n  });',
      "return await text(process.stdin);",
      "text",
    ],
    [
      "a promise around a chain of listeners",
      'return new Promise<string>((resolve, reject) => {\n    let all = "";\n    process.stdin.on("data", (chunk) => (all += String(chunk))).once("end", () => { resolve(all); }).once("error", reject);\n  });',
      "return text(process.stdin);",
      "text",
    ],
  ])("node:stream/consumers for %s", (_, before, after, helper) => {
    const read = (body: string, imports = "") =>
      `${imports}export async function read() {\n  ${body}\n}\n`;
    expect(rewrite(read(before), split)).toEqual({
      kind: "suggestion",
      title: `Read all of \`process.stdin\` with \`${helper}\` of \`node:stream/consumers\``,
      text: read(after, `import { ${helper} } from "node:stream/consumers";\n`),
    });
  });

  test("node:stream/consumers under another name, where its own is taken", () => {
    expect(
      rewrite(
        code`
          export async function read() {
            let text = "";
            for await (const chunk of process.stdin) text += chunk;
            return text;
          }
        `,
        split,
      ).text,
    ).toBe(code`
      import { text as readText } from "node:stream/consumers";
      export async function read() {
        const text = await readText(process.stdin);
        return text;
      }
    `);
  });

  test.each([
    [
      "another encoding",
      'for await (const chunk of process.stdin) text += chunk.toString("utf16le"); return text;',
    ],
    [
      "more in the loop",
      "for await (const chunk of process.stdin) { text += chunk; if (ready) break; } return text;",
    ],
    [
      "more in a piece",
      "for await (const chunk of process.stdin) text += chunk + '!'; return text;",
    ],
    [
      "something before the loop",
      "text += '>'; for await (const chunk of process.stdin) text += chunk; return text;",
    ],
    [
      "a comment",
      "for await (const chunk of process.stdin) text += chunk; // all of it\n return text;",
    ],
    [
      "in between",
      "logger.info('reads'); for await (const chunk of process.stdin) text += chunk; return text;",
    ],
  ])("not node:stream/consumers: %s", (name, body) => {
    const result = findingsIn(
      `export async function read() {\n  let text = "";\n  ${body}\n}\n`,
      "untyped",
      split,
    );
    expect(result).toHaveLength(1);
    const titles = result[0]?.rewrites.map(({ title }) => title) ?? [];
    // A comment behind the loop stays where it is.
    expect(titles.some((title) => title.includes("consumers"))).toBe(name === "a comment");
  });

  test("decodeText around what is iterated", () => {
    expect(
      rewrite(
        code`
          export async function read() {
            let text = "";
            for await (const chunk of process.stdin) text += chunk.toString("utf8") + "\n";
            return text;
          }
        `,
        split,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Decode with `decodeText` of `unwind/streams`, which keeps characters whole",
      text: code`
        import { decodeText } from "unwind/streams";
        export async function read() {
          let text = "";
          for await (const chunk of decodeText(process.stdin)) text += chunk + "\n";
          return text;
        }
      `,
    });
  });

  test("a decoder is told that more comes, and when nothing does", () => {
    expect(
      rewrite(
        code`
          export async function read(response: Response) {
            const reader = response.body!.getReader();
            const decoder = new TextDecoder();
            let text = "";
            while (true) {
              const { done, value } = await reader.read();
              if (done) break;
              text += decoder.decode(value);
            }
            return text;
          }
        `,
        split,
      ),
    ).toEqual({
      kind: "suggestion",
      title: "Decode with `{ stream: true }`, and what is left after the loop",
      text: code`
        export async function read(response: Response) {
          const reader = response.body!.getReader();
          const decoder = new TextDecoder();
          let text = "";
          while (true) {
            const { done, value } = await reader.read();
            if (done) break;
            text += decoder.decode(value, { stream: true });
          }
          text += decoder.decode();
          return text;
        }
      `,
    });
  });

  test.each([
    [
      "the chunk is used otherwise",
      'process.stdin.on("data", (chunk) => { text += chunk; logger.info(String(chunk.length)); });',
    ],
    [
      "the stream is read otherwise",
      'process.stdin.pipe(process.stdout); process.stdin.on("data", (chunk) => { text += chunk; });',
    ],
    ["base64", 'process.stdin.on("data", (chunk) => { text += chunk.toString("base64"); });'],
    [
      "a decoder of each chunk",
      'process.stdin.on("data", (chunk) => { text += new TextDecoder().decode(chunk); });',
    ],
  ])("nothing is offered: %s", (_, body) => {
    expectNoRewrite(
      code`
        export function collect() {
          let text = "";
          ${body}
          return () => text;
        }
      `,
      split,
    );
  });

  test("nothing is offered where a return leaves the loop", () => {
    expectNoRewrite(
      code`
        export async function read(response: Response) {
          const reader = response.body!.getReader();
          const decoder = new TextDecoder();
          let text = "";
          while (true) {
            const { done, value } = await reader.read();
            if (done) return text;
            text += decoder.decode(value);
          }
        }
      `,
      split,
    );
  });
});
