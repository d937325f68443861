/* The tests that each runner runs: two of them leak, and one fails for a reason of its own. */

/** What the tests leave behind, so that the process can end. */
const left = [];

export const releaseAll = () => left.splice(0).forEach(clearInterval);

function poll() {
  const timer = setInterval(() => {}, 60_000);
  left.push(timer);
  return timer;
}

export function declare({ describe, test, afterEach }) {
  let timer;
  // Declared after the tracking's own hooks, and released by the time that these look.
  afterEach(() => clearInterval(timer));

  test("released by a hook of the file", () => {
    timer = poll();
  });

  test("released by itself", async () => {
    const own = poll();
    await new Promise((resolve) => setTimeout(resolve, 1));
    clearInterval(own);
  });

  test("leaks at once", () => {
    poll();
  });

  test("comes after a leak and does not pay for it", () => {});

  test("leaks later", async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    poll();
  });

  test("fails for a reason of its own", () => {
    poll();
    throw new Error("a reason of its own");
  });

  describe("in a group", () => {
    let grouped;
    afterEach(() => clearInterval(grouped));

    test("released by a hook of the group", () => {
      grouped = poll();
    });
  });
}
