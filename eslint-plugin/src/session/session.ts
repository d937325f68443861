import path from "node:path";

import type { Program } from "typescript";

import type { Check, CheckedFile } from "../checks/check.js";
import { checks as allChecks } from "../checks/index.js";
import type { Catalogue } from "../resources/catalogue.js";
import { catalogueWith } from "../resources/extend.js";
import { type RewriteMode, rewriteModeOf } from "../rewrites/mode.js";
import { forgetProjects, projectFacts } from "../types/project.js";
import type { TypeSource } from "../types/type-source.js";
import { typeScriptSource } from "../types/typescript.js";
import { untyped } from "../types/untyped.js";
import { withSlashes } from "./configuration.js";
import { type Directives, readDirectives } from "./directives.js";
import { Documents } from "./documents.js";
import { isAnalysable, readText, unfit, withoutByteOrderMark } from "./files.js";
import { parse, type Parsed, SyntaxProblem } from "./parse.js";
import { type Answer, Projects, sourceFileIn } from "./projects.js";
import type { FileReport, Problem, ReportedFinding } from "./report.js";
import type { Preset } from "./presets.js";
import { RuleSet, type RuleSetting } from "./rule-set.js";

export interface SessionOptions {
  /** Whether to load the files' TypeScript projects. Default: true. */
  readonly types?: boolean;
  /** Which rules run where `rules` does not say it. Default: `recommended`. */
  readonly preset?: Preset;
  /** By rule name without the plugin's prefix; `preset` decides about rules that are not named. */
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  /** Default: every check that the plugin has. */
  readonly checks?: readonly Check[];
  /** Resources besides those that the plugin knows, as `settings.unwind.resources` of ESLint. */
  readonly resources?: unknown;
  /** In what terms rewrites speak, as `settings.unwind.rewrite` of ESLint. Default: `auto`. */
  readonly rewrite?: unknown;
  /**
   * Whether somebody says by `refresh` when something on disk may have changed. Default: false: each
   * check looks for itself.
   */
  readonly watched?: boolean;
}

/** A file, and its text where that is not (yet) what is on disk. */
export interface GivenFile {
  readonly path: string;
  readonly text?: string | undefined;
}

/** A file as it was parsed, and who answers questions about its types. */
interface Read {
  readonly file: string;
  readonly text: string;
  readonly program: Program | undefined;
  readonly parsed: Parsed;
  readonly types: TypeSource;
}

interface Subject {
  /** As it was given. */
  readonly given: string;
  readonly file: string;
  readonly text: string;
}

/**
 * Files in, findings out, as plain data. Runs no code of the files' workspace and loads none.
 *
 * ESLint's comments (`eslint-disable…`, `eslint-enable`, `eslint …: "warn"`) are honoured.
 *
 * @example
 * const session = new Session();
 * for (const { path, findings } of session.checkFiles(["src/a.ts", "src/b.ts"])) {
 *   for (const { message, place } of findings) console.log(path, place.loc.start.line, message);
 * }
 * session.close();
 */
export class Session {
  readonly #types: boolean;
  readonly #watched: boolean;
  readonly #rules: RuleSet;
  readonly #catalogue: Catalogue;
  readonly #rewrite: RewriteMode;
  readonly #documents = new Documents();
  readonly #projects = new Projects(this.#documents);
  /** An editor asks several things about one text. */
  #last: Read | undefined;

  /**
   * @throws `RangeError` When `rules` names no rule, or gives options that its rule refuses, or when
   *   `preset`, `resources` or `rewrite` are not as they should be.
   */
  constructor(options: SessionOptions = {}) {
    this.#types = options.types ?? true;
    this.#watched = options.watched ?? false;
    this.#rules = new RuleSet(options.checks ?? allChecks, options.rules ?? {}, options.preset);
    this.#catalogue = catalogueWith(options.resources, "resources");
    this.#rewrite = rewriteModeOf(options.rewrite, "rewrite");
  }

  /**
   * Checks one file; its TypeScript program stays in memory for the next call.
   *
   * A text that is given also stands for the file when another one that imports it is checked,
   * until the file is checked without a text or forgotten. Everything else is read from disk again
   * wherever it has changed. Never throws: what is in the way is the report's `problem`.
   */
  check({ path: given, text }: GivenFile): FileReport {
    const subject = this.#open({ path: given, text });
    if ("findings" in subject) return subject;
    return this.#checkSubject(subject, () => this.#projects.programFor(subject.file));
  }

