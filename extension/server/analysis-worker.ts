import { parentPort, workerData } from "node:worker_threads";

import {
  applyFixes,
  disableForFile,
  disableForLine,
  editsBetween,
  refactoringsAt,
  scopeEnds,
  type Session,
} from "eslint-plugin-unwind/session";

import type { Answer, Kind, Message, Question, Questions, WorkerOptions } from "./messages.js";
import { Sessions } from "./sessions.js";

/** How each question is answered by the session that it is for. */
const answers: {
  readonly [K in Kind]: (session: Session, question: Question<K>) => Questions[K]["answer"];
} = {
  check: (session, { path, text }) => session.check({ path, text }),
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
  disable: (session, { path, text, findings }) =>
    session.inspect({ path, text }, (file) =>
      findings.map(({ rule, offset }) => ({
        line: disableForLine(file, `unwind/${rule}`, offset),
        file: disableForFile(file, `unwind/${rule}`),
      })),
    ) ?? [],
  scopes: (session, { path, text }) => session.inspect({ path, text }, scopeEnds) ?? [],
};

/** Runs in the worker thread: answers each question from a session of its own. */
export function answerQuestions(): void {
  const port = parentPort;
  if (port === null) throw new Error("The analysis worker was started outside a worker thread.");
  const { types } = workerData as WorkerOptions;
  const sessions = new Sessions(types);

  port.on("message", (message: Message) => {
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
  });
}
