/*
 * What the samples work with: a database with a pool, locks, files and a broker, small but with the
 * rules of the real ones. Whatever reaches the world is an operation, so that `failEach` can make it
 * fail; whatever is lent out is marked, so that it can be missed.
 */
import { open } from "node:fs/promises";
import { devNull } from "node:os";

import { markAcquired, markReleased, operation } from "unwind/testing";

/** What the buggy versions left open, for whoever runs them: Node does not like it as garbage. */
const opened = [];

/** Real files, opened through an operation. */
export const files = {
  open: (path = devNull) =>
    operation("open", async () => {
      const file = await open(path);
      opened.push(file);
      return file;
    }),
  closeAll: () => Promise.all(opened.splice(0).map((file) => file.close())),
};

export class Connection {
  inTransaction = false;
  #pending = [];

  constructor(pool) {
    this.pool = pool;
  }

  async begin() {
    await operation("begin", async () => {});
    this.inTransaction = true;
  }

  async insert(row) {
    await operation("insert", async () => {});
    if (this.inTransaction) this.#pending.push(row);
    else this.pool.rows.push(row);
  }

  async commit() {
    await operation("commit", async () => {});
    this.pool.rows.push(...this.#pending.splice(0));
    this.inTransaction = false;
  }

  async rollback() {
    await operation("rollback", async () => {});
    this.#pending = [];
    this.inTransaction = false;
  }

  /** Back to the pool, in whatever state. */
  release() {
    markReleased(this);
    this.pool.out.delete(this);
    this.pool.idle.push(this);
  }

  /** Away for good; the server rolls back. */
  destroy() {
    markReleased(this);
    this.pool.out.delete(this);
  }
}

export class Pool {
  rows = [];
  idle = [];
  out = new Set();

  constructor() {
    markAcquired(this);
  }

  async connect() {
    await operation("connect", async () => {});
    const connection = markAcquired(this.idle.pop() ?? new Connection(this));
    this.out.add(connection);
    return connection;
  }

  /** As those of real drivers: it waits for what is out, which nobody brings back any more. */
  async end() {
    if (this.out.size > 0) throw new Error("the pool has connections out");
    markReleased(this);
  }
}

export class Lock {
  #held = false;

  async acquire() {
    await operation("lock", async () => {});
    if (this.#held) throw new Error("deadlock");
    this.#held = true;
    const lease = markAcquired(new Lease());
    return () => {
      markReleased(lease);
      this.#held = false;
    };
  }
}

class Lease {}

/** Buffers what it is given; only `close` writes it, and may find the disk full. */
export class Writer {
  #text = "";
  written = undefined;

  constructor() {
    markAcquired(this);
  }

  write(text) {
    operation("write", () => {
      this.#text += text;
    });
  }

  async close() {
    markReleased(this);
    await operation("flush", async () => {
      this.written = this.#text;
    });
  }
}

/** Lets another task go on, as any call over a network does. */
export const later = () => new Promise((resolve) => setImmediate(resolve));
