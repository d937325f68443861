import { parentPort, workerData } from "node:worker_threads";

import {
  applyFixes,
  disableForFile,
  disableForLine,
  editsBetween,
  type FileReport,
  refactoringsAt,
  scopeEnds,
  type Session,
} from "eslint-plugin-unwind/session";

import type {
  Answer,
  Disabling,
  Kind,
  Message,
  Outdated,
  Question,
  Questions,
  WorkerOptions,
} from "./messages.js";
import { Sessions } from "./sessions.js";

/** How each question is answered by the session that it is for. */
const answers: {
  readonly [K in Kind]: (session: Session, question: Question<K>) => Questions[K]["answer"];
} = {
  check(session, { path, text }) {
    const report = session.check({ path, text });
    return { ...report, disablings: disablingsOf(report, session) };
  },
  fixAll(session, { path, text, rule }) {
    const wanted = (finding: { readonly rule: string }) =>
      rule === undefined || finding.rule === rule;
    const { report, fixed } = applyFixes(session, session.check({ path, text }), wanted);
    // Until the editor has taken the mended text, the present one is what other files see.
    if (fixed.length > 0) session.check({ path, text });
    return editsBetween(text, report.text);
  },
  refactor: (session, { path, text, offset }) =>
    session.inspect({ path, text }, (file) => refactoringsAt(file, offset)) ?? [],
  scopes: (session, { path, text }) => session.inspect({ path, text }, scopeEnds) ?? [],
};

/** Worked out while the text is at hand, so that a list of actions needs nobody's answer. */
function disablingsOf({ path, text, findings }: FileReport, session: Session): Disabling[] {
  if (findings.length === 0) return [];
  const comments = session.inspect({ path, text }, (file) =>
    findings.map(({ rule, place }) => ({
      line: disableForLine(file, `unwind/${rule}`, place.range[0]),
      file: disableForFile(file, `unwind/${rule}`),
    })),
  );
  return comments ?? [];
}

/**
 * Milliseconds without a question after which the worker looks at the disk itself: the client does
 * not tell of every change, for example in folders that it does not watch.
 */
const pause = 2_000;

/** Runs in the worker thread: answers each question from a session of its own. */
export function answerQuestions(): void {
  const port = parentPort;
  if (port === null) throw new Error("The analysis worker was started outside a worker thread.");
  const { types } = workerData as WorkerOptions;
  const sessions = new Sessions(types);

  let look: NodeJS.Timeout | undefined;
  const lookLater = () => {
    clearTimeout(look);
    look = setTimeout(() => {
      const outdated: Outdated = { outdated: true };
      if (sessions.refresh()) port.postMessage(outdated);
    }, pause);
  };

  port.on("message", (message: Message) => {
    if (message.kind === "refresh") {
      sessions.refresh();
      return;
    }
    if (message.kind === "forget") {
      sessions.forget(message.path);
      return;
    }
    if (message.kind === "release") {
      sessions.release(message.folder);
      return;
    }
    const { id, kind, folder, settings } = message;
    let answer: Answer;
    try {
      const { session, unusable } = sessions.of(folder, settings);
      // The compiler does not see that the answering function is the one for this kind.
      const give = answers[kind] as (session: Session, question: Message) => unknown;
      const value = give(session, message);
      answer = { id, value, ...(unusable.length > 0 && { unusable }) };
    } catch (error) {
      // What goes wrong inside of a check is in the report; this is something else.
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answer = { id, failure };
    }
    port.postMessage(answer);
    lookLater();
  });
}
