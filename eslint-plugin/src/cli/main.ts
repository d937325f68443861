#!/usr/bin/env node
import { unwindCheck } from "./unwind-check.js";

// The exit code is set, not passed to `process.exit`: output that a pipe has not yet taken would be
// cut off.
process.exitCode = await unwindCheck(process.argv.slice(2));
