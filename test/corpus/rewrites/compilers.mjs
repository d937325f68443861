import { dirname, join, resolve } from "node:path";

import ts from "typescript";

import { root } from "../../../scripts/lib/paths.mjs";

/** Errors that say that a module or its declarations are not there. */
const unresolved = new Set([2307, 2792, 7016, 2688, 2732, 2580, 2591]);

/** The package that rewrites import, and the declarations that are built for it. */
const runtime = Object.fromEntries(
  ["", "/node", "/sql", "/testing", "/streams"].map((entry) => [
    `unwind${entry}`,
    [join(root, "runtime", "dist", entry, "index.d.ts")],
  ]),
);

/** TypeScript over one file at a time, with the options of the file's own project. */
export class Compilers {
  #registry = ts.createDocumentRegistry();
  /** By the path of the configuration. */
  #compilers = new Map();

  /**
   * The errors that a file has after a change, and had not before.
   *
   * @param {string} path
   * @param {string} before
   * @param {string} after
   * @returns {{ checked: "checked" | "unresolved" | "untyped", errors: string[] }} `unresolved`
   *   where an import does not resolve; `untyped` where nothing checks the file's types
   */
  newErrors(path, before, after) {
    const compiler = this.#compilerFor(path);
    const known = compiler.errors(path, before);
    if (known.some(({ code }) => unresolved.has(code))) {
      return { checked: "unresolved", errors: [] };
    }
    const left = known.map(textOf);
    const errors = compiler
      .errors(path, after)
      .map(textOf)
      .filter((error) => {
        const index = left.indexOf(error);
        if (index !== -1) left.splice(index, 1);
        return index === -1;
      });
    return { checked: compiler.checks(path) ? "checked" : "untyped", errors };
  }

  close() {
    for (const compiler of this.#compilers.values()) compiler.close();
    this.#compilers.clear();
  }

  #compilerFor(path) {
    const configuration = configurationOf(path);
    const key = configuration?.path ?? dirname(path);
    let compiler = this.#compilers.get(key);
    if (compiler === undefined) {
      // Programs of large repositories do not fit into memory side by side.
      this.close();
      compiler = new Compiler(configuration, dirname(path), this.#registry);
      this.#compilers.set(key, compiler);
    }
    return compiler;
  }
}

class Compiler {
  #service;
  #options;
  #path = "";
  #text = "";
  #version = 0;

  constructor(configuration, folder, registry) {
    const options = { ...(configuration?.options ?? defaults), ...overrides };
    options.paths = { ...options.paths, ...runtime };
    options.lib = withDisposables(options);
    this.#options = options;
    const ambient = (configuration?.fileNames ?? []).filter((name) => /\.d\.[cm]?ts$/.test(name));
    this.#service = ts.createLanguageService(
      {
        getCompilationSettings: () => options,
        getScriptFileNames: () => [...ambient, this.#path],
        getScriptVersion: (name) => (name === this.#path ? String(this.#version) : "0"),
        getScriptSnapshot: (name) => {
          const text = this.#read(name);
          return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
        },
        getCurrentDirectory: () => configuration?.folder ?? folder,
        getDefaultLibFileName: (each) => ts.getDefaultLibFilePath(each),
        fileExists: ts.sys.fileExists,
        readFile: (name) => this.#read(name),
        directoryExists: ts.sys.directoryExists,
        getDirectories: ts.sys.getDirectories,
        realpath: ts.sys.realpath,
      },
      registry,
    );
  }

  errors(path, text) {
    this.#path = path;
    this.#text = text;
    this.#version += 1;
    return [
      ...this.#service.getSyntacticDiagnostics(path),
      ...this.#service.getSemanticDiagnostics(path),
    ];
  }

  /** JavaScript is parsed only, unless the project asks for more. */
  checks(path) {
    return /\.[cm]?tsx?$/.test(path) || this.#options.checkJs === true;
  }

  close() {
    this.#service.dispose();
  }

  #read(name) {
    return name === this.#path ? this.#text : ts.sys.readFile(name);
  }
}

const defaults = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
};

const overrides = {
  noEmit: true,
  allowJs: true,
  skipLibCheck: true,
  composite: false,
  incremental: false,
  // What a newer TypeScript warns of is no error of the rewrite.
  ignoreDeprecations: "6.0",
};

/** What `using` needs to be declared; a project that writes it says so in its `lib`. */
function withDisposables({ lib, target }) {
  const base = lib ?? [ts.getDefaultLibFileName({ target: target ?? ts.ScriptTarget.ES2022 })];
  return [...new Set([...base, "lib.esnext.disposable.d.ts"])];
}

/** The nearest configuration, or that of its references which has the file. */
function configurationOf(path) {
  const nearest = ts.findConfigFile(dirname(path), ts.sys.fileExists);
  if (nearest === undefined) return undefined;
  const first = read(nearest);
  if (first.fileNames.includes(path)) return first;
  for (const { path: reference } of first.references) {
    const other = read(ts.resolveProjectReferencePath({ path: reference }));
    if (other.fileNames.includes(path)) return other;
  }
  return first;
}

const configurations = new Map();

function read(path) {
  let configuration = configurations.get(path);
  if (configuration === undefined) {
    const folder = dirname(path);
    const { config } = ts.readConfigFile(path, ts.sys.readFile);
    const parsed = ts.parseJsonConfigFileContent(config ?? {}, ts.sys, folder, undefined, path);
    const { options, fileNames, projectReferences: references = [] } = parsed;
    configuration = {
      path,
      folder,
      options,
      fileNames: fileNames.map((n) => resolve(n)),
      references,
    };
    configurations.set(path, configuration);
  }
  return configuration;
}

function textOf({ code, messageText }) {
  return `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
