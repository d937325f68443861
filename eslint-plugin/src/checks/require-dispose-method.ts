import type { TSESTree } from "@typescript-eslint/types";

import { classChain } from "../analysis/code/classes.js";
import {
  callsWithoutWaiting,
  ownersIn,
  releasedBy,
  type ReleasingOwner,
  returnsSomething,
} from "../analysis/owners/disposable-owners.js";
import { isDisposeKey, symbolOf } from "../analysis/owners/endings.js";
import { analysisOf } from "../analysis/file-analysis.js";
import { symbolsSince } from "../resources/entries.js";
import { endingMethods } from "../resources/owner-methods.js";
import { hasSince } from "../rewrites/managed.js";
import { mayWriteUsing } from "../rewrites/mode.js";
import { disposeBy, releasingMethodOf } from "../rewrites/refactorings/add-dispose.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import { placeOf, placeOfCall } from "./leak-path.js";

type MessageId = "noSymbol" | "cannotWait";

/** Finds classes that own something and release it, but not by a dispose symbol. */
export const requireDisposeMethod = defineCheck<MessageId, object>({
  name: "require-dispose-method",
  type: "suggestion",
  description: "Require a dispose symbol of a class that releases what it owns",
  messages: {
    noSymbol:
      "{{class}} releases `this.{{name}}` ({{noun}}) by `{{method}}()`, but not by `[Symbol.{{symbol}}]`, as `using` would.",
    cannotWait:
      "`[Symbol.dispose]` of {{class}} cannot wait for `{{method}}()`; `[Symbol.asyncDispose]` can.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    if (!knowsSymbols(file)) return;
    for (const owner of ownersIn(file)) {
      const report = reportOn(owner, file);
      if (report) yield report;
    }
  },
});

/** Whether the project's engines have the symbols, or its runtime brings them. */
function knowsSymbols(file: CheckedFile): boolean {
  const { dependsOnRuntime, minimumNode } = file.project;
  const hasThem = minimumNode !== undefined && hasSince(minimumNode, symbolsSince);
  return mayWriteUsing(file) && (dependsOnRuntime || hasThem);
}

function reportOn(owner: ReleasingOwner, file: CheckedFile): Report<MessageId> | undefined {
  const { body } = owner;
  const chain = classChain(body, analysisOf(file).provenance);
  // What extends a class of elsewhere may have a symbol from there.
  if (chain.at(-1)?.parent.superClass) return undefined;
  const releasing = releasingMethodOf(body, endingMethods);
  const released = releasing && releasedBy(releasing.method, owner);
  if (!released || (!releasing.async && returnsSomething(releasing.method))) return undefined;
  const symbols = chain.flatMap((each) => each.body.filter(isDisposeKey));
  const sync = symbols.length === 1 ? symbols[0] : undefined;
  const data = {
    class: body.parent.id ? `\`${body.parent.id.name}\`` : "This class",
    method: releasing.name,
  };
  const rewrite = disposeBy(releasing, body, file, /\.[cm]?tsx?$/i.test(file.filePath));
  const rewrites = rewrite ? [rewrite] : [];
  if (symbols.length === 0) {
    const { name, resource, stores } = released.field;
    const path = [
      { message: "acquired here", place: placeOfCall(stores[0].acquired.call) },
      { message: "released here", place: placeOf(releasing.method.key) },
    ];
    const symbol = releasing.async ? "asyncDispose" : "dispose";
    return {
      messageId: "noSymbol",
      data: { ...data, name, noun: resource.noun, symbol },
      place: placeOf(body.parent.id ?? releasing.method.key),
      path,
      rewrites,
    };
  }
  if (!sync || !isSyncOnly(sync) || !releasing.async) return undefined;
  if (!callsWithoutWaiting(sync, releasing.name)) return undefined;
  return { messageId: "cannotWait", data, place: placeOf(sync.key), path: [], rewrites };
}

function isSyncOnly(element: TSESTree.ClassElement): element is TSESTree.MethodDefinition {
  return element.type === "MethodDefinition" && symbolOf(element) === "dispose";
}
