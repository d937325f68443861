import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  CancellationTokenSource,
  CodeActionRequest,
  HoverRequest,
  InlayHintRequest,
} from "vscode-languageserver/node";

/** Documents that are open at a time. */
const mostOpen = 8;

/** Code with something to find, and code that is broken off. */
const snippets = [
  'export async function sizeOf(path: string) {\n  const handle = await (await import("node:fs/promises")).open(path);\n  return (await handle.stat()).size;\n}\n',
  'import { open as openFile } from "node:fs/promises";\nasync function first(path: string) {\n  const handle = await openFile(path);\n  const text = await handle.readFile("utf8");\n  if (text === "") return undefined;\n  await handle.close();\n  return text[0];\n}\n',
  'import { mkdtempSync } from "node:fs";\nfunction scratch() {\n  const folder = mkdtempSync("x-");\n  JSON.parse(folder);\n  return 1;\n}\n',
  "try {\n",
  "}\n",
  "  await using held = acquire();\n",
  'const text = `never closed ${"\n',
  "/* no end\n",
  "\u2028",
  "// a comment\n",
];

const words = ["await", "const", "return", "close", "async", "", "using", "any", "(", "}", "'"];

const presets = ["recommended", "strict", "all"];

/** What a person does in an editor, at random: by `random`, in `editor`, with the folder's `files`. */
export class Actions {
  #editor;
  #random;
  /** As they were at the start. @type {Map<string, string>} */
  #originals = new Map();
  /** The names that files have now, and those that they had. @type {Map<string, string>} */
  #renamed = new Map();
  #names;
  /** @type {Record<string, number>} how often each was done */
  done = {};
  /** Questions that nobody has waited for yet. @type {Set<Promise<unknown>>} */
  #asked = new Set();

  /**
   * @param {import("./editor.mjs").Editor} editor
   * @param {import("./random.mjs").Random} random
   * @param {readonly string[]} files inside of the editor's folder
   */
  constructor(editor, random, files) {
    this.#editor = editor;
    this.#random = random;
    this.#names = [...files];
    for (const file of [...files, ...configurations]) this.#originals.set(file, this.#read(file));
  }

  /** One edit, opening, closing, renaming or change of configuration, and what an editor asks then. */
  async step() {
    const { documents } = this.#editor;
    const choices = [
      ...(documents.size > 0 ? [[60, "edit"]] : []),
      ...(documents.size < mostOpen ? [[12, "open"]] : []),
      ...(documents.size > 1 ? [[9, "close"]] : []),
      [4, "save"],
      [4, "rename"],
      [3, "write"],
      [4, "configure"],
      [2, "project"],
    ];
    const name = this.#random.weighted(choices);
    this.done[name] = (this.done[name] ?? 0) + 1;
    await this[name]();
    await this.#askAround();
  }

