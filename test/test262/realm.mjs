import { readFileSync } from "node:fs";
import { createContext, Script, SourceTextModule } from "node:vm";

const runtime = new URL("../../runtime/dist/", import.meta.url);

/**
 * A realm whose `DisposableStack`, `AsyncDisposableStack` and `SuppressedError` are ours, put there
 * in the way the standard defines its globals.
 *
 * @returns {Promise<{ global: object, evaluate: (source: string, filename: string) => unknown }>}
 */
export async function createRealm() {
  const context = createContext();
  const evaluate = (source, filename) => new Script(source, { filename }).runInContext(context);
  // Where the engine has one, the runtime would take it in place of its own.
  evaluate("delete globalThis.SuppressedError;", "realm.js");
  // Where it lacks the symbols, the tests ask for them by their standard names all the same.
  evaluate(
    `for (const name of ["dispose", "asyncDispose"]) {
       if (name in Symbol) continue;
       Object.defineProperty(Symbol, name, { value: Symbol("Symbol." + name) });
     }`,
    "realm.js",
  );
  const { AsyncExitStack, ExitStack, SuppressedError } = await loadRuntime(context);
  const globals = {
    DisposableStack: ExitStack,
    AsyncDisposableStack: AsyncExitStack,
    SuppressedError,
  };
  const global = evaluate("globalThis", "realm.js");
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true });
  }
  return { global, evaluate };
}

/** The built package's modules, as they are published, evaluated in a context. */
async function loadRuntime(context) {
  const modules = new Map();
  const load = (url) => {
    let module = modules.get(url.href);
    if (module === undefined) {
      module = new SourceTextModule(source(url), { context, identifier: url.href });
      modules.set(url.href, module);
    }
    return module;
  };
  const index = load(new URL("index.js", runtime));
  await index.link((specifier, from) => load(new URL(specifier, from.identifier)));
  await index.evaluate();
  return index.namespace;
}

const sources = new Map();

function source(url) {
  let text = sources.get(url.href);
  if (text === undefined) {
    text = readFileSync(url, "utf8");
    sources.set(url.href, text);
  }
  return text;
}