  /**
   * Lets somebody look at a file as the checks see it. Memory and programs are kept as by `check`.
   *
   * @returns Undefined where the file cannot be analysed.
   */
  inspect<Result>(given: GivenFile, look: (file: CheckedFile) => Result): Result | undefined {
    const subject = this.#open(given);
    if ("findings" in subject) return undefined;
    const { file, text } = subject;
    const program = this.#types ? this.#projects.programFor(file).program : undefined;
    let read: Read;
    try {
      read = this.#read(file, text, withText(program, file, text));
    } catch (error) {
      if (error instanceof SyntaxProblem) return undefined;
      throw error;
    }
    return look(this.#checkedFile(read));
  }

  /**
   * Checks many files, ordered so that files of one TypeScript project come together. At most one
   * program is alive at a time; it is released before the next is made, and at the end.
   */
  *checkFiles(paths: Iterable<string>): Generator<FileReport> {
    const given = new Map<string, string>();
    for (const each of paths) given.set(path.resolve(each), each);
    const files = [...given.keys()];
    this.refresh();
    if (!this.#types) {
      for (const file of files) yield this.#checkOne(given.get(file) ?? file, file);
      return;
    }
    for (const file of files) {
      if (!isAnalysable(file)) yield ignored(given.get(file) ?? file);
    }
    for (const { file, ...answer } of this.#projects.programsFor(files.filter(isAnalysable))) {
      yield this.#checkOne(given.get(file) ?? file, file, answer);
    }
  }

  /** Looks on disk at all that was read: returns whether any of it has changed. */
  refresh(): boolean {
    this.#projects.refresh();
    forgetProjects();
    return this.#documents.refresh();
  }

  /** Lets the file on disk be seen again in place of a text that was given for it. */
  forget(file: string): void {
    this.#documents.delete(withSlashes(path.resolve(file)));
  }

  /** Releases the programs. The session may go on to be used. */
  close(): void {
    this.#last = undefined;
    this.#projects.release();
    this.#projects.refresh();
    this.#documents.forgetDisk();
    forgetProjects();
  }

  #open({ path: given, text }: GivenFile): Subject | FileReport {
    const file = path.resolve(given);
    if (!isAnalysable(file)) return ignored(given, text);
    const name = withSlashes(file);
    if (text === undefined) this.#documents.delete(name);
    const content = text === undefined ? readText(file) : withoutByteOrderMark(text);
    if (!this.#watched || text === undefined) this.refresh();
    const subject = this.#subject(given, file, content);
    if (!("problem" in subject) && text !== undefined) this.#documents.set(name, subject.text);
    // Its program goes before the next one is made.
    if (this.#last?.file !== file || this.#last.text !== subject.text) this.#last = undefined;
    return subject;
  }

  #checkOne(given: string, file: string, answer?: Answer): FileReport {
    if (!isAnalysable(file)) return ignored(given);
    const subject = this.#subject(given, file, readText(file));
    if ("problem" in subject) return subject;
    const none = { program: undefined, problem: undefined };
    const report = this.#checkSubject(subject, () => answer ?? none);
    this.#last = undefined;
    return report;
  }

  #subject(
    given: string,
    file: string,
    content: string | Problem,
  ): Subject | (FileReport & { problem: Problem }) {
    const problem = typeof content === "string" ? unfit(content) : content;
    const text = typeof content === "string" ? content : "";
    return problem === undefined
      ? { given, file, text }
      : { path: given, text, findings: [], typed: false, problem };
  }

  #checkSubject(subject: Subject, ask: () => Answer): FileReport {
    const { given, file, text } = subject;
    const answer: Answer = this.#types ? ask() : { program: undefined, problem: undefined };
    const project: Problem | undefined =
      answer.problem === undefined ? undefined : { kind: "project", message: answer.problem };
    const program = withText(answer.program, file, text);
    try {
      const read = this.#read(file, text, program);
      const typed = read.types !== untyped;
      const directives = readDirectives(read.parsed.ast.comments ?? [], (...rule) =>
        this.#rules.accepts(...rule),
      );
      const { findings, failure } = this.#run(this.#checkedFile(read), directives);
      const problem = failure ?? project;
      return { path: given, text, findings, typed, ...(problem && { problem }) };
    } catch (error) {
      const problem =
        error instanceof SyntaxProblem ? error.problem : internal("the parser", error);
      return { path: given, text, findings: [], typed: false, problem };
    }
  }

  #read(file: string, text: string, program: Program | undefined): Read {
    const last = this.#last;
    if (last?.file === file && last.text === text && last.program === program) return last;
    const parsed = parse(file, text, program);
    const { services } = parsed;
    const types = services.program === null ? untyped : typeScriptSource(services);
    return (this.#last = { file, text, program, parsed, types });
  }

  #checkedFile({ file, text, types, parsed: { ast, scopes } }: Read): CheckedFile {
    const project = projectFacts(file);
    const settings = { catalogue: this.#catalogue, rewrite: this.#rewrite };
    return { filePath: file, text, ast, scopes, types, project, ...settings };
  }

  #run(checked: CheckedFile, { settings, isDisabled }: Directives) {
    const findings: ReportedFinding[] = [];
    let failure: Problem | undefined;
    for (const { id, check, severity, options } of this.#rules.inForce(settings)) {
      try {
        for (const finding of check.run(checked, options)) {
          if (!isDisabled(id, finding.place)) findings.push({ ...finding, severity });
        }
      } catch (error) {
        failure ??= internal(`the rule ${check.name}`, error, checked.filePath);
      }
    }
    findings.sort((a, b) => a.place.range[0] - b.place.range[0]);
    return { findings, failure };
  }
}

/** The program, where it holds the file with this very text. */
function withText(program: Program | undefined, file: string, text: string): Program | undefined {
  return program && sourceFileIn(program, file)?.text === text ? program : undefined;
}

function ignored(given: string, text = ""): FileReport {
  return { path: given, text, findings: [], typed: false };
}

function internal(what: string, error: unknown, file?: string): Problem {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = file === undefined ? "" : ` on ${file}`;
  return {
    kind: "internal",
    message: `${what} failed${place} (${message.replace(/\s+/g, " ").trim()}); please report it`,
  };
}
