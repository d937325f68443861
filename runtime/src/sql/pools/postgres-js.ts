import { within } from "../time.js";
import type { Lease, Pool } from "./pool.js";
import { enter, reserve, type ReservedSql, type ReservingSql } from "./postgres-js-reserve.js";

/** postgres.js's own connection, which its `begin` learns of in the same way. */
interface InnerConnection {
  onclose?: ((error: unknown) => void) | null;
  terminate?: () => unknown;
}

/** A statement of postgres.js, of which it remembers where it ran. */
interface InnerQuery extends PromiseLike<unknown> {
  active?: boolean;
  cancel?: () => unknown;
}

/** How long a connection that is closed may take for it, in milliseconds. */
const closingTime = 1_000;

/**
 * `sql` of postgres.js. When a reserved connection is lost, the pool takes it back at once and gives it
 * to others: giving it back once more would corrupt the pool, and a further query would run in
 * somebody else's session, or fail where nobody can catch it. So this listens for the loss, as
 * postgres.js's own `begin` does, and refuses queries from then on.
 */
export function postgresJsPool(sql: ReservingSql): Pool {
  return { lease: () => lease(sql) };
}

async function lease(sql: ReservingSql): Promise<Lease> {
  const leave = await enter(sql);
  try {
    return await watched(await leave.inTurn(() => reserve(sql)), leave);
  } catch (error) {
    leave();
    throw error;
  }
}

async function watched(reserved: ReservedSql, leave: () => void): Promise<Lease> {
  let lost: { readonly error: unknown } | undefined;
  const isLost = (): boolean => lost !== undefined;
  let inner: InnerConnection | undefined;
  let closed: (() => void) | undefined;
  const closing = new Promise<void>((resolve) => (closed = resolve));
  const onexecute = (connection: InnerConnection): boolean => {
    inner = connection;
    connection.onclose = (error) => {
      lost ??= { error };
      closed?.();
    };
    return true;
  };
  const first: InnerQuery = reserved.unsafe("SELECT 1", [], { onexecute, simple: true });
  try {
    await first;
  } catch (error) {
    // It may be the loss itself.
    if (!isLost()) reserved.release();
    throw error;
  }
  const cut = (): void => {
    if (isLost()) return;
    // The server sees the farewell when its statement is done: this ends the statement, in the way in
    // which postgres.js cancels one that is under way, by a connection beside the pool.
    first.active = true;
    Promise.resolve(first.cancel?.()).catch(ignore);
    if (typeof inner?.terminate === "function") inner.terminate();
    // There is no other way; the answer is that it is closed.
    else reserved.unsafe("SELECT pg_terminate_backend(pg_backend_pid())").then(ignore, ignore);
  };
  return {
    connection: guard(reserved, () => lost),
    get lost() {
      return lost;
    },
    cut,
    release() {
      if (!isLost()) {
        if (inner !== undefined) inner.onclose = null;
        reserved.release();
      }
      leave();
    },
    async destroy() {
      cut();
      if (!isLost()) await within(closingTime, closing);
      leave();
    },
  };
}

/** The reserved connection, for as long as it is ours. */
function guard(reserved: ReservedSql, loss: () => { readonly error: unknown } | undefined): object {
  const refuse = (): void => {
    const lost = loss();
    if (lost !== undefined) throw lost.error;
  };
  return new Proxy(reserved, {
    apply(target, self, args: readonly unknown[]) {
      // Also `sql(identifier)` and `sql(values)`, which only build a part of a query.
      if (Array.isArray((args[0] as { raw?: unknown } | undefined)?.raw)) refuse();
      return Reflect.apply(target as (...args: unknown[]) => unknown, self, args);
    },
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key !== "unsafe" && key !== "file") return member;
      return (...args: unknown[]): unknown => {
        refuse();
        return Reflect.apply(member as (...args: unknown[]) => unknown, target, args);
      };
    },
  });
}

function ignore(): void {
  // What becomes of it is nobody's.
}
