// How the rule's time grows with the size of a function: n acquisitions, branches, nested try.
import { checks, Session } from "eslint-plugin-unwind/session";

import { secondsSince } from "../test/corpus/timed-checks.mjs";

const rule = checks.find(({ name }) => name === "no-unmanaged-acquisition");

/** The exponent is fitted to these; below, what does not depend on n hides it. */
const sizes = [500, 1000, 2000];

/**
 * The fastest of so many counts; of fewer, where they take long: noise is small beside them, and of
 * more, where they take so little that noise is all there is.
 */
const repetitions = 5;
const enoughSeconds = 2;
const fewSeconds = 0.5;

// Generated functions of size n, by what there are n of.

/** All n are lost on some path. */
const leaking = {
  "acquisitions, one after another": (n) =>
    body(
      n,
      (i) => `const h${i} = await open("${i}"); await h${i}.write(data); await h${i}.close();`,
    ),
  "acquisitions, held together": (n) =>
    body(n, (i) => `const h${i} = await open("${i}");`) + body(n, (i) => `await h${i}.close();`),
  "acquisitions, each given to one helper": (n) =>
    `async function help(handle) { await handle.write(data); } ${body(n, (i) => `const h${i} = await open("${i}"); await help(h${i}); await h${i}.close();`)}`,
  "locks of one mutex, one after another": (n) =>
    `const mutex = data.mutex; ${body(n, (i) => `const release${i} = await mutex.acquire(); await work(${i}); release${i}();`)}`,
  "locks of one mutex, held together": (n) =>
    `const mutex = data.mutex; ${body(n, (i) => `const release${i} = await mutex.acquire();`)} await work(data); ${body(n, (i) => `release${i}();`)}`,
  "locks that one mutex takes back": (n) =>
    body(n, (i) => `await data.acquire(); await work(${i}); data.release();`),
  "locks that n mutexes take back": (n) =>
    body(n, (i) => `await data.m${i}.acquire(); await work(${i}); data.m${i}.release();`),
  "transactions of one connection, each lost": (n) =>
    body(
      n,
      (i) =>
        `await data.query("BEGIN"); await work(${i}); if (data) await data.query("COMMIT"); else await data.query("ROLLBACK");`,
    ),
  "methods, each with a field of its own": (n) =>
    `class Holder { ${body(n, (i) => `async use${i}() { this.h${i} = await open("${i}"); await work(this.h${i}.fd); await this.h${i}.close(); }`)} } return new Holder();`,
};

/** Something is acquired once, and lost on some path. */
const leakingOne = {
  "branches on the way to the release": (n) =>
    `const handle = await open("x"); ${body(n, (i) => `if (data > ${i}) await handle.write(data); else await work(${i});`)} await handle.close();`,
  "branches, each leaves early": (n) =>
    `const handle = await open("x"); ${body(n, (i) => `if (data === ${i}) { await handle.close(); return ${i}; }`)} await work(data);`,
  "cases of a switch": (n) =>
    `const handle = await open("x"); switch (data) { ${body(n, (i) => `case ${i}: await work(${i}); break;`)} } await handle.close();`,
  "loops, one after another": (n) =>
    `const handle = await open("x"); ${body(n, () => "for (const each of data) { if (each) continue; await handle.write(each); }")} await handle.close();`,
  "nested try/finally": (n) =>
    `const handle = await open("x"); ${body(n, () => "try { await work(data);")} await handle.write(data); ${body(n, (i) => `} finally { await work(${i}); }`)} await handle.close();`,
  "nested branches": (n) =>
    `const handle = await open("x"); ${body(n, (i) => `if (data > ${i}) {`)} await handle.write(data); ${body(n, (i) => `await work(${i}); }`)} await handle.close();`,
  "else if, one after another": (n) =>
    `const handle = await open("x"); ${body(n, (i) => `if (data === ${i}) await handle.write(data); else`)} await work(data); await handle.close();`,
  "aliases of one resource": (n) =>
    `const a0 = await open("x"); ${body(n, (i) => `const a${i + 1} = a${i};`)} await work(data); await a${n}.close();`,
};

/** Nothing is lost. */
const sound = {
  "acquisitions, each in try/finally": (n) =>
    body(
      n,
      (i) =>
        `const h${i} = await open("${i}"); try { await h${i}.write(data); } finally { await h${i}.close(); }`,
    ),
  "try/catch, one after another": (n) =>
    `const handle = await open("x"); ${body(n, () => "try { await handle.write(data); } catch (error) { await work(error); }")} await handle.close();`,
  "nested try/finally with acquisitions": (n) =>
    `${body(n, (i) => `const h${i} = await open("${i}"); try {`)} await work(data); ${body(n, (i) => `} finally { await h${n - 1 - i}.close(); }`)}`,
  "acquisitions, each under a condition": (n) =>
    body(
      n,
      (i) =>
        `const h${i} = data > ${i} ? await open("${i}") : undefined; await work(h${i}); if (data > ${i}) await h${i}.close();`,
    ),
  "closures over one resource": (n) =>
    `const handle = await open("x"); ${body(n, (i) => `data.on("${i}", () => handle.write(data));`)} await work(data); await handle.close();`,
  "transactions of one connection": (n) =>
    body(
      n,
      (i) =>
        `await data.query("BEGIN"); try { await work(${i}); await data.query("COMMIT"); } catch (error) { await data.query("ROLLBACK"); throw error; }`,
    ),
  "transactions of n connections": (n) =>
    body(
      n,
      (i) =>
        `await data.c${i}.beginTransaction(); try { await work(${i}); await data.c${i}.commit(); } catch (error) { await data.c${i}.rollback(); throw error; }`,
    ),
};

const session = new Session({ types: false, checks: [{ ...rule, run: timed }] });
let last;
let texts = 0;

const results = {};
grow(leaking, (n) => n);
grow(leakingOne, () => 1);
grow(sound, () => 0);
console.log(JSON.stringify(results));

/** Measures each shape, in which so many findings are expected: fewer would mean less work. */
function grow(shapes, expected) {
  for (const [shape, make] of Object.entries(shapes)) {
    // So that the first size does not pay for compiling what the others use.
    for (let round = 0; round < 3; round++) measure(make(100));
    results[shape] = sizes.map((n) => {
      const text = make(n);
      let best = { seconds: Infinity };
      for (
        let round = 0, spent = 0;
        spent < fewSeconds || (round < repetitions && spent < enoughSeconds);
        round++
      ) {
        const measured = measure(text);
        spent += measured.seconds ?? 0;
        const { failure = unexpected(measured, expected(n)) } = measured;
        if (failure !== undefined) return { n, failure };
        if (measured.seconds < best.seconds) best = measured;
      }
      return { n, ...best };
    });
  }
}

function unexpected({ findings }, expected) {
  return findings === expected ? undefined : `${findings} findings instead of ${expected}`;
}

function measure(statements) {
  // A session keeps what it knows of a text: the same one again would cost nothing.
  const text = `import { open } from "node:fs/promises";\nexport async function generated(data, work) {\n${statements}\n}\n// ${(texts += 1)}\n`;
  last = undefined;
  const { findings, problem } = session.check({ path: "/generated.ts", text });
  if (problem !== undefined) return { failure: problem.message };
  return { seconds: last, findings: findings.length };
}

function timed(file, options) {
  const before = process.cpuUsage();
  const findings = rule.run(file, options);
  last = secondsSince(before);
  return findings;
}

function body(n, line) {
  return Array.from({ length: n }, (_, index) => line(index)).join("\n");
}
