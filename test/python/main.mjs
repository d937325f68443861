// Compares ten thousand random programs by a fixed seed: `npm run verify -- python`.
import { compare, report } from "./compare.mjs";
import { coverage } from "./coverage.mjs";

const comparison = await compare(10_000, 1);
const { missed, table } = coverage(comparison);
console.log(table);
console.log(report(comparison));
for (const what of missed) console.log(`Not done often enough: ${what}`);
process.exitCode = comparison.differences.length > 0 || missed.length > 0 ? 1 : 0;
