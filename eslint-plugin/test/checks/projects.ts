import { mkdtempSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";
import { afterAll } from "vitest";

import { Session } from "../../src/session/index.js";

/** What surrounds a snippet, as far as it matters to a rule. */
export interface Setting {
  /** The snippet's file name. Default: `subject.ts`. */
  readonly file?: string;
  /** `engines.node` of its package. Default: none. */
  readonly node?: string;
  /** Whether its package depends on `unwind`. Default: false. */
  readonly runtime?: boolean;
  /** The rule's option. */
  readonly paths?: "all" | "normal";
}

/** A folder with a package, a tsconfig and the repository's packages, and what can be asked in it. */
export interface Project {
  readonly folder: string;
  session(types: boolean, paths: "all" | "normal"): Session;
  /** Syntax errors and type errors of a file with a text, one line each, in no language but English. */
  errors(file: string, text: string): string[];
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const projects = new Map<string, Project & { close(): void }>();

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

afterAll(() => {
  for (const project of projects.values()) project.close();
  projects.clear();
});

/** The project for a setting: one for all snippets of a test file, so that types are loaded once. */
export function projectFor({ node, runtime = false }: Setting): Project {
  const manifest = JSON.stringify({
    name: "service",
    type: "module",
    ...(node !== undefined && { engines: { node } }),
    ...(runtime && { dependencies: { unwind: "^0.1.0" } }),
  });
  const known = projects.get(manifest);
  if (known) return known;
  const project = newProject(manifest);
  projects.set(manifest, project);
  return project;
}

function newProject(manifest: string): Project & { close(): void } {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "unwind-service-")));
  mkdirSync(path.join(folder, "node_modules"));
  // Holds the link to `runtime`, whose declarations are built.
  for (const name of ["@types", "unwind"]) {
    symlinkSync(path.join(root, "node_modules", name), path.join(folder, "node_modules", name));
  }
  writeFileSync(path.join(folder, "package.json"), manifest);
  writeFileSync(path.join(folder, "surroundings.d.ts"), surroundings);
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "es2022",
        module: "nodenext",
        lib: ["es2023"],
        types: ["node"],
        strict: true,
        allowJs: true,
        noEmit: true,
        skipLibCheck: true,
      },
      include: ["*"],
    }),
  );
  const sessions = new Map<string, Session>();
  const compiler = new Compiler(folder);
  return {
    folder,
    session(types, paths) {
      const key = `${String(types)} ${paths}`;
      const known = sessions.get(key);
      if (known) return known;
      const rules = { "no-unmanaged-acquisition": { options: { paths } } };
      const session = new Session({ types, rules });
      sessions.set(key, session);
      return session;
    },
    errors: (file, text) => compiler.errors(file, text),
    close() {
      for (const session of sessions.values()) session.close();
      compiler.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** TypeScript itself, over one file at a time of a project's folder. */
class Compiler {
  readonly #folder: string;
  readonly #service: ts.LanguageService;
  #file = "";
  #text = "";
  #version = 0;

  constructor(folder: string) {
    this.#folder = folder;
    const configuration = path.join(folder, "tsconfig.json");
    const parsed = ts.parseJsonConfigFileContent(
      ts.readConfigFile(configuration, (name) => ts.sys.readFile(name)).config,
      ts.sys,
      folder,
    );
    const surroundingFiles = [path.join(folder, "surroundings.d.ts")];
    const isSubject = (name: string): boolean => name === this.#file;
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => parsed.options,
      getScriptFileNames: () => [...surroundingFiles, this.#file],
      getScriptVersion: (name) => (isSubject(name) ? String(this.#version) : "0"),
      getScriptSnapshot: (name) => {
        const text = isSubject(name) ? this.#text : ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (name) => isSubject(name) || ts.sys.fileExists(name),
      readFile: (name) => (isSubject(name) ? this.#text : ts.sys.readFile(name)),
      directoryExists: (name) => ts.sys.directoryExists(name),
      getDirectories: (name) => ts.sys.getDirectories(name),
      ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
    });
  }

  errors(file: string, text: string): string[] {
    this.#file = path.join(this.#folder, file);
    this.#text = text;
    this.#version += 1;
    const diagnostics = [
      ...this.#service.getSyntacticDiagnostics(this.#file),
      ...this.#service.getSemanticDiagnostics(this.#file),
    ];
    return diagnostics.map(
      ({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  }

  close(): void {
    this.#service.dispose();
  }
}
