import { mkdtempSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";
import { afterAll } from "vitest";

import type { RewriteMode } from "../../src/rewrites/mode.js";
import { checks, type FileReport, Session } from "../../src/session/index.js";

/** What surrounds a snippet, as far as it matters to a rule. */
export interface Setting {
  /** The snippet's file name. Default: `subject.ts`. */
  readonly file?: string;
  /** `engines.node` of its package. Default: none. */
  readonly node?: string;
  /** Whether its package depends on `unwind`. Default: false. */
  readonly runtime?: boolean;
  /** In what terms rewrites speak. */
  readonly rewrite?: RewriteMode;
  /** The rule, which runs alone. Default: `no-unmanaged-acquisition`. */
  readonly rule?: string;
  /** The rule's options. */
  readonly options?: object;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

const surroundingsFile = "surroundings.d.ts";

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2023"],
  types: ["node"],
  strict: true,
  allowJs: true,
  noEmit: true,
  skipLibCheck: true,
};

/** What a snippet may use without declaring it: the surroundings of a service's functions. */
const surroundings = `
interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string, ...details: unknown[]): void;
}
declare const logger: Logger;
declare const config: { readonly url: string; readonly file: string; readonly port: number };
declare function parse(text: string): Record<string, string>;
declare function publish(text: string): Promise<void>;
declare const ready: boolean;
`;

/** A folder with packages, all in one TypeScript project, so that types are loaded once. */
class Workspace {
  readonly #folder = realpathSync(mkdtempSync(path.join(tmpdir(), "unwind-packages-")));
  readonly #compiler = new Compiler(this.#folder, compilerOptions);
  readonly #packages = new Map<string, string>();
  readonly #files = new Set<string>();
  readonly #sessions = new Map<string, Session>();

  constructor() {
    mkdirSync(path.join(this.#folder, "node_modules"));
    // Links, `unwind` to the runtime, whose declarations are built.
    for (const name of ["@types", "unwind"]) {
      const link = path.join(this.#folder, "node_modules", name);
      symlinkSync(path.join(root, "node_modules", name), link);
    }
    writeFileSync(path.join(this.#folder, surroundingsFile), surroundings);
    writeFileSync(
      path.join(this.#folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["."] }),
    );
  }

  /** The path of a snippet in the package that the setting describes. */
  fileFor({ file = "subject.ts", node, runtime = false }: Setting): string {
    const manifest = JSON.stringify({
      name: "service",
      type: "module",
      ...(node !== undefined && { engines: { node } }),
      ...(runtime && { dependencies: { unwind: "^0.1.0" } }),
    });
    let folder = this.#packages.get(manifest);
    if (folder === undefined) {
      folder = path.join(this.#folder, `package-${this.#packages.size}`);
      mkdirSync(folder);
      writeFileSync(path.join(folder, "package.json"), manifest);
      this.#packages.set(manifest, folder);
    }
    const subject = path.join(folder, file);
    if (!this.#files.has(subject)) {
      // On disk, so that it belongs to the TypeScript project; its text is given from case to case.
      writeFileSync(subject, "export {};\n");
      this.#files.add(subject);
    }
    return subject;
  }

  sessionFor(types: boolean, setting: Setting): Session {
    const { rule = "no-unmanaged-acquisition", options = {}, rewrite = "auto" } = setting;
    const key = JSON.stringify([types, rule, options, rewrite]);
    const known = this.#sessions.get(key);
    if (known) return known;
    const session = new Session({
      types,
      checks: checks.filter(({ name }) => name === rule),
      rules: { [rule]: { options } },
      rewrite,
    });
    this.#sessions.set(key, session);
    return session;
  }

  errors(file: string, text: string): string[] {
    return this.#compiler.errors(file, text);
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
    this.#compiler.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The workspace of a test file, made when the first snippet needs it. */
let current: Workspace | undefined;

afterAll(() => {
  current?.close();
  current = undefined;
});

function workspace(): Workspace {
  current ??= new Workspace();
  return current;
}

/** What the session says of a snippet, with types or without. */
export function reportOn(text: string, types: boolean, setting: Setting): FileReport {
  const file = workspace().fileFor(setting);
  return workspace().sessionFor(types, setting).check({ path: file, text });
}

/** What TypeScript says against a snippet: syntax errors and type errors, one line each. */
export function errorsIn(text: string, setting: Setting = {}): string[] {
  return workspace().errors(workspace().fileFor(setting), text);
}

/** TypeScript itself, over one file at a time. */
class Compiler {
  readonly #service: ts.LanguageService;
  #file = "";
  #text = "";
  #version = 0;

  constructor(folder: string, settings: object) {
    const { options } = ts.convertCompilerOptionsFromJson(settings, folder);
    const isSubject = (name: string): boolean => name === this.#file;
    const read = (name: string): string | undefined =>
      isSubject(name) ? this.#text : ts.sys.readFile(name);
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [path.join(folder, surroundingsFile), this.#file],
      getScriptVersion: (name) => (isSubject(name) ? String(this.#version) : "0"),
      getScriptSnapshot: (name) => {
        const text = read(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (each) => ts.getDefaultLibFilePath(each),
      fileExists: (name) => isSubject(name) || ts.sys.fileExists(name),
      readFile: read,
      directoryExists: (name) => ts.sys.directoryExists(name),
      getDirectories: (name) => ts.sys.getDirectories(name),
      ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
    });
  }

  errors(file: string, text: string): string[] {
    this.#file = file;
    this.#text = text;
    this.#version += 1;
    const diagnostics = [
      ...this.#service.getSyntacticDiagnostics(file),
      ...this.#service.getSemanticDiagnostics(file),
    ];
    return diagnostics.map(
      ({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  }

  close(): void {
    this.#service.dispose();
  }
}
