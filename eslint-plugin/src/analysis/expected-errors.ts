import type { TSESTree } from "@typescript-eslint/types";

import { type ExpectedError, expectedErrors } from "../resources/known-errors.js";
import { callsIn } from "./guarded.js";
import type { Provenance } from "./provenance.js";
import { unwrap } from "./syntax.js";

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
  // A file that may not be there yet is created, and that it is there is the failure.
  if (createsOnly(call)) return { kind: "code", value: "EEXIST" };
  const origin = provenance.originOf(unwrap(call.callee));
  return origin && expectedErrors.get(`${origin.module}.${origin.name}`);
}

/** `writeFile(path, text, { flag: "wx" })` */
function createsOnly({ arguments: given }: { arguments: readonly TSESTree.Node[] }): boolean {
  const options = given.at(-1);
  if (given.length < 3 || options?.type !== "ObjectExpression") return false;
  return options.properties.some(
    (property) =>
      property.type === "Property" &&
      property.key.type === "Identifier" &&
      property.key.name === "flag" &&
      property.value.type === "Literal" &&
      /^[aw]x\+?$/.test(String(property.value.value)),
  );
}
