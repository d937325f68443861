import { describe, test } from "vitest";

import { expectMarkedLeaks, expectSound } from "./check-code.js";
import { code } from "./code.js";

/** A descriptor that is closed unless what stands between fails. */
const around = (between: string, extra = ""): string => code`
  import { openSync, closeSync } from "node:fs";
  import fs from "node:fs";
  import { execFileSync, spawn, spawnSync } from "node:child_process";
  declare const database: { query(sql: string): void; close(): void };
  declare const report: { validate(text: string): void; verify(): void; update(text: string): void };
  declare const options: { onOpen(fd: number): void; onClose?: (fd: number) => void };
  declare function summarise(text: string): string;
  declare function parseHeader(text: string): string;
  declare function parsed(text: string): boolean;
  declare function getOrThrow(name: string): string;
  declare function publishLater(text: string): Promise<void>;
  ${extra}
  export async function work(file: string, done: () => void, each: (file: string) => void) {
    const fd = openSync(file, "r");
    ${between}
    closeSync(fd);
    await Promise.resolve();
    done();
    each(file);
  }
  export { database, execFileSync, fs, getOrThrow, options, parsed, parseHeader, report, spawn, spawnSync };
  export { publishLater, summarise };
`;

const leaking = (between: string, extra = ""): string =>
  around(between, extra).replace('"r");\n', '"r"); // leak: leaksOnThrow\n');

const sound = (between: string, extra = ""): string => around(`${between} //- parse(file);`, extra);

describe("a call that fails in a bad world or on bad input is a throw point", () => {
  test.each([
    ["an `await`", "await publish(file);"],
    ["an `await` of a promise made before", "const later = publishLater(file); await later;"],
    [
      "an `await` of a promise that something rejects, made before",
      "const over = new Promise<void>((resolve, reject) => { setTimeout(reject, 9); void resolve; }); await over;",
    ],
    ["a function of Node that is synchronous", "fs.mkdirSync(file);"],
    ["a command that is run to its end", 'execFileSync("sync", [file]);'],
    ["`JSON.parse`", "JSON.parse(file);"],
    ["a function that parses, by its name", "parseHeader(file);"],
    ["a method that validates", "report.validate(file);"],
    ["a method that verifies", "report.verify();"],
    ["a query", 'database.query("SELECT 1");'],
    [
      "a statement that a database executes",
      "sqlite.exec(file);",
      "declare const sqlite: { exec(sql: string): void };",
    ],
    ["a pattern that somebody gives", "new RegExp(file);"],
    [
      "a getter that is given a name",
      "getPart(file);",
      "const getPart = (name: string) => parse(name);",
    ],
    ["a function that says that it throws", "getOrThrow(file);"],
    ["a callback that was given", "each(file);"],
    [
      "a promise whose rejection is answered by failing",
      "await publishLater(file).catch(() => parse(file));",
    ],
    [
      "promises of functions of the file of which one may fail",
      "await Promise.all([file].map((name) => attempt(name)));",
      "async function attempt(text: string) { await publishLater(text); }",
    ],
    ["promises of functions that nobody knows", "await Promise.all([file].map(publishLater));"],
    ["a promise of which only the end is watched", "await publishLater(file).finally(() => {});"],
    [
      "a parser that is given text",
      "parse(file, { columns: true });",
      "declare function parse(text: string, options: object): void;",
    ],
    ["a callback of the options", "options.onOpen(file.length);"],
    ["a pattern that is made of input", "new RegExp(file);"],
    ["a callback that fails, run by `forEach`", "[file].forEach((name) => parse(name));"],
    ["`throw`", "if (ready) throw new Error(file);"],
    [
      "a function of the file that throws, two calls away",
      "outer(file);",
      "function inner(text: string) { if (!text) throw new Error(text); } function outer(text: string) { inner(text); }",
    ],
    [
      "a promise whose failure is answered by another",
      "await publishLater(file).catch(() => { throw new Error(file); });",
    ],
    ["a removal that is not forced", "fs.rmSync(file);"],
    [
      "an async function of the file in which something is awaited",
      "await tell(file);",
      "async function tell(text: string) { await publishLater(text); }",
    ],
  ])("%s", (_title, between, extra?: string) => {
    expectMarkedLeaks(leaking(between, extra));
  });
});

