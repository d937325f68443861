// Runs test262's tests of DisposableStack, AsyncDisposableStack and SuppressedError against
// ExitStack, AsyncExitStack and the SuppressedError of this package, as they are built. Needs Node's
// flag --experimental-vm-modules; `npm run verify -- test262` gives it.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { exceptions, onlyEngines } from "./exceptions.mjs";
import { runTest, testsOf } from "./suite.mjs";

/** Of those that a library can pass at all. */
const leastPassed = 210;

const clone = process.env.UNWIND_TEST262 ?? "";
if (!existsSync(join(clone, "test", "built-ins", "DisposableStack")) || clone === "") {
  console.error(
    "Set UNWIND_TEST262 to a clone of test262: git clone --depth 1 https://github.com/tc39/test262",
  );
  process.exit(2);
}

const tests = testsOf(resolve(clone));
const problems = [];
let passed = 0;
let passedRunnable = 0;
for (const test of tests) {
  const failure = await runTest(resolve(clone), test);
  const reason = exceptions[test] ?? onlyEngines[test];
  if (failure === undefined) {
    passed++;
    if (!(test in onlyEngines)) passedRunnable++;
    if (reason !== undefined) problems.push(`${test} passes, but is named as an exception.`);
  } else if (reason === undefined) {
    problems.push(`${test}: ${failure}`);
  } else {
    console.log(`exception  ${test}\n           ${reason}\n           (${failure})`);
  }
}
for (const test of Object.keys({ ...exceptions, ...onlyEngines })) {
  if (!tests.includes(test)) problems.push(`${test} is named as an exception, but is no test.`);
}

const runnable = tests.length - Object.keys(onlyEngines).length;
console.log(
  `\n${tests.length} tests, each in sloppy and strict mode: ${passed} passed; ${passedRunnable} of the ${runnable} that a library can pass.`,
);
if (passedRunnable < leastPassed) problems.push(`At least ${leastPassed} have to pass.`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
