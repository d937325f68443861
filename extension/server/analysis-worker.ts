import { parentPort, workerData } from "node:worker_threads";

import { Session } from "eslint-plugin-unwind/session";

import type { Answer, Question, WorkerOptions } from "./messages.js";

/** Runs in the worker thread: answers each `check` from a session of its own. */
export function answerQuestions(): void {
  const port = parentPort;
  if (port === null) throw new Error("The analysis worker was started outside a worker thread.");
  const { types } = workerData as WorkerOptions;
  const session = new Session({ types });

  port.on("message", (question: Question) => {
    if (question.kind === "forget") {
      session.forget(question.path);
      return;
    }
    const { id, path, text } = question;
    let answer: Answer;
    try {
      answer = { id, report: session.check({ path, text }) };
    } catch (error) {
      // What goes wrong inside of a check is in the report; this is something else.
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      answer = { id, failure };
    }
    port.postMessage(answer);
  });
}
