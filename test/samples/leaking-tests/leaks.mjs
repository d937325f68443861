/*
 * Bodies of tests that pass and leave something behind, each in one place: the line that says so. Each
 * answers with what releases it after all, for the sake of the next one.
 */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { watch } from "node:fs";
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { devNull, tmpdir } from "node:os";
import { Worker } from "node:worker_threads";

import { AsyncExitStack, closing, enter, ExitStack, withAsyncContext } from "unwind";

class Session {
  open = true;
  close() {
    this.open = false;
  }
}

const session = {
  enter: () => new Session(),
  exit: () => {},
};

export const leaks = {
  async "a file that is read, but not closed"() {
    const file = await open(devNull); // acquired here
    await file.read(Buffer.alloc(1), 0, 1, 0);
    return () => file.close();
  },

  async "a server that a test started for itself"() {
    const server = createServer((_request, response) => response.end("hello"));
    await new Promise((resolve) => {
      server.listen(0, "127.0.0.1", resolve); // acquired here
    });
    const response = await fetch(`http://127.0.0.1:${server.address().port}/`);
    await response.text();
    return () => server.close();
  },

  async "a client socket whose server is gone"() {
    const server = createTcpServer((accepted) => accepted.unref());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const [accepted] = await Promise.all([
      once(server, "connection").then(([socket]) => socket),
      once((server.client = connect(server.address().port, "127.0.0.1")), "connect"), // acquired here
    ]);
    server.close();
    return () => {
      server.client.destroy();
      accepted.destroy();
    };
  },

  async "a timer that polls"() {
    const timer = setInterval(() => {}, 60_000); // acquired here
    return () => clearInterval(timer);
  },

  async "a child process that nobody waits for"() {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]); // acquired here
    await once(child, "spawn");
    return async () => {
      child.kill("SIGKILL");
      await once(child, "close");
    };
  },

  async "a worker that goes on"() {
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true }); // acquired here
    await once(worker, "online");
    return () => worker.terminate();
  },

  async "a stack that was moved and forgotten, with all that it holds"() {
    function openAll() {
      const stack = new AsyncExitStack();
      try {
        stack.adopt(new Session(), (one) => one.close()); // acquired here
        stack.defer(() => {});
        stack.use(closing(new Session()));
        return stack.move();
      } finally {
        void stack.disposeAsync();
      }
    }
    const resources = openAll();
    return () => resources.disposeAsync();
  },

  async "a manager that was entered by hand"() {
    const outer = new ExitStack();
    const entered = enter(session); // acquired here
    outer.defer(() => {});
    outer.dispose();
    return () => entered[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
  },

  async "a body that goes on after the test"() {
    let finish;
    const work = withAsyncContext(session, () => new Promise((resolve) => (finish = resolve))); // acquired here
    return () => {
      finish();
      return work;
    };
  },

  async "an object that was given a way to be closed, which nobody used"() {
    const socket = createSocket("udp4");
    socket.close();
    const session = closing(new Session()); // acquired here
    const watcher = watch(tmpdir());
    watcher.close();
    return () => session[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
  },
};
