import { workerData } from "node:worker_threads";

import { answerQuestions } from "./analysis-worker.js";
import type { WorkerOptions } from "./messages.js";
import { checkFolders } from "./workspace-worker.js";

// A bundle of its own: the thread that speaks the protocol holds no TypeScript.
if ((workerData as WorkerOptions).workspace === undefined) answerQuestions();
else checkFolders();
