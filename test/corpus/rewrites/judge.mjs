import { applyEdits, Session } from "eslint-plugin-unwind/session";
import tseslint from "typescript-eslint";

import { Compilers } from "./compilers.mjs";
import { rules } from "./offered.mjs";

/** @import { Finding } from "eslint-plugin-unwind/session" */
/** @import { Offered } from "./offered.mjs" */

/**
 * What came of applying one rewrite.
 *
 * @typedef {object} Verdict
 * @property {string | undefined} after the file's new text
 * @property {"checked" | "unresolved" | "untyped"} types whether the compiler could judge it: not
 *   where an import does not resolve, nor without types
 * @property {{ kind: string, detail: string } | undefined} wrong the first thing that is
 */

/** Applies rewrites to copies in memory, and judges each. */
export class Judge {
  #session;
  #types;
  #compilers = new Compilers();
  /** The file that the session was asked about last, which it shall see as it is on disk again. */
  #last;

  /** @param {boolean} types */
  constructor(types) {
    this.#types = types;
    this.#session = new Session({ types, rules });
  }

  close() {
    this.#session.close();
    this.#compilers.close();
  }

  /**
   * @param {Offered} offered
   * @returns {Verdict}
   */
  judge(offered) {
    const { path, text, rewrite } = offered;
    let after;
    try {
      after = applyEdits(text, rewrite.edits);
    } catch (error) {
      return wrong("edits", error.message, undefined);
    }
    if (after === text) return wrong("edits", "it changes nothing", after);
    const report = this.#check(path, after);
    if (report.problem !== undefined && report.problem.kind !== "project") {
      return wrong("syntax", report.problem.message, after);
    }
    const found =
      stillThere(offered, report.findings, after) ?? added(offered, report.findings, after);
    if (found) return { ...found, after, types: "untyped" };
    const comment = lostComment(path, text, after);
    if (comment !== undefined) return wrong("comment", `lost: ${comment}`, after);
    if (!this.#types) return { after, types: "untyped", wrong: undefined };
    const { checked, errors } = this.#compilers.newErrors(path, text, after);
    if (errors.length > 0) return { ...wrong("types", errors.join("; "), after), types: checked };
    return { after, types: checked, wrong: undefined };
  }

  #check(path, text) {
    if (this.#last !== undefined && this.#last !== path) this.#session.forget(this.#last);
    this.#last = path;
    return this.#session.check({ path, text });
  }
}

/** @returns {Verdict} */
function wrong(kind, detail, after) {
  return { after, types: "untyped", wrong: { kind, detail } };
}

/**
 * Whether the finding is there again: what leaks is the same, and in the same way. A second run
 * would change the place again.
 */
function stillThere({ text, findings, finding }, left, after) {
  const place = placeOf(text, finding);
  const same = (source) => (each) =>
    placeOf(source, each) === place && each.messageId === finding.messageId;
  const others = left.filter(same(after));
  if (others.length < findings.filter(same(text)).length) return undefined;
  const lines = others.map((each) => each.place.loc.start.line).join(", ");
  return { wrong: { kind: "still found", detail: `line ${lines}` } };
}

/**
 * Whether something is found where nothing was. That a `finally` which a leak's rewrite writes could
 * be `using` does not count.
 */
function added({ text, findings, finding }, left, after) {
  const known = findings.map((each) => placeOf(text, each));
  for (const each of left) {
    if (each.rule !== "no-unmanaged-acquisition" && each.rule !== finding.rule) continue;
    const index = known.indexOf(placeOf(after, each));
    if (index === -1) {
      const line = each.place.loc.start.line;
      return { wrong: { kind: "new finding", detail: `line ${line}: ${each.message}` } };
    }
    known.splice(index, 1);
  }
  return undefined;
}

/** What a finding is about, wherever it has moved to: its rule and the code that it marks. */
function placeOf(text, { rule, place }) {
  const [start, end] = place.range;
  return `${rule} ${text.slice(start, end)}`;
}

/** The first comment that is there before and not after, whatever its indentation. */
function lostComment(path, before, after) {
  const left = commentsOf(path, after);
  return commentsOf(path, before).find((comment) => {
    const index = left.indexOf(comment);
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}

function commentsOf(path, text) {
  const { ast } = tseslint.parser.parseForESLint(text, {
    filePath: path,
    comment: true,
    range: true,
    sourceType: /\.c[jt]s$/.test(path) ? "script" : "module",
    ecmaFeatures: { jsx: !/\.[cm]?ts$/.test(path), globalReturn: /\.c[jt]s$/.test(path) },
  });
  return ast.comments.map(({ value }) => value.replace(/\s+/g, " ").trim());
}
