import type { ParserServices } from "@typescript-eslint/parser";
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import type { Rule } from "eslint";

import type { Check, CheckedFile } from "./checks/check.js";
import type { Catalogue } from "./resources/catalogue.js";
import { catalogueWith } from "./resources/extend.js";
import { InvalidResources } from "./resources/shape.js";
import type { Rewrite } from "./rewrites/edit.js";
import { type RewriteMode, rewriteModeOf } from "./rewrites/mode.js";
import { projectFacts } from "./types/project.js";
import { typeScriptSource } from "./types/typescript.js";
import { untyped } from "./types/untyped.js";

const documentation = "https://github.com/unwind-ts/unwind/blob/main/eslint-plugin/docs/rules";

/**
 * Turns a check into an ESLint rule.
 *
 * ESLint has no field for a finding's path and for a second fix: the path is dropped, and every
 * rewrite but the first proven one becomes a suggestion. Types are asked for where the parser
 * offers them.
 */
export function createRule(check: Check): Rule.RuleModule {
  return {
    meta: {
      type: check.type,
      docs: { description: check.description, url: `${documentation}/${check.name}.md` },
      fixable: "code",
      hasSuggestions: true,
      messages: {
        ...check.messages,
        rewrite: "{{title}}",
        setting: "{{problem}}",
        failed: "`{{rule}}` could not analyse this file, please report it: {{error}}",
      },
      schema: [check.schema],
      defaultOptions: [check.defaultOptions],
    },
    create(context) {
      return {
        Program(node) {
          try {
            report(check, context);
          } catch (error) {
            // A parser that we do not know may build trees that no check expects. ESLint would stop
            // with the whole run; one message leaves it the other rules and files.
            const data = { rule: check.name, error: String(error) };
            context.report({ node, loc: { line: 1, column: 0 }, messageId: "failed", data });
          }
        },
      };
    },
  };
}

/** What `settings.unwind` says. */
interface Settings {
  readonly catalogue: Catalogue;
  readonly rewrite: RewriteMode;
}

/** Undefined where the settings cannot be used, of which the file's reader is told. */
function settingsOf(context: Rule.RuleContext): Settings | undefined {
  const ours = context.settings["unwind"] as
    { readonly resources?: unknown; readonly rewrite?: unknown } | null | undefined;
  try {
    return { catalogue: catalogueWith(ours?.resources), rewrite: rewriteModeOf(ours?.rewrite) };
  } catch (error) {
    if (!(error instanceof InvalidResources)) throw error;
    const data = { problem: error.message };
    context.report({ loc: { line: 1, column: 0 }, messageId: "setting", data });
    return undefined;
  }
}

/**
 * What every rule of one run sees of a file: the same object, so that they share what is found out
 * about it, and only the first tells of a setting that cannot be used.
 */
const checkedFiles = new WeakMap<object, { readonly file: CheckedFile | undefined }>();

function checkedFileOf(context: Rule.RuleContext): CheckedFile | undefined {
  let known = checkedFiles.get(context.sourceCode);
  if (!known) {
    const settings = settingsOf(context);
    known = { file: settings && checkedFile(context, settings) };
    checkedFiles.set(context.sourceCode, known);
  }
  return known.file;
}

function checkedFile({ sourceCode, filename }: Rule.RuleContext, settings: Settings): CheckedFile {
  // Whatever the parser gives, or nothing.
  const services = sourceCode.parserServices as
    ParserServices | Readonly<Partial<Record<"program", undefined>>> | undefined;
  return {
    filePath: filename,
    text: sourceCode.text,
    // ESLint declares ESTree's nodes, and its own scope manager; both are what our types describe,
    // without the parts that only TypeScript has.
    ast: sourceCode.ast as unknown as TSESTree.Program,
    scopes: sourceCode.scopeManager as unknown as ScopeManager,
    types: services?.program ? typeScriptSource(services) : untyped,
    ...settings,
    project: projectFacts(filename),
  };
}

function report(check: Check, context: Rule.RuleContext): void {
  const [options] = context.options as [object | undefined];
  const file = checkedFileOf(context);
  if (!file) return;
  for (const { place, messageId, data, rewrites } of check.run(file, options)) {
    const fix = rewrites.find(({ kind }) => kind === "fix");
    context.report({
      loc: place.loc,
      messageId,
      data: { ...data },
      fix: fix ? apply(fix) : null,
      suggest: rewrites
        .filter((rewrite) => rewrite !== fix)
        .map((rewrite) => ({
          messageId: "rewrite",
          data: { title: rewrite.title },
          fix: apply(rewrite),
        })),
    });
  }
}

function apply({ edits }: Rewrite) {
  return (fixer: Rule.RuleFixer): Rule.Fix[] =>
    edits.map(({ range, text }) => fixer.replaceTextRange([range[0], range[1]], text));
}
