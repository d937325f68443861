import { Console } from "node:console";
import { setTimeout as sleep } from "node:timers/promises";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import {
  AsyncExitStack,
  enter,
  ExitStack,
  withAsyncContext,
  withContext,
  wrapWith,
} from "../../src/index.js";
import { redirectStderr, redirectStdout, TextCollector } from "../../src/node/index.js";

/** What the process itself would have printed. */
let printed: string[];

beforeEach(() => {
  printed = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk: string | Uint8Array) => {
      printed.push(String(chunk));
      return true;
    });
  }
});

// Whatever a test does, the streams are as they were.
afterEach(() => {
  for (const stream of [process.stdout, process.stderr]) {
    expect(vi.isMockFunction(stream.write)).toBe(true);
  }
  vi.restoreAllMocks();
});

const out = (text: string) => process.stdout.write(text);

describe.each([
  ["redirectStdout", redirectStdout, () => process.stdout],
  ["redirectStderr", redirectStderr, () => process.stderr],
] as const)("%s", (_name, redirect, stream) => {
  test("sends what the body writes to the target, and nothing before or after", () => {
    const target = new TextCollector();
    stream().write("before ");
    const entered = withContext(redirect(target), (it) => {
      stream().write("inside");
      return it;
    });
    stream().write("after");
    expect(entered).toBe(target);
    expect(target.text).toBe("inside");
    expect(printed.join("")).toBe("before after");
  });

  test("ends with a failure, too", () => {
    const failure = new Error("body");
    expect(() =>
      withContext(redirect(), () => {
        throw failure;
      }),
    ).toThrow(failure);
    stream().write("after");
    expect(printed).toEqual(["after"]);
  });

  test("takes what a console prints", () => {
    const console = new Console(process.stdout, process.stderr);
    const collected = withContext([redirectStdout(), redirectStderr()], ([stdout, stderr]) => {
      console.log("to %s", "out");
      console.error("to err");
      return [stdout.text, stderr.text];
    });
    expect(collected).toEqual(["to out\n", "to err\n"]);
  });
});

test("redirections nest, also the same manager", () => {
  const outer = new TextCollector();
  const inner = new TextCollector();
  const manager = redirectStdout(inner);
  withContext(redirectStdout(outer), () => {
    out("1");
    withContext(manager, () => {
      out("2");
      withContext(manager, () => out("3"));
      out("4");
    });
    out("5");
  });
  expect([outer.text, inner.text, printed.join("")]).toEqual(["15", "234", ""]);
});

test("concurrent bodies have their own targets, and what runs beside them has none", async () => {
  const work = async (name: string, rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      out(`${name}${round} `);
      await sleep(Math.random() * 5);
    }
  };
  const collect = (name: string, rounds: number) =>
    withAsyncContext(redirectStdout(), async (target) => {
      await Promise.all([work(name, rounds), work(name.toUpperCase(), rounds)]);
      return target.text;
    });

  const [a, , b] = await Promise.all([
    collect("a", 5),
    work("x", 5),
    collect("b", 3),
    work("y", 1),
  ]);
  out("z");

  expect(a.trim().split(" ").sort()).toEqual([
    "A0",
    "A1",
    "A2",
    "A3",
    "A4",
    "a0",
    "a1",
    "a2",
    "a3",
    "a4",
  ]);
  expect(b.trim().split(" ").sort()).toEqual(["B0", "B1", "B2", "b0", "b1", "b2"]);
  expect(printed.join("").trim().split(" ").sort()).toEqual([
    "x0",
    "x1",
    "x2",
    "x3",
    "x4",
    "y0",
    "z",
  ]);
});

test("so have bodies that are nested in one another", async () => {
  const outer = new TextCollector();
  await withAsyncContext(redirectStdout(outer), async () => {
    const nested = (name: string) =>
      withAsyncContext(redirectStdout(), async (target) => {
        out(`${name} `);
        await sleep(1);
        out(name);
        return target.text;
      });
    const beside = (async () => {
      await sleep(1);
      out("beside");
    })();
    expect(await Promise.all([nested("a"), nested("b"), beside])).toEqual([
      "a a",
      "b b",
      undefined,
    ]);
  });
  expect(outer.text).toBe("beside");
  expect(printed).toEqual([]);
});

test("work that outlives its body writes to the outer target", async () => {
  const inner = new TextCollector();
  const outer = new TextCollector();
  let late: Promise<unknown> | undefined;
  await withAsyncContext(redirectStdout(outer), async () => {
    await withAsyncContext(redirectStdout(inner), () => {
      out("in time");
      late = sleep(10).then(() => out("late"));
    });
    await late;
    late = sleep(10).then(() => out("later"));
  });
  await late;
  expect([inner.text, outer.text, printed.join("")]).toEqual(["in time", "late", "later"]);
});

