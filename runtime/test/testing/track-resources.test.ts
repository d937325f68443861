import { open } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { devNull } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, test, vi } from "vitest";

import {
  AsyncExitStack,
  closing,
  dispose,
  enter,
  ExitStack,
  primaryError,
  SuppressedError,
  withAsyncContext,
  withContext,
} from "../../src/index.js";
import {
  type Leak,
  markAcquired,
  markReleased,
  ResourceLeakError,
  type TrackOptions,
  trackResources,
  untracked,
} from "../../src/testing/index.js";

/** What releases the leaks of a test. */
const releases: (() => unknown)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

/** The leaks that tracking a body reports; none where it completes. */
async function leaksOf(body: () => unknown, options?: TrackOptions): Promise<readonly Leak[]> {
  try {
    await trackResources(body, options);
    return [];
  } catch (error) {
    if (error instanceof ResourceLeakError) return error.leaks;
    throw error;
  }
}

const names = (leaks: readonly Leak[]): string[] => leaks.map(({ resource }) => resource);

function poll(): NodeJS.Timeout {
  const timer = setInterval(() => {}, 60_000);
  releases.push(() => clearInterval(timer));
  return timer;
}

class Session {
  close(): void {}
}
const session = { enter: () => new Session(), exit: () => {} };

describe("a body", () => {
  test("gives what it returns, synchronously where it is synchronous", async () => {
    expect(trackResources(() => 1)).toBe(1);
    expect(await trackResources(() => Promise.resolve(2))).toBe(2);
  });

  test("fails with its own error where nothing leaks", async () => {
    const error = new Error("body");
    const fail = (): never => {
      throw error;
    };
    expect(() => trackResources(fail)).toThrow(error);
    await expect(trackResources(() => Promise.resolve().then(fail))).rejects.toBe(error);
  });

  test("that fails and leaks fails with both, its own error first", async () => {
    const error = new Error("body");
    const thrown: unknown = await trackResources(async () => {
      poll();
      await Promise.resolve();
      throw error;
    }).catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(SuppressedError);
    expect(primaryError(thrown)).toBe(error);
    expect(String(thrown)).toMatch(/Not released: a timer \(setInterval\).*Error: body/);
  });

  test("has to be a function", () => {
    expect(() => trackResources(1 as never)).toThrow(
      new TypeError("trackResources() takes a function that it runs: trackResources(() => …)"),
    );
  });
});

describe("what is acquired through unwind", () => {
  test("and released leaves nothing to report", async () => {
    const body = async (): Promise<void> => {
      withContext([session, closing(new Session())], () => {});
      await withAsyncContext(new AsyncExitStack(), async (stack) => {
        await stack.enterContext(session);
        stack.defer(() => {});
      });
    };
    expect(await leaksOf(body)).toEqual([]);
  });

  test("in a stack is reported once, as the stack, with where its first resource came from", () => {
    const stack = new ExitStack();
    let error: unknown;
    try {
      trackResources(() => {
        stack.adopt(new Session(), () => {});
        stack.use(closing(new Session()));
        stack.defer(function flush() {});
      });
    } catch (caught) {
      error = caught;
    }
    stack.dispose();
    expect(error).toBeInstanceOf(ResourceLeakError);
    const { leaks } = error as ResourceLeakError;
    expect(names(leaks)).toEqual(["an ExitStack"]);
    expect(leaks[0]?.holds).toEqual(["a Session", "a Session", "a Session", "function flush() {}"]);
    expect(leaks[0]?.place?.file).toBe(import.meta.filename);
  });

  test("in a stack in a stack is the outer one's", async () => {
    const outer = new ExitStack();
    releases.push(() => outer.dispose());
    const leaks = await leaksOf(() => {
      const inner = outer.use(new ExitStack());
      inner.defer(() => {});
      outer.use(enter(session));
    });
    expect(leaks).toHaveLength(1);
    expect(leaks[0]?.holds).toHaveLength(4);
  });

  test("in a stack that was moved is the new stack's", async () => {
    const leaks = await leaksOf(() => {
      const stack = new ExitStack();
      stack.defer(() => {});
      const moved = stack.move();
      moved.defer(() => {});
    });
    expect(leaks).toHaveLength(1);
    expect(leaks[0]?.holds).toHaveLength(2);
  });

  test("in a stack, a Node handle is not listed again", async () => {
    const stack = new AsyncExitStack();
    releases.push(() => stack.disposeAsync());
    const leaks = await leaksOf(async () => {
      stack.adopt(await open(devNull), (file) => file.close());
    });
    expect(names(leaks)).toEqual(["an AsyncExitStack"]);
    expect(leaks[0]?.holds).toEqual(["a FileHandle"]);
  });

  test("an empty stack is no leak", async () => {
    expect(await leaksOf(() => new ExitStack())).toEqual([]);
  });

  test("what failed to be entered is no leak", async () => {
    const failing = {
      enter(): never {
        throw new Error("enter");
      },
      exit() {},
    };
    const body = (): void => {
      expect(() => withContext(failing, () => {})).toThrow("enter");
    };
    expect(await leaksOf(body)).toEqual([]);
  });

  test("what failed to be released counts as released", async () => {
    const stubborn = closing({}, () => {
      throw new Error("release");
    });
    const body = (): void => {
      expect(() => withContext(new ExitStack(), (stack) => stack.use(stubborn))).toThrow("release");
    };
    expect(await leaksOf(body)).toEqual([]);
  });

  test("what was acquired before does not count", async () => {
    const stack = new ExitStack();
    releases.push(() => stack.dispose());
    stack.defer(() => {});
    expect(await leaksOf(() => {})).toEqual([]);
  });

  test("closing is reported where it was called", async () => {
    const leaks = await leaksOf(() => closing(new Session()));
    expect(names(leaks)).toEqual(["a Session"]);
    expect(leaks[0]?.stack.split("\n")[0]).toMatch(/track-resources\.test\.ts:\d+:\d+\)?$/);
  });

  test("a body of withAsyncContext that nobody waited for is reported", async () => {
    const leaks = await leaksOf(
      () => {
        const work = withAsyncContext(session, () => sleep(50));
        releases.push(() => work);
        return Promise.resolve();
      },
      { settle: 5 },
    );
    expect(names(leaks)).toContain("an Object");
  });
});

