import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What the `compilerOptions` nearest to a file say of the engines that its code is for. */
export interface CompilerFacts {
  /**
   * What becomes of `using`: `lowered` for an older `target`; `kept` as it is written; `unknown`
   * where something else than the compiler makes the code that runs, or nothing is said.
   */
  readonly using: "lowered" | "kept" | "unknown";
  /** Whether `lib` says that the engines have the dispose symbols. */
  readonly declaresSymbols: boolean;
}

interface Options {
  readonly target?: unknown;
  readonly lib?: unknown;
  readonly noEmit?: unknown;
  readonly emitDeclarationOnly?: unknown;
  readonly erasableSyntaxOnly?: unknown;
}

const nothingKnown: CompilerFacts = { using: "unknown", declaresSymbols: false };

/** A chain of `extends` that is longer is a circle. */
const longestChain = 10;

/**
 * Reads a folder's `tsconfig.json` and what it extends; undefined where the folder has none.
 *
 * One that cannot be read or parsed counts as one that says nothing. Never throws.
 */
export function compilerFactsIn(folder: string): CompilerFacts | undefined {
  const file = path.join(folder, "tsconfig.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : nothingKnown;
  }
  try {
    return factsOf(optionsOf(file, text, longestChain));
  } catch {
    return nothingKnown;
  }
}

function factsOf({ target, lib, noEmit, emitDeclarationOnly, erasableSyntaxOnly }: Options) {
  const names = Array.isArray(lib) ? lib.map((each) => String(each).toLowerCase()) : [];
  const declaresSymbols = names.some((name) => name === "esnext" || name === "esnext.disposable");
  return { using: usingBy(), declaresSymbols };

  function usingBy(): CompilerFacts["using"] {
    // What only takes types away leaves the syntax as it is, whatever the target says.
    if (erasableSyntaxOnly === true) return "unknown";
    if (typeof target !== "string" || target.toLowerCase() !== "esnext") return "lowered";
    return noEmit === true || emitDeclarationOnly === true ? "unknown" : "kept";
  }
}

function optionsOf(file: string, text: string, left: number): Options {
  const parsed = JSON.parse(withoutComments(text)) as {
    readonly extends?: unknown;
    readonly references?: unknown;
    readonly compilerOptions?: Options;
  } | null;
  if (parsed?.references !== undefined && parsed.compilerOptions === undefined) {
    throw new Error("the options stand in another configuration");
  }
  const bases = [parsed?.extends ?? []].flat().filter((base) => typeof base === "string");
  const inherited = bases.map((base) => {
    const found = left > 0 ? resolved(base, file) : undefined;
    // What is not installed may say anything.
    if (found === undefined) throw new Error(`${base} is not there`);
    return optionsOf(found, readFileSync(found, "utf8"), left - 1);
  });
  return Object.assign({}, ...inherited, parsed?.compilerOptions) as Options;
}

/** The file that `extends` names: beside the configuration, or in a package. */
function resolved(base: string, from: string): string | undefined {
  if (!base.startsWith(".") && !path.isAbsolute(base)) {
    const require = createRequire(from);
    for (const name of [base, `${base}.json`, `${base}/tsconfig.json`]) {
      try {
        return require.resolve(name);
      } catch {
        // The next spelling may be the one.
      }
    }
    return undefined;
  }
  const file = path.resolve(path.dirname(from), base);
  return file.endsWith(".json") ? file : `${file}.json`;
}

/** JSON, of which TypeScript allows comments and commas behind the last of a list. */
function withoutComments(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .replace(/("(?:[^"\\]|\\.)*")|\/\/.*|\/\*[^]*?\*\//g, (_all, literal?: string) => literal ?? "")
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_all, literal?: string) => literal ?? "");
}
