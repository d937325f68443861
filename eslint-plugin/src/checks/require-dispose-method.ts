import type { TSESTree } from "@typescript-eslint/types";

import { classChain } from "../analysis/code/classes.js";
import {
  callsWithoutWaiting,
  ownersIn,
  releasedBy,
  type ReleasingOwner,
  releasingSymbolOf,
  returnsSomething,
} from "../analysis/owners/disposable-owners.js";
import type { FieldKnowledge } from "../analysis/owners/owner-release.js";
import { isDisposeKey, symbolOf } from "../analysis/owners/endings.js";
import { analysisOf } from "../analysis/file-analysis.js";
import { symbolsSince } from "../resources/entries.js";
import { endingMethods } from "../resources/owner-methods.js";
import { hasSince } from "../rewrites/managed.js";
import { mayWriteUsing } from "../rewrites/mode.js";
import { disposeBy, methodFor, releasingMethodOf } from "../rewrites/refactorings/add-dispose.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";
import type { Step } from "./finding.js";
import { placeOf, placeOfCall } from "./leak-path.js";

type MessageId = "noSymbol" | "cannotWait" | "noMethod";

/** Finds classes that own something and release it, but not by a dispose symbol, or by that alone. */
export const requireDisposeMethod = defineCheck<MessageId, object>({
  name: "require-dispose-method",
  type: "suggestion",
  description: "Require a dispose symbol of a class that releases what it owns",
  messages: {
    noSymbol:
      "{{class}} releases `this.{{name}}` ({{noun}}) by `{{method}}()`, but not by `[Symbol.{{symbol}}]`, as `using` would.",
    cannotWait:
      "`[Symbol.dispose]` of {{class}} cannot wait for `{{method}}()`; `[Symbol.asyncDispose]` can.",
    noMethod:
      "{{class}} releases `this.{{name}}` ({{noun}}) by `[Symbol.{{symbol}}]` alone: whoever cannot write `using` has no method to call.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    const known = knowsSymbols(file);
    for (const owner of ownersIn(file)) {
      // What extends a class of elsewhere may have either from there.
      const chain = classChain(owner.body, analysisOf(file).provenance);
      if (chain.at(-1)?.parent.superClass) continue;
      const report =
        (known ? withoutSymbol(owner, chain, file) : undefined) ?? withoutName(owner, file);
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

function withoutSymbol(
  owner: ReleasingOwner,
  chain: readonly TSESTree.ClassBody[],
  file: CheckedFile,
): Report<MessageId> | undefined {
  const { body } = owner;
  const releasing = releasingMethodOf(body, endingMethods);
  const released = releasing && releasedBy(releasing.method, owner);
  if (!released || (!releasing.async && returnsSomething(releasing.method))) return undefined;
  const symbols = chain.flatMap((each) => each.body.filter(isDisposeKey));
  const sync = symbols.length === 1 ? symbols[0] : undefined;
  const data = { class: nameOf(body), method: releasing.name };
  const rewrite = disposeBy(releasing, body, file, isTyped(file));
  const rewrites = rewrite ? [rewrite] : [];
  if (symbols.length === 0) {
    const symbol = releasing.async ? "asyncDispose" : "dispose";
    return {
      messageId: "noSymbol",
      data: { ...data, ...dataOf(released), symbol },
      place: placeOf(body.parent.id ?? releasing.method.key),
      path: pathTo(released, releasing.method),
      rewrites,
    };
  }
  if (!sync || !isSyncOnly(sync) || !releasing.async) return undefined;
  if (!callsWithoutWaiting(sync, releasing.name)) return undefined;
  return { messageId: "cannotWait", data, place: placeOf(sync.key), path: [], rewrites };
}

function withoutName(owner: ReleasingOwner, file: CheckedFile): Report<MessageId> | undefined {
  const { body } = owner;
  const found = releasingSymbolOf(owner, file);
  if (!found) return undefined;
  const { method, released } = found;
  const symbol = symbolOf(method);
  const rewrite = methodFor(method, body, file, isTyped(file));
  return {
    messageId: "noMethod",
    data: { class: nameOf(body), ...dataOf(released), symbol },
    place: placeOf(body.parent.id ?? method.key),
    path: pathTo(released, method),
    rewrites: rewrite ? [rewrite] : [],
  };
}

function nameOf({ parent }: TSESTree.ClassBody): string {
  return parent.id ? `\`${parent.id.name}\`` : "This class";
}

function isTyped({ filePath }: CheckedFile): boolean {
  return /\.[cm]?tsx?$/i.test(filePath);
}

function dataOf({ field: { name, resource } }: FieldKnowledge): { name: string; noun: string } {
  return { name, noun: resource.noun };
}

function pathTo({ field }: FieldKnowledge, { key }: TSESTree.MethodDefinition): Step[] {
  return [
    { message: "acquired here", place: placeOfCall(field.stores[0].acquired.call) },
    { message: "released here", place: placeOf(key) },
  ];
}

function isSyncOnly(element: TSESTree.ClassElement): element is TSESTree.MethodDefinition {
  return element.type === "MethodDefinition" && symbolOf(element) === "dispose";
}