describe("what Node acquires", () => {
  test("is reported from a synchronous body, and from an async one", async () => {
    expect(() => trackResources(poll)).toThrow("Not released: a timer (setInterval)");
    expect(names(await leaksOf(async () => void (await Promise.resolve(poll()))))).toEqual([
      "a timer (setInterval)",
    ]);
  });

  test("a socket that a synchronous body destroyed is no leak, though Node has yet to close it", () => {
    let socket: Socket | undefined;
    trackResources(() => {
      socket = connect(1, "127.0.0.1");
      socket.on("error", () => {});
      socket.destroy();
    });
    expect(socket?.destroyed).toBe(true);
  });

  test("a socket that a synchronous body leaves open is a leak", async () => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    releases.push(() => server.close());
    const { port } = server.address() as { port: number };
    expect(() =>
      trackResources(() => {
        const socket = connect(port, "127.0.0.1");
        releases.push(() => socket.destroy());
      }),
    ).toThrow("Not released: a socket");
  });

  test("accepted sockets belong to their server", async () => {
    const leaks = await leaksOf(async () => {
      const server = createServer();
      await once(server.listen(0, "127.0.0.1"), "listening");
      const { port } = server.address() as { port: number };
      const [accepted, client] = await Promise.all([
        once(server, "connection").then(([socket]) => socket as Socket),
        untracked(() => Promise.resolve(connect(port, "127.0.0.1"))),
      ]);
      releases.push(() => {
        server.close();
        accepted.destroy();
        client.destroy();
      });
    });
    expect(names(leaks)).toEqual(["a server"]);
  });

  test("what does not keep the process alive counts only where that is asked for", async () => {
    const body = async (): Promise<void> => {
      await Promise.resolve();
      poll().unref();
    };
    expect(await leaksOf(body)).toEqual([]);
    expect(names(await leaksOf(body, { unref: true }))).toEqual(["a timer (setInterval)"]);
  });

  test("is left alone with node: false", async () => {
    expect(
      await leaksOf(async () => void (await Promise.resolve(poll())), { node: false }),
    ).toEqual([]);
  });

  test("may take until it has settled", async () => {
    const close = (): void => {
      setTimeout(() => {}, 5);
    };
    expect(await leaksOf(async () => void (await Promise.resolve(close())))).toEqual([]);
    const leaks = await leaksOf(async () => void (await Promise.resolve(close())), { settle: 0 });
    expect(names(leaks)).toEqual(["a timer (setTimeout)"]);
  });

  test("is tracked under fake timers, too", async () => {
    vi.useFakeTimers();
    try {
      expect(await leaksOf(() => Promise.resolve(setInterval(() => {}, 1)))).toEqual([]);
      const leaks = await leaksOf(() => Promise.resolve(markAcquired(new Session())));
      expect(names(leaks)).toEqual(["a Session"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("opened late by what nobody waited for is reported all the same", async () => {
    const leaks = await leaksOf(async () => {
      const opening = Array.from({ length: 20 }, () => open(devNull));
      releases.push(async () => {
        for (const file of await Promise.all(opening)) await file.close();
      });
      await Promise.resolve();
    });
    expect(leaks).toHaveLength(20);
  });
});

describe("bodies at the same time", () => {
  test("answer for what is theirs only", async () => {
    const results = await Promise.all([
      leaksOf(() => sleep(30)),
      leaksOf(async () => {
        await sleep(5);
        poll();
        closing(new Session());
      }),
      leaksOf(async () => {
        await sleep(10);
        const file = await open(devNull);
        releases.push(() => file.close());
      }),
      leaksOf(async () => {
        await sleep(10);
        await (await open(devNull)).close();
      }),
    ]);
    expect(results.map(names)).toEqual([
      [],
      ["a timer (setInterval)", "a Session"],
      ["a FileHandle"],
      [],
    ]);
  });

  test("one in another reports to itself only", async () => {
    let inner: readonly Leak[] = [];
    const outer = await leaksOf(async () => {
      inner = await leaksOf(() => closing(new Session()));
    });
    expect([names(inner), names(outer)]).toEqual([["a Session"], []]);
  });
});

describe("options", () => {
  test("stacks: false leaves out where it was", async () => {
    const [leak] = await leaksOf(() => closing(new Session()), { stacks: false });
    expect(leak).toMatchObject({ resource: "a Session", place: undefined, stack: "" });
  });

  test("ignore leaves out what is meant to be", async () => {
    const ignore = ({ resource }: Leak): boolean => resource.startsWith("a timer");
    const body = async (): Promise<void> => {
      await Promise.resolve();
      poll();
      closing(new Session());
    };
    expect(names(await leaksOf(body, { ignore }))).toEqual(["a Session"]);
  });

  test("untracked leaves out what it acquires, also later", async () => {
    const body = (): Promise<void> =>
      untracked(async () => {
        await Promise.resolve();
        poll();
        closing(new Session());
      });
    expect(await leaksOf(body)).toEqual([]);
  });
});

describe("marks", () => {
  test("make a resource known that nobody else knows of", async () => {
    expect(names(await leaksOf(() => markAcquired(new Session())))).toEqual(["a Session"]);
    expect(await leaksOf(() => markReleased(markAcquired(new Session())))).toEqual([]);
  });

  test("a resource can be acquired again, but not released twice", () => {
    trackResources(() => {
      const one = markAcquired(new Session());
      markReleased(one);
      markReleased(markAcquired(one));
      expect(() => markReleased(one)).toThrow(new Error("a Session was released twice"));
    });
  });

  test("in a stack are the stack's", async () => {
    const stack = new ExitStack();
    releases.push(() => stack.dispose());
    const leaks = await leaksOf(() => {
      stack.adopt(markAcquired(new Session()), markReleased);
    });
    expect(names(leaks)).toEqual(["an ExitStack"]);
  });

  test("do nothing while nothing is tracked", () => {
    const one = markAcquired(new Session());
    markReleased(one);
    markReleased(one);
    expect(() => markAcquired(1 as never)).toThrow(
      "markAcquired() takes the object that stands for the resource, not 1",
    );
  });
});

test("the message lists ten leaks and counts the others", async () => {
  const error = await trackResources(async () => {
    await Promise.resolve();
    for (let count = 0; count < 12; count++) poll();
  }).catch((caught: unknown) => caught);
  const lines = (error as Error).message.split("\n");
  expect(lines[0]).toMatch(/^Not released: a timer \(setInterval\), acquired at .*, and 11 more$/);
  expect(lines.filter((line) => line.startsWith("  a timer"))).toHaveLength(10);
  expect(lines.at(-1)).toBe("  … and 2 more");
  expect((error as ResourceLeakError).leaks).toHaveLength(12);
});

test("a handle for using that was not left is reported", () => {
  let entered: ReturnType<typeof enter<typeof session>> | undefined;
  expect(() =>
    trackResources(() => {
      entered = enter(session);
    }),
  ).toThrow("an ExitStack that holds an Object");
  entered?.[dispose]();
});
