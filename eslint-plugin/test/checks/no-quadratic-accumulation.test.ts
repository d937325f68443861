import { describe, expect, test } from "vitest";

import { code } from "./code.js";
import { expectMarkedLeaks, expectSilent, findingsIn, type Setting } from "./check-code.js";

const setting: Setting = { rule: "no-quadratic-accumulation" };

/** A loop over many texts that appends to `text`, and does something else. */
const loop = (body: string, before = "") => code`
  export function collect(records: string[]) {
    let text = "";
    ${before}
    for (const record of records) {
      text += record;
      ${body}
    }
    return text;
  }
`;

describe("a text that is read in the loop that appends to it", () => {
  test.each([
    ["charCodeAt", "if (text.charCodeAt(text.length - 1) === 10) logger.info(record);"],
    ["codePointAt", "if (text.codePointAt(0) === 10) logger.info(record);"],
    ["charAt", 'if (text.charAt(0) === "x") logger.info(record);'],
    ["an index", 'if (text[text.length - 1] === "x") logger.info(record);'],
    ["an index in a value", "const last = text[text.length - 1]; logger.info(String(last));"],
    ["at", 'if (text.at(-1) === "x") logger.info(record);'],
    ["indexOf", 'if (text.indexOf("x") > 3) logger.info(record);'],
    ["lastIndexOf", 'if (text.lastIndexOf("x") > 3) logger.info(record);'],
    ["includes", 'if (text.includes("x")) logger.info(record);'],
    ["startsWith", 'if (text.startsWith("x")) logger.info(record);'],
    ["endsWith", 'if (text.endsWith("x")) logger.info(record);'],
    ["slice", "logger.info(text.slice(-3));"],
    ["substring", "logger.info(text.substring(3));"],
    ["trim", 'if (text.trim() !== "") logger.info(record);'],
    ["trimming the text itself", "text = text.trimEnd();"],
    ["split", 'logger.info(String(text.split("\\n").length));'],
    ["replace", 'logger.info(text.replace("x", "y"));'],
    ["match", "if (text.match(/x$/)) logger.info(record);"],
    ["search", "if (text.search(/x/) > 3) logger.info(record);"],
    ["test", "if (/x$/.test(text)) logger.info(record);"],
    ["exec", "if (/x$/.exec(text)) logger.info(record);"],
    ["toUpperCase", "logger.info(text.toUpperCase());"],
    ["JSON.parse", "try { JSON.parse(text); } catch { continue; }"],
    ["Buffer.byteLength", "if (Buffer.byteLength(text) > 3) logger.info(record);"],
    ["for-of", "for (const character of text) logger.info(character);"],
    ["the right side of a condition", 'if (record && !text.endsWith("x")) text += "x";'],
    [
      "the test of a loop",
      'for (let at = 0; (at = text.indexOf("x", at)) !== -1; at++) logger.info(record);',
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
    ["+", "text = text + record;"],
    ["a longer sum", 'text = text + record + "\\n";'],
    ["a template", "text = `${text}${record}`;"],
    ["concat", "text = text.concat(record);"],
    ["prepending", "text = record + text;"],
  ])("appended by %s", (_, append) => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          let text = "";
          for (const record of records) {
            ${append}
            if (text.endsWith("x")) logger.info(record); // leak: read
          }
          return text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["while", "while (records.length > 0)", "const record = records.pop() ?? '';"],
    ["do", "do", "const record = records.pop() ?? '';"],
    [
      "for",
      "for (let index = 0; index < records.length; index++)",
      "const record = records[index] ?? '';",
    ],
    ["for await", "for await (const record of stream)", ""],
  ])("in %s", (name, head, first) => {
    expectMarkedLeaks(
      code`
        export async function collect(records: string[], stream: AsyncIterable<string>) {
          let text = "";
          ${head} {
            ${first}
            text += record;
            if (text.endsWith("x")) logger.info(record); // leak: read
          }${name === "do" ? " while (records.length > 0);" : ""}
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
          source.on("data", (record: string) => {
            text += record;
            source.emit("lines", text.split("\n")); // leak: read
          });
        }
      `,
      setting,
    );
  });

  test("in a callback", () => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          let text = "";
          records.forEach((record) => {
            if (!text.endsWith(" ")) text += " "; // leak: read
            text += record;
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
          write(records: string[]) {
            for (const record of records) {
              this.text += record;
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
        export function collect(records: string[], out: { text: string }) {
          for (const record of records) {
            out.text += record + "\n";
            if (out.text.endsWith("x")) logger.info(record); // leak: read
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
        for (const record of parse("").records ?? "") {
          text += record;
          if (text.endsWith("x")) logger.info(record); // leak: read
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
      loop('if (text.endsWith("x")) logger.info(record);'),
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
    ["its length is free", "if (text.length > 0) logger.info(record);"],
    ["comparing is free", 'if (text === "x") logger.info(record);'],
    ["handed on", "logger.info(text);"],
    ["read on the way out", 'if (record === "end") return text.trim();'],
    ["read before a break", 'if (record === "end") { logger.info(text.trim()); break; }'],
    ["read before a throw", 'if (record === "end") throw new Error(text.slice(0, 9));'],
    ["read seldom", "if (record.length > 99) logger.info(text.slice(-3));"],
    ["read after the loop", ""],
    ["emptied", 'if (text.endsWith("\\n")) { logger.info(text); text = ""; }'],
    ["used up", 'const records = text.split("\\n"); text = records.pop() ?? "";'],
    ["cut", 'const end = text.indexOf("\\n"); text = text.slice(end + 1);'],
    ["limited", 'if (text.length > 1000) break; if (text.endsWith("x")) logger.info(record);'],
    ["replaced as a whole", 'text = text.replace("x", "y");'],
  ])("%s", (_, body) => {
    expectSilent(loop(body), setting);
  });

  test.each([
    [
      "declared in the loop",
      "for (const record of records) { let text = record; text += record; logger.info(text.trim()); }",
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
      'let text = ""; for (const attribute of records) { text += attribute; logger.info(text.trim()); }',
    ],
    [
      "a number",
      "let sum = 0; for (const record of records) { sum += record.length; logger.info(sum.toString().trim()); }",
    ],
    [
      "the digits of a number",
      'let text = "", n = records.length; while (n > 0) { text += n % 10 + ""; logger.info(text.trim()); n = Math.floor(n / 10); }',
    ],
    [
      "reset by a function that is called",
      'let text = ""; const flush = () => { logger.info(text); text = ""; }; for (const record of records) { text += record; if (text.includes("x")) flush(); }',
    ],
    [
      "another branch",
      'let text = ""; for (const record of records) { if (record) text += record; else logger.info(text.trim()); }',
    ],
    [
      "another case",
      'let text = ""; for (const record of records) { switch (record) { case "end": logger.info(text.trim()); break; default: text += record; } }',
    ],
    [
      "a handler of failures",
      'let text = ""; for (const record of records) { try { parse(record); } catch { text += "x"; logger.info(text.trim()); } }',
    ],
    [
      "outside of any loop",
      'let text = ""; text += records[0]; logger.info(text.trim()); text += "x"; logger.info(text.trim());',
    ],
    [
      "the loop's own text",
      'for (const record of records) { let text = ""; text += record; logger.info(text.trim()); }',
    ],
    [
      "compared in a loop's test",
      'let text = ""; while (text.length < 80) { text += " "; logger.info(text.trim()); }',
    ],
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

describe("a list that is put together in each round", () => {
  const listed = (body: string) => code`
    export function collect(records: string[]) {
      const parts: string[] = [];
      for (const record of records) {
        parts.push(record);
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
    ["on the way out", 'if (record === "end") return parts.join("");'],
    ["given away", 'flush(parts); logger.info(parts.join(""));'],
    ["taken from", 'logger.info(parts.splice(0).join(""));'],
  ])("not: %s", (_, body) => {
    expectSilent(listed(body) + "declare function flush(parts: string[]): void;\n", setting);
  });
});

describe("what is copied to be added to", () => {
  test.each([
    ["spread", "let all: string[] = [];", "all = [...all, record];"],
    ["spread at the front", "let all: string[] = [];", "all = [record, ...all];"],
    ["concat of one", "let all: string[] = [];", "all = all.concat([record]);"],
    ["an object", "let all: Record<string, number> = {};", "all = { ...all, [record]: 1 };"],
    [
      "Object.assign",
      "let all: Record<string, number> = {};",
      "all = Object.assign({}, all, { [record]: 1 });",
    ],
    [
      "Buffer.concat",
      "let all: Uint8Array = Buffer.alloc(0);",
      "all = Buffer.concat([all, Buffer.from(record)]);",
    ],
    ["a condition", "let all: string[] = [];", "all = record ? [...all, record] : all;"],
  ])("%s", (_, declaration, growth) => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          ${declaration}
          for (const record of records) {
            ${growth} // leak: copied
          }
          return all;
        }
      `,
      setting,
    );
  });

  test.each([
    ["a list", "records.reduce((all, record) => [...all, record], [] as string[])"],
    ["an object", "records.reduce((all, record) => ({ ...all, [record]: 1 }), {})"],
    [
      "a condition",
      "records.reduce((all, record) => (record ? [...all, record] : all), [] as string[])",
    ],
    ["concat", "records.reduce((all, record) => all.concat([record]), [] as string[])"],
    ["a block", "records.reduce((all, record) => { return [...all, record]; }, [] as string[])"],
  ])("by reduce: %s", (_, reduction) => {
    expectMarkedLeaks(
      code`
        export function collect(records: string[]) {
          return ${reduction}; // leak: copied
        }
      `,
      setting,
    );
  });

  test.each([
    [
      "what is used up",
      "let all: string[] = []; for (const record of records) { all = [...all, record]; if (all.length > 3) all = []; }",
    ],
    [
      "settings that are merged",
      "let all = {}; for (const record of records) all = { ...all, record };",
    ],
    [
      "groups",
      "let all: string[] = []; for (const record of records) all = [...all, ...record.split(',')];",
    ],
    [
      "groups by concat",
      "let all: string[] = []; for (const record of records) all = all.concat(record.split(','));",
    ],
    [
      "references, of which there are few",
      "let references: string[] = []; for (const record of records) references = [...references, record]; records = references;",
    ],
    ["a text's concat", 'let all = ""; for (const record of records) all = all.concat(record);'],
    [
      "few",
      "let headers: string[] = []; for (const record of records) headers = [...headers, record]; records = headers;",
    ],
    [
      "a literal that is reduced",
      "return ['a', 'b'].reduce((all, record) => [...all, record], [] as string[]);",
    ],
    ["keys of few", "return records.reduce((all, header) => ({ ...all, [header]: 1 }), {});"],
    [
      "a copy for whoever has the old one",
      "let all: string[] = []; for (const record of records) { if (record) all.push(record); else all = [...all, record]; }",
    ],
    ["once", "let all = records; all = [...all, 'x']; return all;"],
    ["a sum", "return records.reduce((sum, record) => sum + record.length, 0);"],
  ])("not: %s", (_, body) => {
    expectSilent(
      code`
      export function collect(records: string[]): unknown {
        ${body}
        return records;
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

  test("not where each round is a page, but where it is a part of a stream", () => {
    const collecting = (source: string): string => code`
      export async function rows(client: Client) {
        let rows: string[] = [];
        for await (const { found } of ${source}) {
          rows = rows.concat(found); // leak: copied
          if (rows.length === 0) break;
        }
        return rows;
      }
      interface Rows extends AsyncIterable<{ found: string[] }> {}
      interface Client {
        fetchPaginated(path: string): Rows;
        scanIterator(): Rows;
        readonly pages: Rows;
        stream(): Rows;
      }
    `;
    for (const source of [
      'client.fetchPaginated("/rows")',
      "client.scanIterator()",
      "client.pages",
    ]) {
      expectSilent(collecting(source), setting);
    }
    expectMarkedLeaks(collecting("client.stream()"), setting);
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

describe("loops of which it does not show that they can be long", () => {
  test.each([
    ["things of any kind", "for (const item of items) { text += item; logger.info(text.trim()); }"],
    ["lines", "for (const line of items) { text += line; logger.info(text.trim()); }"],
    [
      "entries of an object",
      "for (const [key, value] of Object.entries(config)) { if (!text.endsWith('x')) text += 'x'; text += key + value; }",
    ],
    [
      "lines that go on",
      "let at = 0; while (!text.trimStart().startsWith('#')) { text += items[++at] ?? '#'; }",
    ],
    [
      "the next of something",
      "let rest = items.join(); while (rest) { text += rest[0] + text.trim(); rest = rest.slice(1); }",
    ],
  ])("%s", (_, body) => {
    expectSilent(
      code`
        export function collect(items: string[]) {
          let text = "";
          ${body}
          return text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["a list", "items.reduce((all, item) => [...all, item], [] as string[])"],
    ["an object", "items.reduce((all, item) => ({ ...all, [item]: 1 }), {})"],
    ["rows of a table", "rows.reduce((all, row) => [...all, row], [] as string[])"],
  ])("reduced to %s", (_, reduction) => {
    expectSilent(
      code`export function collect(items: string[], rows: string[]) { return [${reduction}, rows]; }`,
      setting,
    );
  });

  test("rows of a result, and elements of a tree, are many", () => {
    expectMarkedLeaks(
      code`
        interface Item { readonly name: string; readonly items?: Item[] }
        export function names(result: { rows: Item[] }) {
          return result.rows.reduce((all, row) => [...all, row.name], [] as string[]); // leak: copied
        }
        export function entries(items: Item[]): string[] {
          return items.reduce((all: string[], item) => {
            if (!item.items) return [...all, item.name]; // leak: copied
            return [...all, item.name, ...entries(item.items)];
          }, []);
        }
      `,
      setting,
    );
  });

  test("each level's own text is as long as the level", () => {
    expectSilent(
      code`
        interface Item { readonly name: string; readonly items: Item[] }
        export function print(item: Item): string {
          let text = item.name;
          for (const each of item.items) {
            text += print(each);
            if (!text.endsWith(";")) text += ";";
          }
          return text;
        }
      `,
      setting,
    );
  });

  test.each([
    ["includes", 'if (text.includes("ready")) done();'],
    ["match", "const found = text.match(/port (\\d+)/); if (found) done();"],
    ["exec", "if (/ready/.exec(text)) done();"],
    ["startsWith", 'if (text.startsWith("exit")) done();'],
  ])("a word that a listener waits for: %s", (_, read) => {
    expectSilent(
      `export function wait(source: NodeJS.ReadableStream, done: () => void) {
  let text = "";
  source.on("data", (chunk: string) => {
    text += chunk;
    ${read}
  });
}
`,
      setting,
    );
  });
});
