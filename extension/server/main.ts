import { setFlagsFromString } from "node:v8";

import { startLanguageServer } from "./language-server.js";

// Each edit leaves a few megabytes of the text's last tree and types. Without this, threads would
// keep as much of that as their project takes before they collect it.
setFlagsFromString("--heap-growing-percent=30");

startLanguageServer();
