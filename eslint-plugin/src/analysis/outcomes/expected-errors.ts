import type { TSESTree } from "@typescript-eslint/types";

import { type ExpectedError, expectedErrors } from "../../resources/known-errors.js";
import { callsIn } from "../code/guarded.js";
import type { Provenance } from "../code/provenance.js";
import { unwrap } from "../code/syntax.js";

/** The error that code is known to fail with where nothing is wrong; undefined where it has several. */
export function expectedErrorOf(
  code: TSESTree.Node,
  provenance: Provenance,
): ExpectedError | undefined {
  const known = callsIn(code).flatMap((call) => {
    const error = expectedOf(call, provenance);
    return error ? [error] : [];
  });
  const [first] = known;
  return first && known.every(({ value }) => value === first.value) ? first : undefined;
}

function expectedOf(
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  provenance: Provenance,
): ExpectedError | undefined {
  const options = optionsOf(call);
  // A file that must not be there yet is created, and that it is there is the failure.
  if (options.some(([name, value]) => name === "flag" && /^[aw]x\+?$/.test(String(value)))) {
    return { kind: "code", value: "EEXIST" };
  }
  // `mkdir` is content then with a directory that is there.
  if (options.some(([name, value]) => name === "recursive" && value === true)) return undefined;
  const origin = provenance.originOf(unwrap(call.callee));
  return origin && expectedErrors.get(`${origin.module}.${origin.name}`);
}

/** The options that are written down as constants in a call's last argument. */
function optionsOf({ arguments: given }: TSESTree.CallExpression | TSESTree.NewExpression) {
  const last = given.at(-1);
  if (last?.type !== "ObjectExpression") return [];
  return last.properties.flatMap((property) =>
    property.type === "Property" &&
    property.key.type === "Identifier" &&
    property.value.type === "Literal"
      ? [[property.key.name, property.value.value] as const]
      : [],
  );
}
