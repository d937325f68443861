import { ConfigCommentParser } from "@eslint/plugin-kit";
import type { TSESTree } from "@typescript-eslint/types";

import type { Place } from "../checks/finding.js";
import type { Severity } from "./report.js";

/** What a comment `eslint rule: …` says about a rule. */
export interface InlineSetting {
  readonly severity: "off" | Severity;
  /** Absent where only the severity is given, which keeps the options set elsewhere. */
  readonly options?: object;
}

/** What a file's comments tell ESLint about rules. */
export interface Directives {
  /** By rule name with the plugin's prefix. */
  readonly settings: ReadonlyMap<string, InlineSetting>;
  /** Whether a comment disables the rule where a finding begins. */
  isDisabled(rule: string, place: Place): boolean;
}

interface Position {
  readonly line: number;
  /** From 0; −1 stands before everything on its line. */
  readonly column: number;
}

/** From its position on, the rule (or every rule, where undefined) is disabled or not. */
interface Switch extends Position {
  readonly rule: string | undefined;
  readonly disables: boolean;
}

const labels =
  /^(?:eslint(?:-env|-enable|-disable(?:(?:-next)?-line)?)?|exported|globals?)(?:\s|$)/u;
const lineLabels = /^eslint-disable-(?:next-)?line$/u;
const parser = new ConfigCommentParser();

/**
 * Reads a file's comments as ESLint does.
 *
 * @param accepts Whether a rule (with the plugin's prefix) exists and takes the options, which are
 *   absent where a comment gives only a severity.
 */
export function readDirectives(
  comments: readonly TSESTree.Comment[],
  accepts: (rule: string, options?: unknown) => boolean,
): Directives {
  const settings = new Map<string, InlineSetting>();
  const blocks: Switch[] = [];
  const lines: Switch[] = [];
  for (const comment of comments) {
    const directive = parser.parseDirective(comment.value);
    if (directive === undefined || !labels.test(directive.label)) continue;
    const { label, value } = directive;
    if (comment.type === ("Line" as TSESTree.AST_TOKEN_TYPES) && !lineLabels.test(label)) continue;

    const { start, end } = comment.loc;
    switch (label) {
      case "eslint":
        readSettings(value, accepts, settings);
        break;
      case "eslint-disable":
      case "eslint-enable":
        for (const rule of rulesIn(value)) {
          blocks.push({ ...start, rule, disables: label === "eslint-disable" });
        }
        break;
      case "eslint-disable-line":
        // ESLint reports such a comment over several lines as a mistake, and does not apply it.
        if (start.line === end.line) disableLine(start.line);
        break;
      case "eslint-disable-next-line":
        disableLine(end.line + 1);
        break;
    }

    function disableLine(line: number): void {
      for (const rule of rulesIn(value)) {
        lines.push({ line, column: 0, rule, disables: true });
        lines.push({ line: line + 1, column: -1, rule, disables: false });
      }
    }
  }
  blocks.sort(compare);
  lines.sort(compare);
  return {
    settings,
    isDisabled: (rule, { loc: { start } }) =>
      disabledBy(blocks, rule, start) || disabledBy(lines, rule, start),
  };
}

function rulesIn(list: string): readonly (string | undefined)[] {
  const rules = Object.keys(parser.parseListConfig(list));
  return rules.length === 0 ? [undefined] : rules;
}

function disabledBy(switches: readonly Switch[], rule: string, position: Position): boolean {
  let disabled = false;
  for (const each of switches) {
    if (compare(each, position) > 0) break;
    if (each.rule === undefined || each.rule === rule) disabled = each.disables;
  }
  return disabled;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** The first comment that configures a rule counts, and one that is not valid counts for nothing. */
function readSettings(
  value: string,
  accepts: (rule: string, options?: unknown) => boolean,
  settings: Map<string, InlineSetting>,
): void {
  const parsed = parser.parseJSONLikeConfig(value);
  if (!parsed.ok) return;
  for (const [rule, config] of Object.entries(parsed.config)) {
    if (settings.has(rule)) continue;
    const [severity, ...given] = (Array.isArray(config) ? config : [config]) as unknown[];
    const named = severities.get(severity);
    if (named === undefined || given.length > 1 || !accepts(rule, ...given)) continue;
    const [options] = given;
    settings.set(rule, {
      severity: named,
      ...(typeof options === "object" && options !== null && { options }),
    });
  }
}

/** As ESLint writes severities. */
const severities: ReadonlyMap<unknown, InlineSetting["severity"]> = new Map<
  unknown,
  InlineSetting["severity"]
>([
  [0, "off"],
  ["off", "off"],
  [1, "warn"],
  ["warn", "warn"],
  [2, "error"],
  ["error", "error"],
]);
