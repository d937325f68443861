import { isMainThread } from "node:worker_threads";

// One bundle for both threads. Only the worker pays for loading TypeScript, hence the late imports.
if (isMainThread) {
  void import("./language-server.js").then(({ startLanguageServer }) => {
    startLanguageServer();
  });
} else {
  void import("./analysis-worker.js").then(({ answerQuestions }) => {
    answerQuestions();
  });
}
