import type { TSESTree } from "@typescript-eslint/types";

import { unwrap } from "../../analysis/code/syntax.js";
import { declareStack } from "../declare-stack.js";
import { inOrder, type Rewrite, withoutSwallowed } from "../edit.js";
import { statementAround } from "../hand-over.js";
import { importedName, importEdits } from "../imports.js";
import type { Managed } from "../managed.js";
import { siteOf } from "../place.js";
import { removeRelease, statementOf } from "../redundant-release.js";
import { settledUses } from "../settled-uses.js";
import { styleOf } from "../source-style.js";
import { withoutUnusedImports } from "../unused-imports.js";

/**
 * `stack.enterContext(tempDir({ prefix: "stage-" }))` for `mkdtemp(join(tmpdir(), "stage-"))`: it
 * also removes what is write-protected, and finds the directory when the working one has changed.
 */
export function tempDirForm(managed: Managed): Rewrite | undefined {
  const { acquisition, ownership, text, ast, types } = managed;
  const site = siteOf(managed);
  const prefix = prefixOf(managed);
  if (!site || prefix === undefined || ast.sourceType === "script") return undefined;
  const releases = ownership.uses.filter(({ effect }) => effect === "release");
  if (!releases.every(({ at }) => removesAll(at))) return undefined;
  const removals = releases.map(({ at, inClosure }) =>
    inClosure ? undefined : removeRelease(at, site.block, text, acquisition.value.range[0]),
  );
  const awaits = settledUses(ownership.uses, acquisition, types);
  const async = acquisition.resource.async;
  const statement = statementAround(acquisition.value);
  const stack = statement && declareStack(managed, statement, async);
  const name = importedName("tempDir", "unwind/node", managed);
  if (!stack || !name || !awaits || removals.some((edits) => !edits)) return undefined;
  const gone = [acquisition.value, ...releases.map(({ at }) => statementOf(at) ?? at)];
  const unused = withoutUnusedImports(gone, managed);
  const entered = `${stack.name}.enterContext(${name.local}({ prefix: ${prefix} }))`;
  const edits =
    unused &&
    inOrder(
      withoutSwallowed([
        ...stack.edits,
        { range: acquisition.value.range, text: async ? `await ${entered}` : entered },
        ...importEdits([name.specifier], "unwind/node", ast, text, styleOf(text, ast)),
        ...removals.flatMap((each) => each ?? []),
        ...awaits,
        ...unused,
      ]),
    );
  const title = `Make \`${site.name}\` by \`tempDir\`, which removes it with all that is in it`;
  return edits && { kind: "suggestion", title: title + stack.addition, edits };
}

/** The source of `"stage-"` in `mkdtemp(join(tmpdir(), "stage-"))`; undefined for other places. */
function prefixOf({ acquisition, provenance, text }: Managed): string | undefined {
  const { call, resource } = acquisition;
  const isMade = /^mkdtemp(Sync)?$/.test(provenance.originOf(call.callee)?.name ?? "");
  const [template, another] = call.arguments;
  if (!resource.madeInside || !isMade || another || !template) return undefined;
  const joined = unwrap(template);
  if (joined.type !== "CallExpression") return undefined;
  const [folder, prefix, more] = joined.arguments;
  const isJoin = isOf(joined, "path", /^(posix\.|win32\.)?join$/);
  if (!isJoin || !folder || more || prefix?.type !== "Literal") return undefined;
  const system = unwrap(folder);
  if (system.type !== "CallExpression" || !isOf(system, "os", /^tmpdir$/)) return undefined;
  const isName = typeof prefix.value === "string" && /^[^/\\\0]+$/.test(prefix.value);
  return isName ? text.slice(...prefix.range) : undefined;

  function isOf({ callee }: TSESTree.CallExpression, module: string, names: RegExp): boolean {
    const origin = provenance.originOf(callee);
    return origin?.module === module && names.test(origin.name.replace(/^default\./, ""));
  }
}

/** `rm(folder, { recursive: true, force: true })`: with all that is in it, if it is still there. */
function removesAll(release: TSESTree.Node): boolean {
  if (release.type !== "CallExpression") return false;
  const [, options] = release.arguments;
  if (options?.type !== "ObjectExpression") return false;
  const isTrue = (name: string): boolean =>
    options.properties.some(
      (property) =>
        property.type === "Property" &&
        property.key.type === "Identifier" &&
        property.key.name === name &&
        property.value.type === "Literal" &&
        property.value.value === true,
    );
  return isTrue("recursive") && isTrue("force");
}
