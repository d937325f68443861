import type { TSESTree } from "@typescript-eslint/types";

import { keptFor } from "../../analysis/code/kept.js";
import { contains, enclosingHandler, lastName } from "../../analysis/code/syntax.js";
import { beginsPlainly, endOf } from "../../analysis/created/transactions.js";
import { type Edit, inOrder, type Rewrite } from "../edit.js";
import { freshName } from "../fresh-name.js";
import { statementAround } from "../hand-over.js";
import { importedName, importEdits } from "../imports.js";
import { addition, isTaken, type Managed } from "../managed.js";
import { mayWriteUsing } from "../mode.js";
import { isQuiet } from "../quiet.js";
import { endsWithBlock, removeRelease, statementOf } from "../redundant-release.js";
import { styleOf } from "../source-style.js";
import { maximumStatements, stretchOf, wrapInTry } from "../tail.js";

/** A transaction that a statement of a block begins, on a connection that lives on. */
interface Begun {
  readonly path: string;
  readonly statement: TSESTree.ExpressionStatement;
  readonly block: TSESTree.BlockStatement;
  readonly call: TSESTree.CallExpression;
  readonly ends: readonly End[];
  /** The one that stands last. */
  readonly last: End;
}

interface End {
  readonly call: TSESTree.CallExpression;
  readonly commits: boolean;
}

/** The ways to end a transaction that stays open when something fails, the best first. */
export function transactionForms(managed: Managed): Rewrite[] {
  const begun = begunIn(managed);
  if (!begun) return [];
  const forms = [completed(begun, managed), rolledBack(begun, managed)];
  if (!managed.project.dependsOnRuntime && managed.mode !== "runtime") forms.reverse();
  return forms.filter((each) => each !== undefined);
}

function begunIn({ acquisition, ownership }: Managed): Begun | undefined {
  const [holder] = ownership.holders;
  const { call, func } = acquisition;
  const statement = statementAround(call);
  if (holder?.kind !== "giver" || call.type !== "CallExpression" || !func.async) return undefined;
  if (statement?.type !== "ExpressionStatement" || statement.parent.type !== "BlockStatement") {
    return undefined;
  }
  const ends = endsAmong(ownership.uses);
  const [first] = ends ?? [];
  const last = ends?.at(-1);
  if (!ends || !first || !last || func.generator) return undefined;
  const block = statement.parent;
  if (!contains(block, first.call) || !contains(block, last.call)) return undefined;
  return { path: holder.path, statement, block, call, ends, last };
}

/** The ends of a transaction, in the order of the source; undefined where it is ended otherwise, too. */
const endsAmong = keptFor((uses: Managed["ownership"]["uses"]): Begun["ends"] | undefined => {
  const releases = uses.filter(({ effect }) => effect === "release");
  const ends = releases.flatMap(({ at, inClosure }) => {
    const commits = at.type === "CallExpression" && !inClosure ? endOf(at) : undefined;
    return at.type === "CallExpression" && commits !== undefined ? [{ call: at, commits }] : [];
  });
  // What else ends it, as the connection's own end, says nothing of what was meant.
  if (ends.length < releases.length) return undefined;
  return ends.sort((a, b) => a.call.range[0] - b.call.range[0]);
});

