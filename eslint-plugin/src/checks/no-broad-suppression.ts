import type { TSESTree } from "@typescript-eslint/types";

import { rewritesOfSuppressor, rewritesOfSwallow } from "../rewrites/suppressions.js";

import { findSuppressors, type Suppressor } from "../analysis/outcomes/suppressing-exits.js";
import {
  findSwallowed,
  type Swallow,
  type SwallowOptions,
} from "../analysis/outcomes/swallowed.js";
import { calleeName } from "../analysis/code/syntax.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { headOfClause } from "./places.js";

type MessageId =
  | "claim"
  | "loss"
  | "disposal"
  | "rejections"
  | "filter"
  | "exit"
  | "generator"
  | "silence"
  | "fallback";

/** Finds errors of any kind that are swallowed. */
export const noBroadSuppression = defineCheck<MessageId, SwallowOptions>({
  name: "no-broad-suppression",
  preset: "strict",
  description: "Disallow swallowing errors of every kind",
  messages: {
    claim:
      "If `{{call}}` fails, every error is ignored here, and line {{line}} says that it succeeded.",
    loss: "If `{{call}}` fails, nobody learns of it: every error is ignored here.",
    disposal:
      "What fails while `{{name}}` is released is lost here, because every error is ignored.",
    rejections:
      "If `{{call}}` fails, nobody learns of it: `Promise.allSettled` never rejects, and its results are dropped.",
    filter: "`{{filter}}` names every error, so that those of bugs are suppressed, too.",
    exit: "{{name}} returns `true` whatever failed, which suppresses every error of the body.",
    generator: "This `catch` suppresses every error of the body, those of bugs included.",
    silence: "Every error is ignored here, those of bugs included.",
    fallback: "Every error becomes `{{value}}` here, those of bugs included.",
  },
  schema: {
    type: "object",
    properties: {
      report: {
        enum: ["claims", "losses", "all"],
        description:
          "Whether only errors count after which the code says that it succeeded (`claims`), also those that lose what was to be stored, or a failed release, without a word (`losses`), or those of all code (`all`).",
      },
      allowProbing: {
        type: "boolean",
        description: "Whether code that only asks may take any failure for an answer.",
      },
      requireReason: {
        type: "boolean",
        description: "Whether clean-up and probing need a comment with the reason, too.",
      },
    },
    additionalProperties: false,
  },
  strictOptions: { report: "losses" },
  defaultOptions: { report: "claims", allowProbing: true, requireReason: false },
  *run(file, options) {
    for (const suppressor of findSuppressors(file)) yield reportSuppressor(suppressor, file);
    for (const swallow of findSwallowed(file, options)) yield reportSwallow(swallow, file);
  },
});

function reportSuppressor(suppressor: Suppressor, file: CheckedFile): Report<MessageId> {
  switch (suppressor.kind) {
    case "filter":
      return {
        messageId: "filter",
        data: { filter: shortened(file.text.slice(...suppressor.filter.range)) },
        place: suppressor.filter,
        path: [],
        rewrites: rewritesOfSuppressor(suppressor, file),
      };
    case "generator":
      return {
        messageId: "generator",
        data: {},
        place: headOfClause(suppressor.clause),
        path: [],
        rewrites: rewritesOfSuppressor(suppressor, file),
      };
    case "exit": {
      const { name, answers, func } = suppressor;
      const [answer] = answers;
      return {
        messageId: "exit",
        data: { name: name.includes(" ") ? "The exit" : `\`${name}\`` },
        place: answer ?? func,
        path: [],
        rewrites: rewritesOfSuppressor(suppressor, file),
      };
    }
  }
}

function reportSwallow(swallow: Swallow, file: CheckedFile): Report<MessageId> {
  const { kind, subject, place, claim } = swallow;
  const at = place.type === "CatchClause" ? headOfClause(place) : place;
  return {
    messageId: kind,
    data: { ...dataOf(kind, subject, file.text), line: String(claim?.loc.start.line) },
    place: at,
    path: claim
      ? [
          { message: "every error is ignored here", place: at },
          { message: "and this says that it succeeded", place: claim },
        ]
      : [],
    rewrites: rewritesOfSwallow(swallow, file),
  };
}

function dataOf(
  kind: Swallow["kind"],
  subject: TSESTree.Node | undefined,
  text: string,
): Record<string, string> {
  if (kind === "fallback") {
    return { value: subject ? shortened(text.slice(...subject.range)) : "nothing" };
  }
  if (kind === "disposal" && subject?.type === "VariableDeclaration") {
    const [declarator] = subject.declarations;
    return { name: declarator.id.type === "Identifier" ? declarator.id.name : "it" };
  }
  if (subject?.type === "CallExpression") {
    return { call: `${shortened(calleeName(subject.callee))}()` };
  }
  return { call: "one of them" };
}

function shortened(code: string): string {
  const line = code.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 37)}…` : line;
}