describe("a call of which nothing says that it fails is none", () => {
  test.each([
    ["a function that nobody knows", "summarise(file);"],
    ["a URL: addresses are built by the program", "new URL(file);"],
    [
      "an assertion, which fails only where the program is wrong",
      "assert(file);",
      "declare function assert(value: unknown): void;",
    ],
    ["a method that nobody knows", "report.update(file);"],
    ["a name that only begins like one that fails", "parsed(file);"],
    ["a callback that may be absent", "options.onClose?.(fd);"],
    ["a callback that says that it is over", "done();"],
    ["a URL that is written down", 'new URL("https://example.org");'],
    ["a pattern that is written down", 'new RegExp("^a");'],
    ["a regular expression that is tried", "/^a/.test(file);"],
    ["a regular expression that is run", "/^a/.exec(file);"],
    [
      "a regular expression that is run by its name",
      "header.exec(file); names.nameRegex.exec(file);",
      "const header = /^a/; declare const names: { nameRegex: RegExp };",
    ],
    [
      "a regular expression that is given other flags",
      "count(file);",
      'const count = (text: string, pattern = /a/) => text.replace(new RegExp(pattern, "g"), "");',
    ],
    [
      "bytes that are decoded by what a `let` holds",
      "let decoder = new TextDecoder(); decoder.decode(new Uint8Array(file.length));",
    ],
    ["a command whose result tells how it went", 'spawnSync("sync", [file]);'],
    [
      "a command of the editor, for which nobody waits",
      'commands.executeCommand("setContext", "ready", true);',
      'import { commands } from "vscode";',
    ],
    ["a map over which a total callback runs", "[file].map((name) => name.trim());"],
    ["a promise that is not awaited", "void publishLater(file);"],
    ["a child process that is started", "spawn(file);"],
    [
      "a parser that is made with options that stand in the code",
      'parseRows({ columns: false, delimiter: ",", bom: -1, names: ["key"] });',
      "declare function parseRows(options: object): void;",
    ],
    [
      "a call whose promise is answered later",
      "const run = manager.runTurn(file); run.then(done, done);",
      "declare const manager: { runTurn(file: string): Promise<void> };",
    ],
    [
      "a call whose promise is one of several",
      "void Promise.race([openLater(file), openLater(file)]);",
      "declare function openLater(file: string): Promise<void>;",
    ],
    [
      "a promise whose failure is answered",
      "await publishLater(file).catch(() => { logger.info(file); });",
    ],
    [
      "a promise both of whose ends are answered",
      "await publishLater(file).then(() => undefined, () => undefined);",
    ],
    [
      "promises of functions of the file that answer what fails",
      "await Promise.all(Array.from({ length: 2 }, () => attempt(file))); await Promise.all([file].map(async (name) => { await attempt(name); }));",
      "async function attempt(text: string) { try { await publishLater(text); } catch { logger.info(text); } }",
    ],
    ["promises of which none has to succeed", "await Promise.allSettled([publishLater(file)]);"],
    ["a removal that is forced", "fs.rmSync(file, { recursive: true, force: true });"],
    ["a part of a URL that is decoded", "decodeURIComponent(file);"],
    [
      "a module that is required by its name",
      'require("sax");',
      "declare function require(name: string): unknown;",
    ],
    ["an error that is made and not thrown", "const error = new TypeError(file); void error;"],
    [
      "an async function of the file that is not awaited",
      "void tell(file);",
      "async function tell(text: string) { await publishLater(text); }",
    ],
    [
      "an async function of the file in which nothing fails",
      "await tell(file);",
      "async function tell(text: string) { await Promise.resolve(); logger.info(text); }",
    ],
    [
      "a promise made before, which nothing can reject",
      "const over = new Promise<void>((resolve) => { setImmediate(resolve); }); await over;",
    ],
    [
      "a function of the file whose promise nothing can reject",
      "await next();",
      "function next(): Promise<void> { return new Promise((resolve) => { setImmediate(resolve); }); }",
    ],
    [
      "a function of the file that calls itself, and logs",
      "count(file.length);",
      "function count(left: number) { logger.info(String(left)); if (left > 0) count(left - 1); }",
    ],
    [
      "a function of the file that catches nothing because nothing fails",
      "note(file);",
      "const note = (text: string) => { logger.info(text.trim()); return text.length; };",
    ],
  ])("%s", (_title, between, extra?: string) => {
    expectSound(sound(between, extra));
  });
});

describe("a function that was given does not fail, where it", () => {
  const given = (parameter: string, call: string): string => code`
    import { openSync, closeSync } from "node:fs";
    export function work(file: string, ${parameter}) {
      const fd = openSync(file, "r");
      ${call} //- parse(file);
      closeSync(fd);
    }
  `;

  test.each([
    ["logs", "logConsole: (text: string) => void", "logConsole(file);"],
    ["says how things are", "getState: () => number", "getState();"],
    ["tells of what is done", "emit: (text: string) => void", "emit(file);"],
    ["changes a state", "dispatch: (action: { type: string }) => void", 'dispatch({ type: "a" });'],
    [
      "numbers what is logged",
      "messageId: (id: number) => string",
      "logger.info(messageId(1), file);",
    ],
  ])("%s", (_title, parameter, call) => {
    expectSound(given(parameter, call));
  });
});

describe("what only sets something of an SQLite connection does not fail", () => {
  const opening = (statement: string): string => code`
    import { DatabaseSync } from "node:sqlite";
    export function openCache(file, limit) {
      const database = new DatabaseSync(file);
      ${statement}
      return database;
    }
  `;

  test.each([
    [
      "a pragma",
      'database.exec("PRAGMA foreign_keys = ON"); //- database.exec("PRAGMA journal_mode = WAL");',
    ],
    [
      "a pragma with a value",
      "database.exec(`PRAGMA busy_timeout = ${limit}`); //- database.exec(`PRAGMA synchronous = ${limit}`);",
    ],
    [
      "several",
      'database.exec("PRAGMA busy_timeout=5000; PRAGMA foreign_keys=1;"); //- database.exec("PRAGMA foreign_keys=1; CREATE TABLE entry (key TEXT)");',
    ],
  ])("%s", (_title, statement) => {
    expectSound(opening(statement), { file: "subject.mjs" });
  });
});
