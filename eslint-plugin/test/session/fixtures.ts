import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { TSESTree } from "@typescript-eslint/types";
import { onTestFinished } from "vitest";

import { type Check, type CheckedFile, defineCheck } from "../../src/session/index.js";

/** A folder with the given files, which is gone when the test is. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "unwind-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** Every call in a file, in no particular order. */
export function* callsIn({ ast }: CheckedFile): Generator<TSESTree.CallExpression> {
  const pending: unknown[] = [ast.body];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const node = value as Partial<TSESTree.Node>;
    if (node.type === "CallExpression") yield node as TSESTree.CallExpression;
    for (const [key, child] of Object.entries(value)) {
      if (key !== "parent" && key !== "loc" && child !== undefined) pending.push(child ?? []);
    }
  }
}

/** Finds calls of `leak`, and mends them by a fix (`leak("fix")`) or by two suggestions. */
export const findsLeaks = defineCheck({
  name: "no-leak",
  description: "Find calls of `leak`",
  messages: { leaks: "`{{name}}` leaks." },
  schema: { type: "object", properties: { name: { type: "string" } }, additionalProperties: false },
  defaultOptions: { name: "leak" },
  *run(file, options) {
    for (const call of callsIn(file)) {
      const { callee } = call;
      if (callee.type !== "Identifier" || callee.name !== options.name) continue;
      const [argument] = call.arguments;
      const fixable = argument?.type === "Literal" && argument.value === "fix";
      const edits = [{ range: callee.range, text: "mended" }];
      yield {
        messageId: "leaks",
        data: { name: callee.name },
        place: call,
        path: [{ message: "acquired here", place: callee }],
        rewrites: [
          { kind: fixable ? "fix" : "suggestion", title: "Mend it", edits },
          { kind: "suggestion", title: "Drop it", edits: [{ range: call.range, text: "void 0" }] },
        ],
      };
    }
  },
}) satisfies Check;

/** Finds calls whose result is a promise: what only types can tell. */
export const findsPromises = defineCheck({
  name: "no-promise",
  description: "Find calls that return a promise",
  messages: { promise: "A promise." },
  schema: {},
  defaultOptions: {},
  *run(file) {
    for (const call of callsIn(file)) {
      if (file.types.isPromise(call) !== true) continue;
      yield { messageId: "promise", data: {}, place: call, path: [], rewrites: [] };
    }
  },
}) satisfies Check;
