import { describe, expect, test } from "vitest";

import type { Origin, Resource } from "../../src/resources/catalogue.js";
import { builtInCatalogue, families } from "../../src/resources/index.js";
import { findingsIn, type Knowledge } from "../checks/check-code.js";
import { type Acquiring, acquiring, functionWith, releasing } from "./snippets/index.js";

const { resources } = builtInCatalogue;

const keyOf = ({ module, name }: Origin): string => `${module} ${name}`;

const holders = /^(globalThis|window|self)\./;
const byOrigin = new Map(acquiring.map((each) => [keyOf(each.origin), each]));

/** The acquiring calls of a resource; those of a global count under its bare name. */
function callsOf({ acquire }: Resource): Acquiring[] {
  return acquire.flatMap((origin) => {
    if (origin.module === "" && holders.test(origin.name)) return [];
    const call = byOrigin.get(keyOf(origin));
    return call ? [call] : [];
  });
}

/** Node's types are there; the packages are not installed here, and the web has no `lib`. */
const isOfNode = ({ imports }: Acquiring) => imports.some((line) => line.includes('"node:'));

/** What the rule says of a snippet. */
function findings(call: Acquiring, text: string, knowledge: Knowledge = "untyped"): string[] {
  const setting = { file: call.required ? "subject.cts" : "subject.ts" };
  return findingsIn(text, knowledge, setting).map(
    ({ messageId, message }) => `${messageId}: ${message}`,
  );
}

function leaksOnThrow(noun: string): unknown[] {
  const pattern = new RegExp(`^leaksOnThrow: .*\\(${escaped(noun)}\\)`);
  return [expect.stringMatching(pattern)];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

test("every origin is acquired by a snippet, and every snippet is an origin's", () => {
  const origins = resources
    .flatMap(({ acquire }) => acquire)
    .filter(({ module, name }) => module !== "" || !holders.test(name))
    .map(keyOf);
  expect([...byOrigin.keys()].sort()).toEqual([...origins].sort());
});

test("no origin belongs to two resources", () => {
  const origins = resources.flatMap(({ acquire }) => acquire.map(keyOf));
  expect(origins.filter((key, index) => origins.indexOf(key) !== index)).toEqual([]);
});

test("every global is known by each name of the global object, too", () => {
  const globals = resources
    .flatMap(({ acquire }) => acquire)
    .filter(({ module, name }) => module === "" && !name.includes("#"))
    .map(({ name }) => name);
  const bare = globals.filter((name) => !holders.test(name));
  expect(globals).toHaveLength(bare.length * 4);
});

test("a distinctive method is one that acquires", () => {
  for (const { distinctiveMethods = [], acquire } of resources) {
    const names = acquire.map(({ name }) => name.split(/[.#]/).at(-1));
    for (const method of distinctiveMethods) expect(names).toContain(method);
  }
});

describe.each(families)("$name:", ({ resources: members }) => {
  describe.each(members.map((resource) => ({ title: titleOf(resource), resource })))(
    "$title",
    ({ resource }) => {
      const [first] = callsOf(resource);
      if (!first) throw new Error(`no snippet acquires a ${resource.noun}`);
      const { statement, imports } = releasing(resource.release[0]);

      test.each(callsOf(resource).map((call) => ({ title: call.title, call })))(
        "leaks from $title where something throws before the release",
        ({ call }) => {
          const text = functionWith(call, resource, ["await work();", statement], imports);
          expect(findings(call, text), text).toEqual(leaksOnThrow(resource.noun));
          if (!isOfNode(call)) return;
          expect(findings(call, text, "typed"), text).toEqual(leaksOnThrow(resource.noun));
        },
      );

      test.each(resource.release.map((release) => ({ ...releasing(release) })))(
        "does not leak where `finally` has `$statement`",
        (release) => {
          const body = ["try {", "  await work();", "} finally {", `  ${release.statement}`, "}"];
          const text = functionWith(first, resource, body, release.imports);
          expect(findings(first, text), text).toEqual([]);
        },
      );

      const isKept = resource.oftenKept === true || resource.releasedWithGiver === true;
      test(`never released, it is ${isKept ? "kept" : "reported"}`, () => {
        const text = functionWith(first, resource, ["await work();"]);
        expect(findings(first, text), text).toHaveLength(isKept ? 0 : 1);
      });

      const silent: (readonly [title: string, text: string])[] = [];
      if (resource.dormantUntil) {
        const { dormantUntil: _, ...awake } = resource;
        const text = functionWith(first, awake, ["await work();", statement], imports);
        silent.push(["holds nothing before its first call", text]);
      }
      if (resource.releasedByIteration) {
        const body = ["for await (const each of held) await work(each);"];
        silent.push(["does not leak where it is iterated", functionWith(first, resource, body)]);
      }
      test.each(silent)("%s", (_, text) => {
        expect(findings(first, text), text).toEqual([]);
      });

      const handing = [
        ...(resource.handingOver ?? []).map((name) => `return held.${name}(work);`),
        ...(resource.releasingEvents ?? []).map((name) => `held.on("${name}", work);`),
      ];
      test.each(handing)("does not leak after `%s`", (line) => {
        const text = functionWith(first, resource, [line, "await work();"]);
        expect(findings(first, text), text).toEqual([]);
      });

      const emptied = [...(resource.exhaustedBy ?? []), ...(resource.connectedBy ?? [])];
      test.each(emptied)("does not leak where `%s` fails", (name) => {
        const text = functionWith(first, resource, [`await held.${name}();`, statement], imports);
        expect(findings(first, text), text).toEqual([]);
      });
    },
  );
});

function titleOf({ noun, acquire }: Resource): string {
  const [{ module, name } = { module: "", name: "" }] = acquire;
  return `a ${noun} (${[module, name].filter(Boolean).join(" ")})`;
}
