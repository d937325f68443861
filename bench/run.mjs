// Measures all rows once, in a process of its own; prints nanoseconds by group and row as JSON.
import { measure } from "mitata";

import { groups } from "./rows.mjs";

/** In nanoseconds: how long a row is measured. */
const time = 2e8;

// All rows run before the first is measured, so that the engine has seen every kind of caller.
for (let round = 0; round < 2000; round++) {
  for (const rows of Object.values(groups)) {
    for (const { fn } of Object.values(rows)) await fn();
  }
}

const results = {};
for (const [group, rows] of Object.entries(groups)) {
  results[group] = {};
  for (const [row, { fn }] of Object.entries(rows)) {
    const { p50 } = await measure(fn, { min_cpu_time: time });
    results[group][row] = p50;
  }
}
console.log(JSON.stringify(results));