  async edit() {
    const path = this.#openPath();
    const document = this.#editor.documents.get(path);
    const lines = document.lineCount;
    const line = this.#random.below(lines);
    const at = { line, character: 0 };
    const kind = this.#random.weighted([
      [5, "insert"],
      [4, "remove"],
      [4, "copy"],
      [8, "type"],
      [3, "restore"],
    ]);
    const change = {
      insert: () => ({ range: { start: at, end: at }, text: this.#random.of(snippets) }),
      remove: () => ({
        range: { start: at, end: { line: line + 1 + this.#random.below(5), character: 0 } },
        text: "",
      }),
      copy: () => {
        const from = this.#random.below(lines);
        const end = { line: from + 1 + this.#random.below(12), character: 0 };
        const text = document.getText({ start: { line: from, character: 0 }, end });
        return { range: { start: at, end: at }, text };
      },
      type: () => {
        const offset = this.#random.below(document.getText().length + 1);
        const start = document.positionAt(offset);
        const end = document.positionAt(offset + this.#random.below(4));
        return { range: { start, end }, text: this.#random.of(words) };
      },
      restore: () => ({
        range: { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } },
        text: this.#original(path),
      }),
    }[kind]();
    await this.#editor.change(path, [change]);
    this.#ask(this.#editor.pull(path));
  }

  async open() {
    const closed = this.#names.filter((name) => !this.#editor.documents.has(name));
    const path = this.#random.of(closed);
    await this.#editor.open(path);
    this.#ask(this.#editor.pull(path));
  }

  async close() {
    await this.#editor.close(this.#openPath());
  }

  async save() {
    if (this.#editor.documents.size > 0) await this.#editor.save(this.#openPath());
  }

  /** To a new name, or back to the old one. */
  async rename() {
    const renamed = [...this.#renamed.keys()];
    const back = renamed.length > 4 || (renamed.length > 0 && this.#random.next() < 0.5);
    const from = this.#random.of(back ? renamed : this.#names);
    const to = this.#renamed.get(from) ?? from.replace(/(\.[^./]+)$/, "-renamed$1");
    await this.#editor.rename(from, to);
    this.#names[this.#names.indexOf(from)] = to;
    const original = this.#renamed.get(from);
    this.#renamed.delete(from);
    if (original === undefined) this.#renamed.set(to, from);
  }

  /** Another program changes a file, or gives it back its first text. */
  async write() {
    const path = this.#random.of(this.#names);
    const text =
      this.#random.next() < 0.5
        ? this.#original(path)
        : `${this.#read(path)}${this.#random.of(snippets)}`;
    await this.#editor.write(path, text);
  }

  async configure() {
    const settings = this.#random.of([
      {},
      { preset: this.#random.of(presets) },
      { preset: "no such preset" },
      { enable: false },
      { inlayHints: { enabled: true }, preset: this.#random.of(presets) },
      { rules: { "no-unmanaged-acquisition": this.#random.of(["off", "warn", "error", 7]) } },
      { rules: { "no-such-rule": "warn" }, rewrite: this.#random.of(["native", "try-finally"]) },
      { resources: [{ nonsense: true }] },
    ]);
    await this.#editor.configure(settings);
  }

  /** What the project says about itself changes, for a while to nonsense. */
  async project() {
    const path = this.#random.of(configurations);
    const original = this.#originals.get(path);
    const text = this.#random.of([
      original,
      original,
      original.slice(0, this.#random.below(original.length)),
      path === "tsconfig.json"
        ? '{ "extends": "./tsconfig.json" }'
        : '{ "engines": { "node": ">=24" } }',
    ]);
    await this.#editor.write(path, text);
  }

  /**
   * The settings and the project as they were, every open document as it is on disk. Most of them do
   * not parse by now; every other one gets its first text again, with a leak.
   */
  async calm(settings) {
    await this.finish();
    for (const [index, path] of [...this.#editor.documents.keys()].entries()) {
      if (index % 2 === 0) await this.#replace(path, `${this.#original(path)}\n${snippets[0]}`);
    }
    await this.#editor.configure(settings);
    for (const path of configurations) await this.#editor.write(path, this.#originals.get(path));
    for (const path of this.#editor.documents.keys()) await this.#editor.save(path);
  }

  /** Waits for all that was asked. */
  async finish() {
    await Promise.all(this.#asked);
  }

  /** Hovers, hints, code actions and the diagnostics of other documents, some of them taken back. */
  async #askAround() {
    const { documents } = this.#editor;
    if (documents.size === 0) return;
    const path = this.#openPath();
    const document = documents.get(path);
    const uri = this.#editor.uri(path);
    const textDocument = { uri };
    const line = this.#random.below(document.lineCount);
    const position = { line, character: 4 };
    const range = { start: { line, character: 0 }, end: { line: line + 30, character: 0 } };
    const source = new CancellationTokenSource();
    const { token } = source;
    const context = { diagnostics: [] };
    const asking = {
      nothing: () => undefined,
      pull: () => this.#editor.pull(path, token),
      hover: () => this.#editor.ask(HoverRequest, { textDocument, position }, token),
      hints: () => this.#editor.ask(InlayHintRequest, { textDocument, range }, token),
      actions: () => this.#editor.ask(CodeActionRequest, { textDocument, range, context }, token),
      fixAll: () =>
        this.#editor.ask(
          CodeActionRequest,
          { textDocument, range, context: { ...context, only: ["source.fixAll"] } },
          token,
        ),
    };
    const what = this.#random.weighted([
      [6, "nothing"],
      [4, "pull"],
      [1, "hover"],
      [1, "hints"],
      [2, "actions"],
      [1, "fixAll"],
    ]);
    this.#ask(asking[what]());
    if (this.#random.next() < 0.2) source.cancel();
    // A person looks at the answer, or goes on before it is there.
    if (this.#random.next() < 0.6) await this.finish();
  }

  async #replace(path, text) {
    const { lineCount } = this.#editor.documents.get(path);
    const range = { start: { line: 0, character: 0 }, end: { line: lineCount, character: 0 } };
    await this.#editor.change(path, [{ range, text }]);
  }

  #ask(question) {
    const asked = Promise.resolve(question).finally(() => this.#asked.delete(asked));
    this.#asked.add(asked);
  }

  #openPath() {
    return this.#random.of([...this.#editor.documents.keys()]);
  }

  #original(path) {
    return this.#originals.get(this.#renamed.get(path) ?? path);
  }

  #read(path) {
    return readFileSync(join(this.#editor.folder, path), "utf8");
  }
}

/** Files that say what others mean; the project must have both. */
const configurations = ["tsconfig.json", "package.json"];
