import { isMainThread, workerData } from "node:worker_threads";

import type { WorkerOptions } from "./messages.js";

// One bundle for all threads. Only workers pay for loading TypeScript, hence the late imports.
if (isMainThread) {
  void import("./language-server.js").then(({ startLanguageServer }) => {
    startLanguageServer();
  });
} else if ((workerData as WorkerOptions).workspace !== undefined) {
  void import("./workspace-worker.js").then(({ checkFolders }) => {
    checkFolders();
  });
} else {
  void import("./analysis-worker.js").then(({ answerQuestions }) => {
    answerQuestions();
  });
}
