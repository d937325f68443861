import { expect, test } from "vitest";

import { accumulate } from "../../src/streams/index.js";
import { collect } from "./collect.js";

test("with each chunk there is all the text so far", async () => {
  const seen: [string, string][] = [];
  for await (const { content, chunk } of accumulate(["a", "", "b", "c"])) {
    seen.push([content, chunk]);
  }
  expect(seen).toEqual([
    ["a", "a"],
    ["ab", "b"],
    ["abc", "c"],
  ]);
});

test("what was given stays as it was, when it is read later", async () => {
  const long = "x".repeat(5000);
  const all = await collect(accumulate(["a", long, "b"]));
  expect(all.map(({ content }) => content)).toEqual(["a", `a${long}`, `a${long}b`]);
});

test("events give text by select, and those without text are passed over", async () => {
  const events = [
    { type: "start" },
    { type: "delta", text: "Hel" },
    { type: "delta", text: null },
    { type: "delta", text: "lo" },
    { type: "stop" },
  ];
  const answer = accumulate(events, { select: ({ text }) => text });
  expect((await collect(answer)).map(({ chunk }) => chunk)).toEqual(["Hel", "lo"]);
  expect(answer.content).toBe("Hello");
});

test("select may give bytes, which are decoded over all events", async () => {
  const [euro] = [new TextEncoder().encode("€")];
  const events = [...(euro as Uint8Array)].map((byte) => ({ body: Uint8Array.of(byte) }));
  const answer = accumulate(events, { select: ({ body }) => body });
  expect((await collect(answer)).map(({ chunk }) => chunk)).toEqual(["€"]);
});

test("the content so far can be read at any time", async () => {
  const answer = accumulate(["a", "b"]);
  expect(answer.content).toBe("");
  await answer.next();
  expect(answer.content).toBe("a");
  await answer.return();
  expect(answer.content).toBe("a");
});
