import type ts from "typescript";

import type { Documents } from "./documents.js";
import { typescript } from "./typescript.js";

interface Kept {
  readonly file: ts.SourceFile;
  readonly version: string;
}

/** How a program wants a file to be parsed. */
type Manner = ts.ScriptTarget | ts.CreateSourceFileOptions;

/**
 * Files as TypeScript has parsed them, each once for all programs whose options parse it alike, and
 * as long as a program holds it. Of a file that has changed, only what the change touches is parsed.
 */
export class SourceFiles {
  /** Files to be held on to, whether or not a program that has them is alive. */
  kept: readonly ts.SourceFile[] = [];
  readonly #documents: Documents;
  readonly #known = new Map<string, WeakRef<Kept>>();
  readonly #keptBy = new WeakMap<ts.SourceFile, Kept>();

  constructor(documents: Documents) {
    this.#documents = documents;
  }

  /** What must be the same of two programs' options for them to share files. */
  static keyOf(options: ts.CompilerOptions): string {
    return typescript.createDocumentRegistry().getKeyForCompilationSettings(options);
  }

  /**
   * The file as it is now: the same object as long as its text is the same.
   *
   * @param name With forward slashes.
   * @param key By `keyOf`.
   */
  get(name: string, key: string, manner: Manner): ts.SourceFile | undefined {
    const version = this.#documents.version(name);
    if (version === undefined) return undefined;
    const format = typeof manner === "object" ? manner.impliedNodeFormat : "";
    const id = `${name}|${format ?? ""}|${key}`;
    const known = this.#known.get(id)?.deref();
    if (known?.version === version) return known.file;
    const text = this.#documents.read(name);
    if (text === undefined) return undefined;
    const wanted = typeof manner === "object" ? withDocumentation(manner, text) : manner;
    const file =
      (known && updated(known.file, text, wanted)) ??
      typescript.createSourceFile(name, text, wanted, /* setParentNodes */ false);
    const kept = { file, version };
    this.#known.set(id, new WeakRef(kept));
    this.#keptBy.set(file, kept);
    return file;
  }

  /** Whether the file has still the text that it was parsed from. */
  isCurrent(file: ts.SourceFile): boolean {
    const version = this.#keptBy.get(file)?.version;
    return version !== undefined && version === this.#documents.version(file.fileName);
  }

  /** Forgets about files that no program holds any more. */
  sweep(): void {
    for (const [id, known] of this.#known) {
      if (known.deref() === undefined) this.#known.delete(id);
    }
  }
}

/** What stands in documentation and means something to us, or to how TypeScript looks it up. */
const meaningful = /@(?:acquires|owns|borrows|inherit[dD]oc)\b/;

/**
 * Documentation takes a third of the time and of the memory of declaration files, and is read where
 * it says something about ownership only. (In JavaScript it has types, and is parsed always.)
 */
function withDocumentation(
  manner: ts.CreateSourceFileOptions,
  text: string,
): ts.CreateSourceFileOptions {
  // Before TypeScript 5.3 there was no choice.
  const modes = typescript.JSDocParsingMode as typeof ts.JSDocParsingMode | undefined;
  if (modes === undefined) return manner;
  const jsDocParsingMode = meaningful.test(text) ? modes.ParseAll : modes.ParseNone;
  return { ...manner, jsDocParsingMode };
}

/** What an edit makes of a parsed file, which must not be used any more. */
function updated(before: ts.SourceFile, text: string, wanted: Manner): ts.SourceFile | undefined {
  const { jsDocParsingMode: mode } = before as { readonly jsDocParsingMode?: unknown };
  if (typeof wanted !== "object" || wanted.jsDocParsingMode !== mode) return undefined;
  try {
    return typescript.updateSourceFile(before, text, changeBetween(before.text, text));
  } catch {
    // TypeScript asserts that what it uses again fits. It is parsed anew where that does not.
    return undefined;
  }
}

function changeBetween(before: string, after: string): ts.TextChangeRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  const limit = shorter - start;
  while (
    end < limit &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++;
  }
  const length = before.length - end - start;
  return { span: { start, length }, newLength: after.length - end - start };
}
