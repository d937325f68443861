// Compares ten thousand random programs by a fixed seed: `npm run verify -- python`.
import { compare, report } from "./compare.mjs";

const comparison = await compare(10_000, 1);
console.log(report(comparison));
process.exitCode = comparison.differences.length > 0 ? 1 : 0;
