import type { TSESTree } from "@typescript-eslint/types";

import { memberAround } from "../analysis/code/class-fields.js";
import type { Ending } from "../analysis/owners/endings.js";
import type { OwnerFault } from "../analysis/owners/owner-release.js";
import type { OwnedField } from "../analysis/owners/owned-fields.js";
import { type Edit, inOrder, type Rewrite } from "./edit.js";
import { freshName } from "./fresh-name.js";
import { insertBefore } from "./insert.js";
import { appendToMethod } from "./into-method.js";
import { addEnding, type OwnerFile, putInto } from "./owner-endings.js";
import { ownedRelease } from "./owned-release.js";
import { indentationAt, nextLine, styleOf } from "./source-style.js";

/** The rewrite that makes a class release what it holds, where there is a place for it. */
export function mendOwner(fault: OwnerFault, file: OwnerFile): Rewrite | undefined {
  switch (fault.kind) {
    case "notReleased":
      return releaseIn(fault.ending, fault.field, file);
    case "noRelease":
      return addRelease(fault.field, file);
    case "superNotCalled":
      return callSuper(fault, file);
    case "overwritten":
      return releaseEarlier(fault, file);
  }
}

function suggestion(title: string, edits: readonly Edit[] | undefined): Rewrite | undefined {
  const ordered = edits && inOrder(edits);
  return ordered && { kind: "suggestion", title, edits: ordered };
}

/** Releases it in the method that ends the object. */
function releaseIn({ method, name }: Ending, field: OwnedField, file: OwnerFile) {
  const release = ownedRelease(file, field, method.value.async);
  const put = release && putInto(method, field, release.statement, file);
  return suggestion(
    `Release \`this.${field.name}\` in \`${name}()\``,
    put && [...release.edits, ...put],
  );
}

function addRelease(field: OwnedField, file: OwnerFile): Rewrite | undefined {
  const release = ownedRelease(file, field, true);
  if (!release) return undefined;
  const { statement, edits } = release;
  const added = addEnding(field.owner, statement, statement.includes("await "), file);
  return suggestion(
    `Add \`${added?.name ?? ""}()\`, which releases \`this.${field.name}\``,
    added && [...edits, ...added.edits],
  );
}

/** What a class has is released after what its subclass has, because it was there before. */
function callSuper(
  { ending: { method, name }, base }: Extract<OwnerFault, { kind: "superNotCalled" }>,
  file: OwnerFile,
): Rewrite | undefined {
  const awaits = base.value.async;
  if (awaits && !method.value.async) return undefined;
  const access = name.startsWith("[") ? name : `.${name}`;
  const code = `${awaits ? "await " : ""}super${access}()`;
  return suggestion(`Call \`super${access}()\``, appendToMethod(file, method, code));
}

/** Releases what a field holds before another comes into it; after that, where it must not do so twice. */
function releaseEarlier(
  { field, store }: Extract<OwnerFault, { kind: "overwritten" }>,
  file: OwnerFile,
): Rewrite | undefined {
  const statement = store.at.parent;
  const member = memberAround(store.at);
  if (statement.type !== "ExpressionStatement" || member?.type !== "MethodDefinition") return;
  // Where the acquisition fails, the object's end would release the one that is released already.
  if (!field.resource.idempotentRelease) return releaseOnceAcquired(field, statement, member, file);
  const release = ownedRelease(file, field, member.value.async);
  const { text, ast } = file;
  const put = release && insertBefore(statement, release.statement, text, styleOf(text, ast));
  return suggestion(
    `Release the earlier \`this.${field.name}\` before another is acquired`,
    put && [...release.edits, ...put],
  );
}

function releaseOnceAcquired(
  field: OwnedField,
  statement: TSESTree.ExpressionStatement,
  { value }: TSESTree.MethodDefinition,
  file: OwnerFile,
): Rewrite | undefined {
  const { text, ast } = file;
  const style = styleOf(text, ast);
  const name = freshName(["earlier", "previous", "former"], value, ast);
  const release = name && ownedRelease(file, field, value.async, name);
  const held = name && insertBefore(statement, `const ${name} = this.${field.name}`, text, style);
  const [, end] = statement.range;
  const line = text.slice(end, nextLine(text, end)).trim();
  // What stands on the same line would come behind the release, or a branch needs braces.
  if (!release || !held || statement.parent.type !== "BlockStatement") return undefined;
  if (line !== "" && !line.startsWith("//")) return undefined;
  const at = nextLine(text, end);
  const put = `${indentationAt(text, statement.range[0])}${release.statement}${style.semicolon}${style.lineEnd}`;
  return suggestion(`Release the earlier \`this.${field.name}\` once another is acquired`, [
    ...release.edits,
    ...held,
    { range: [at, at], text: put },
  ]);
}
