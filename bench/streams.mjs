// Measures one row of streams-rows.mjs, in a process of its own: `streams.mjs growth GROUP ROW` prints
// milliseconds by size, `streams.mjs metrics SOURCE` nanoseconds a chunk without and with metrics,
// `streams.mjs kept ROW SIZE` bytes of memory for each character, put together of pieces of a size.
import { growth, kept, measure, metered } from "./streams-rows.mjs";

const [kind, first, second] = process.argv.slice(2);
/**
 * Of this thread alone, in milliseconds: on a busy machine, what takes long is interrupted for longer,
 * and would seem to grow faster than it does.
 */
const time = async (run) => {
  const begin = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1000;
};
const measures = {
  growth: () => measureGrowth(growth[first][second]),
  metrics: () => measureMetrics(),
  kept: () => measureKept(kept.rows[first], Number(second)),
};
const results = await measures[kind]();
console.log(JSON.stringify(results));

/**
 * Milliseconds for one run of each size. The small ones are run as often as it takes for as many chunks
 * as the largest has: the clock of a thread ticks slowly, and all pay for their garbage then.
 */
async function measureGrowth({ run, sizes }) {
  for (let round = 0; round < 5; round++) await run(sizes[0]);
  const times = {};
  for (const size of sizes) {
    const runs = sizes.at(-1) / size;
    const all = async () => {
      for (let count = 0; count < runs; count++) await run(size);
    };
    times[size] = Infinity;
    for (let round = 0, spent = 0; round < 3 && spent < 1500; round++) {
      const taken = await time(all);
      spent += taken;
      times[size] = Math.min(times[size], taken / runs);
    }
  }
  return times;
}

/**
 * Nanoseconds a chunk, in turns, so that what else runs on the machine is the same for both. Of each the
 * first quartile: what others do to the caches only ever adds.
 */
async function measureMetrics() {
  const { make } = metered[first];
  const count = 100_000;
  const rounds = 24;
  const read = async (source) => {
    let sum = 0;
    for await (const one of source) sum += one.length;
    return sum;
  };
  const times = { plain: [], measured: [] };
  for (let round = -4; round < rounds; round++) {
    const plain = await time(() => read(make(count)));
    const measured = await time(() => read(measure(make(count))));
    // The first ones are for the compiler.
    if (round < 0) continue;
    times.plain.push(plain);
    times.measured.push(measured);
  }
  const quartile = (all) => all.sort((a, b) => a - b)[Math.floor(rounds / 4)];
  const each = (all) => (quartile(all) * 1e6) / count;
  return { plain: each(times.plain), measured: each(times.measured) };
}

/** Bytes of the heap for each character of the text; the pieces are texts of their own, as chunks are. */
function measureKept(build, size) {
  const rest = Array(size - 1).fill(120);
  const pieces = function* () {
    for (let index = 0; index < kept.count; index++) {
      yield String.fromCharCode(97 + (index % 26), ...rest);
    }
  };
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const held = build(pieces);
  globalThis.gc();
  const bytes = process.memoryUsage().heapUsed - before;
  // Looked at, so that it is there until now.
  if (held.length === 0) throw new Error("nothing was built");
  return bytes / (kept.count * size);
}