/** `await using tx = await enterAsync(transaction(client)); …; tx.complete();` */
function completed(
  { path, statement, block, call, ends }: Begun,
  managed: Managed,
): Rewrite | undefined {
  const { text, ast, project, provenance } = managed;
  if (!mayWriteUsing({ rewrite: managed.mode, project }) || managed.mode === "native") return;
  const origin = provenance.typedOriginOf(call.callee);
  if (!origin || !connections.has(origin.module) || !beginsPlainly(call)) return undefined;
  const name = freshName(["tx", "work", "unit"], statement, ast);
  const manager = importedName("transaction", "unwind/sql", managed);
  if (name === undefined || !manager || isTaken("enterAsync", managed)) return undefined;
  const style = styleOf(text, ast);
  const edits: Edit[] = [
    {
      range: statement.expression.range,
      text: `await using ${name} = await enterAsync(${manager.local}(${path}))`,
    },
    ...importEdits(["enterAsync"], "unwind", ast, text, style),
    ...importEdits([manager.specifier], "unwind/sql", ast, text, style),
  ];
  const since = statement.range[0];
  for (const end of ends) {
    const alone = statementOf(end.call);
    if (alone?.type !== "ExpressionStatement" || !endsPlainly(end.call)) return undefined;
    if (!end.commits) {
      const removal = removeRelease(end.call, block, text, since);
      if (!removal) return undefined;
      edits.push(...removal);
    } else if (endsWithBlock(alone, block, since)) {
      edits.push({ range: alone.expression.range, text: `${name}.complete()` });
    } else return undefined;
  }
  const ordered = inOrder(edits);
  const title = `Run what follows in a \`transaction\`, which rolls back unless it is completed`;
  return ordered && { kind: "suggestion", title: title + addition(managed), edits: ordered };
}

/** The modules whose connections `transaction` knows by themselves. */
const connections = new Set(["pg", "pg-pool", "mysql2/promise", "postgres"]);

function endsPlainly({ arguments: given }: TSESTree.CallExpression): boolean {
  const [only, another] = given;
  if (another) return false;
  return (
    !only ||
    (only.type === "Literal" &&
      /^\s*(COMMIT|END|ROLLBACK|ABORT)\s*;?\s*$/i.test(String(only.value)))
  );
}

/** `try { …; await client.query("COMMIT"); } catch (error) { await client.query("ROLLBACK"); throw error; }` */
function rolledBack(
  { path, statement, block, call, ends, last: lastEnd }: Begun,
  managed: Managed,
): Rewrite | undefined {
  const { text, ast, provenance, lostOnlyByThrow } = managed;
  if (!lostOnlyByThrow) return undefined;
  const from = block.body.indexOf(statement) + 1;
  const last = block.body.findLastIndex((each) => contains(each, lastEnd.call));
  if (last - from >= maximumStatements) return undefined;
  // Where a `catch` rolls back already, this would do it again.
  if (ends.some((end) => !end.commits && enclosingHandler(end.call))) return undefined;
  const code = rollback(path, call, ends, text);
  const error = freshName(["error", "failure", "reason"], statement, ast);
  const first = block.body[from];
  if (code === undefined || error === undefined || !first || last < from) return undefined;
  // What is declared for a value that is returned behind the end goes with it.
  const rest = block.body.slice(last + 1);
  const quiet = rest.length > 0 && rest.every(isQuiet) ? rest.at(-1) : undefined;
  const end = block.body[last] ?? first;
  const tail =
    stretchOf(first, end, text, provenance) ?? (quiet && stretchOf(first, quiet, text, provenance));
  if (!tail) return undefined;
  const follow = { head: `catch (${error})`, lines: [`await ${code}`, `throw ${error}`] };
  const edits = inOrder(wrapInTry(tail, follow, text, styleOf(text, ast)));
  const title = `Roll back the transaction of \`${path}\` if what follows fails`;
  return edits && { kind: "suggestion", title, edits };
}

/** As the code itself does; else by the counterpart of how it commits. */
function rollback(
  path: string,
  call: TSESTree.CallExpression,
  ends: Begun["ends"],
  text: string,
): string | undefined {
  const [own] = ends.filter(({ commits }) => !commits);
  if (own) return text.slice(...own.call.range);
  const [commit] = ends;
  const name = commit && lastName(commit.call.callee);
  if (call.arguments.length > 0) {
    const [statement] = commit?.call.arguments ?? [];
    const quote = statement && text.charAt(statement.range[0]);
    return quote && /["'`]/.test(quote)
      ? `${path}.${name ?? "query"}(${quote}ROLLBACK${quote})`
      : undefined;
  }
  // What `commitTransaction` has for a counterpart, each library calls in its own way.
  return name === "commit" ? `${path}.rollback()` : undefined;
}
