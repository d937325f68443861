import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Catalogue } from "../resources/catalogue.js";
import type { Rewrite } from "../rewrites/edit.js";
import { reasonToWithhold } from "../rewrites/withheld.js";
import type { RewriteMode } from "../rewrites/mode.js";
import type { ProjectFacts } from "../types/project.js";
import type { TypeSource } from "../types/type-source.js";
import type { Finding, Place, Step } from "./finding.js";

/** A parsed file with all that a check may ask about it. */
export interface CheckedFile {
  /** Absolute, or whatever name the caller has for an unsaved document. */
  readonly filePath: string;
  readonly text: string;
  /** With `range`, `loc`, `comments` and `parent` set. Only ESLint makes `tokens`, too. */
  readonly ast: TSESTree.Program;
  readonly scopes: ScopeManager;
  readonly types: TypeSource;
  readonly catalogue: Catalogue;
  readonly project: ProjectFacts;
  /** In what terms rewrites speak. */
  readonly rewrite: RewriteMode;
}

/** What a check reports; `defineCheck` completes it to a `Finding`. */
export interface Report<MessageId extends string> {
  readonly messageId: MessageId;
  readonly data: Readonly<Record<string, string>>;
  readonly place: Place;
  readonly path: readonly Step[];
  readonly rewrites: readonly Rewrite[];
}

export interface CheckDefinition<MessageId extends string, Options extends object> {
  readonly name: string;
  /** Whether it finds what is wrong, or what could be said better. Default: `problem`. */
  readonly type?: Check["type"];
  /** Default: `recommended` for what is wrong, `strict` for what could be said better. */
  readonly preset?: Check["preset"];
  /** Default: `error` for what is wrong, `warn` for what could be said better. */
  readonly severity?: Check["severity"];
  /** Whether what it finds leaks, so that a count of leaks counts it. Default: false. */
  readonly findsLeaks?: Check["findsLeaks"];
  readonly description: string;
  /** One line each, with `{{placeholders}}`. */
  readonly messages: Readonly<Record<MessageId, string>>;
  /** JSON schema of the rule's one options object. */
  readonly schema: object;
  readonly defaultOptions: Options;
  /** Options with which `strict` and `all` have it; those left out take their defaults. */
  readonly strictOptions?: Partial<Options> | undefined;
  run(file: CheckedFile, options: Options): Iterable<Report<MessageId>>;
}

/** What is wrong and which rewrites mend it, for one rule; knows neither ESLint nor an editor. */
export interface Check {
  readonly name: string;
  /** `problem`: code that is wrong. `suggestion`: code that could be said better. */
  readonly type: "problem" | "suggestion";
  /**
   * The smallest preset that has it. `recommended` is what runs where nobody chooses: rules of which
   * engineers have found that nearly every report is right. `strict` has those and the others.
   */
  readonly preset: "recommended" | "strict";
  /** How much a finding weighs in the presets; in `all`, everything is an error. */
  readonly severity: "error" | "warn";
  /** Whether what it finds are leaks; summaries tell those from other findings. */
  readonly findsLeaks: boolean;
  readonly description: string;
  readonly messages: Readonly<Record<string, string>>;
  readonly schema: object;
  readonly defaultOptions: object;
  /** What `strict` and `all` ask of it beyond `recommended`, if anything. */
  readonly strictOptions: object | undefined;
  /** Options left out take their defaults. Never throws on code that it does not understand. */
  run(file: CheckedFile, options?: object): Finding[];
}

/** Makes a check out of its definition: fills in default options and messages. */
export function defineCheck<MessageId extends string, Options extends object>(
  definition: CheckDefinition<MessageId, Options>,
): Check {
  const { name, type = "problem", description, messages, schema, defaultOptions } = definition;
  const isProblem = type === "problem";
  return {
    name,
    type,
    preset: definition.preset ?? (isProblem ? "recommended" : "strict"),
    severity: definition.severity ?? (isProblem ? "error" : "warn"),
    findsLeaks: definition.findsLeaks ?? false,
    description,
    messages,
    schema,
    defaultOptions,
    strictOptions: definition.strictOptions,
    run(file, options) {
      const findings: Finding[] = [];
      for (const report of definition.run(file, { ...defaultOptions, ...options })) {
        const finding = {
          ...report,
          // A node is a place, too, but the whole tree hangs on it.
          place: plain(report.place),
          path: report.path.map(({ message, place }) => ({ message, place: plain(place) })),
          rule: name,
          message: fillIn(messages[report.messageId], report.data),
        };
        const withheld = withheldFrom(file, report.rewrites);
        findings.push(withheld ? { ...finding, rewrites: [], withheld } : finding);
      }
      return findings;
    },
  };
}

function withheldFrom({ text }: CheckedFile, rewrites: readonly Rewrite[]): Finding["withheld"] {
  if (rewrites.length === 0) return undefined;
  const reason = reasonToWithhold(text);
  const kind = rewrites.some((each) => each.kind === "fix") ? "fix" : "suggestion";
  return reason === undefined ? undefined : { kind, reason };
}

function plain({ range, loc: { start, end } }: Place): Place {
  return {
    range: [range[0], range[1]],
    loc: {
      start: { line: start.line, column: start.column },
      end: { line: end.line, column: end.column },
    },
  };
}

function fillIn(template: string, data: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, key: string) => data[key] ?? whole);
}
