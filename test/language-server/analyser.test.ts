import { fileURLToPath } from "node:url";

import { afterEach, expect, test } from "vitest";

import { Analyser, Superseded } from "../../extension/server/analyser.js";

const script = fileURLToPath(new URL("worker.mjs", import.meta.url));
let analyser: Analyser;

function start(timeLimit = 20_000): Analyser {
  analyser = new Analyser({ script, types: false, timeLimit });
  return analyser;
}

afterEach(() => analyser.close());

test("answers each question", async () => {
  const check = asking(start());
  const reports = await Promise.all([check("a", "1"), check("b", "2"), check("c", "3")]);
  expect(reports.map(({ path, text }) => [path, text])).toEqual([
    ["a", "1"],
    ["b", "2"],
    ["c", "3"],
  ]);
});

test("of the questions about a file that wait, only the newest is answered", async () => {
  const check = asking(start());
  const first = check("other", "at work");
  const old = check("file", "old");
  const present = check("file", "new");
  await expect(old).rejects.toBeInstanceOf(Superseded);
  expect((await present).text).toBe("new");
  expect((await first).text).toBe("at work");
});

test("a file that is forgotten is not checked any more", async () => {
  const check = asking(start());
  const first = check("other", "at work");
  const waiting = check("file", "text");
  analyser.forget("file");
  await expect(waiting).rejects.toBeInstanceOf(Superseded);
  await first;
});

test("a check that hangs fails at the time limit, and the next question is answered", async () => {
  const check = asking(start(1_000));
  const hanging = check("a", "hang");
  const next = check("b", "text");
  await expect(hanging).rejects.toThrow("Checking a took longer than 1 s.");
  expect((await next).text).toBe("text");
});

test.each([
  ["crash", "ended unexpectedly with exit code 3"],
  ["throw", "thrown in the worker"],
  ["fail", "failed in the worker"],
])("after a worker's %s, the next question is answered", async (text, message) => {
  const check = asking(start());
  const bad = check("a", text);
  const next = check("b", "text");
  await expect(bad).rejects.toThrow(message);
  expect((await next).text).toBe("text");
});

test("closing rejects what is still open", async () => {
  const check = asking(start());
  const open = [check("a", "hang"), check("b", "text")];
  const settled = Promise.allSettled(open);
  await analyser.close();
  for (const outcome of await settled) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { name: "Superseded" } });
  }
});

test("a worker that nobody asks is ended after a while, and another answers the next question", async () => {
  analyser = new Analyser({ script, types: false, timeLimit: 20_000, idleLimit: 200 });
  const check = asking(analyser);
  const { text: first } = await check("a", "thread");
  expect((await check("a", "thread")).text).toBe(first);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await check("a", "thread")).text).not.toBe(first);
});

test("a worker's word that files have changed is passed on, between answers", async () => {
  let told = 0;
  const onOutdated = () => {
    told++;
  };
  analyser = new Analyser({ script, types: false, timeLimit: 20_000, onOutdated });
  expect((await asking(analyser)("a", "outdated")).text).toBe("outdated");
  expect(told).toBe(1);
});

function asking(of: Analyser) {
  return (path: string, text: string) =>
    of.ask({ kind: "check", path, text, folder: "", settings: {} });
}