test("works in a tuple, in stacks, under using and around a function", async () => {
  const texts = await withAsyncContext(
    [redirectStdout(), redirectStderr()],
    async ([stdout, stderr]) => {
      await sleep(1);
      process.stdout.write("o");
      process.stderr.write("e");
      return [stdout.text, stderr.text];
    },
  );
  expect(texts).toEqual(["o", "e"]);

  const stacked = await withAsyncContext(new AsyncExitStack(), async (stack) => {
    const target = await stack.enterContext(redirectStdout());
    await sleep(1);
    out("stack");
    return target;
  });
  out("after ");

  const syncTarget = new TextCollector();
  {
    using stack = new ExitStack();
    stack.enterContext(redirectStdout(syncTarget));
    using entered = enter(redirectStdout());
    out("using");
    expect(entered.value.text).toBe("using");
  }
  out("after");

  const target = new TextCollector();
  const report = wrapWith(() => redirectStdout(target))(async () => {
    await sleep(1);
    out("wrapped");
  });
  const reporting = report();
  out(" beside");
  await reporting;
  expect([stacked?.text, syncTarget.text, target.text, printed.join("")]).toEqual([
    "stack",
    "",
    "wrapped",
    "after after beside",
  ]);
});

describe("a text target", () => {
  test("gets text also where bytes are written, and a split character whole", () => {
    const target = new TextCollector();
    withContext(redirectStdout(target), () => {
      const bytes = Buffer.from("€uro");
      process.stdout.write(bytes.subarray(0, 1));
      process.stdout.write(bytes.subarray(1));
      process.stdout.write("68c3bc", "hex");
      process.stdout.write(new Uint8Array([33]));
    });
    expect(target.text).toBe("€urohü!");
  });

  test("gets what is left of a character at the end", () => {
    const target = new TextCollector();
    withContext(redirectStdout(target), () =>
      process.stdout.write(Buffer.from("€").subarray(0, 2)),
    );
    expect(target.text).toBe("\uFFFD");
  });

  test("has the writer's callback called later, not at once", async () => {
    const order: string[] = [];
    await withAsyncContext(redirectStdout(), async () => {
      const called = new Promise<void>((resolve) => {
        process.stdout.write("a", () => {
          order.push("callback");
          resolve();
        });
        process.stdout.write("b", "utf8", () => order.push("callback"));
      });
      order.push("written");
      await called;
    });
    expect(order).toEqual(["written", "callback", "callback"]);
  });

  test("may write to the stream itself, and fails the writer by what it throws", () => {
    const refused = new Error("refused");
    withContext(redirectStdout({ write: (part: string) => out(`[${part}]`) }), () => {
      out("x");
    });
    expect(printed).toEqual(["[x]"]);
    const refusing = redirectStdout({
      write() {
        throw refused;
      },
    });
    expect(() => withContext(refusing, () => out("x"))).toThrow(refused);
  });

  test("takes no other chunks than a stream does", () => {
    withContext(redirectStdout(), () => {
      expect(() => process.stdout.write(1 as never)).toThrow(
        "Strings and bytes can be written, not 1",
      );
    });
  });
});

describe("a stream as a target", () => {
  test("gets the chunks as they are, and is not ended", async () => {
    const target = new PassThrough();
    withContext(redirectStdout(target), () => {
      process.stdout.write("hel");
      process.stdout.write(Buffer.from("lo"));
    });
    target.end(" there");
    expect(await text(target)).toBe("hello there");
  });

  test("is as slow as it is: who is told to wait is told when to go on", async () => {
    const parts: string[] = [];
    const slow = new Writable({
      highWaterMark: 4,
      write(chunk: Buffer, _encoding, done) {
        parts.push(chunk.toString());
        setTimeout(done, 5);
      },
    });
    await withAsyncContext(redirectStdout(slow), async () => {
      const source = Readable.from(["first", "second", "third"]);
      source.pipe(process.stdout, { end: false });
      await new Promise((resolve) => source.on("end", resolve));
    });
    slow.end();
    await new Promise((resolve) => slow.on("finish", resolve));
    expect(parts.join(" ")).toBe("first second third");
  });

  test("that is destroyed makes nobody wait for ever", async () => {
    const stuck = new Writable({ highWaterMark: 1, write: () => {} });
    await withAsyncContext(redirectStdout(stuck), async () => {
      expect(out("much")).toBe(false);
      const drained = new Promise((resolve) => process.stdout.once("drain", resolve));
      stuck.destroy();
      await drained;
    });
  });

  test("may be the other stream, or the very same", () => {
    withContext(redirectStdout(process.stderr), () => out("to err "));
    withContext([redirectStdout(process.stderr), redirectStderr(process.stdout)], () =>
      out("swapped "),
    );
    withContext(redirectStdout(process.stdout), () => out("same"));
    expect(printed).toEqual(["to err ", "swapped ", "same"]);
  });
});

test("what somebody else has put over it stays, and passes on", () => {
  const target = new TextCollector();
  const manager = redirectStdout(target);
  manager.enter();
  const ours = process.stdout.write;
  const theirs = ((...args: Parameters<typeof ours>) =>
    ours.apply(process.stdout, args)) as typeof ours;
  process.stdout.write = theirs;
  manager.exit();
  expect(process.stdout.write).toBe(theirs);
  out("after");
  withContext(manager, () => out("again"));
  expect([target.text, printed.join("")]).toEqual(["again", "after"]);
  process.stdout.write = ours;
  withContext(manager, () => {});
});

test("wrong input is a clear error", () => {
  for (const wrong of [undefined, {}, "text", null]) {
    expect(() => redirectStdout((wrong ?? null) as never)).toThrow(
      "Output can be redirected to a Writable, or to an object with a write(text) method",
    );
  }
});
