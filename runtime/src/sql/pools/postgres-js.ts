import { within } from "../time.js";
import type { Lease, Pool } from "./pool.js";

interface Sql {
  (...args: readonly unknown[]): unknown;
  unsafe(text: string, values?: readonly unknown[], options?: object): PromiseLike<unknown>;
}

interface ReservedSql extends Sql {
  release(): unknown;
}

/** postgres.js's own connection, which `begin` of it learns of in this way, too. */
interface InnerConnection {
  onclose?: ((error: unknown) => void) | null;
}

/** How long a connection that ends itself may take for it, in milliseconds. */
const ending = 1_000;

/**
 * `sql` of postgres.js. When a reserved connection is lost, the pool takes it back at once and gives it
 * to others: giving it back once more would corrupt the pool, and a further query would run in
 * somebody else's session, or fail where nobody can catch it. So this listens for the loss, as
 * postgres.js's own `begin` does, and refuses queries from then on.
 */
export function postgresJsPool(sql: { reserve(): PromiseLike<unknown> }): Pool {
  return {
    async lease(): Promise<Lease> {
      const reserved = (await sql.reserve()) as ReservedSql;
      let lost: { readonly error: unknown } | undefined;
      let closed: (() => void) | undefined;
      const closing = new Promise<void>((resolve) => (closed = resolve));
      const onexecute = (inner: InnerConnection): boolean => {
        inner.onclose = (error) => {
          lost ??= { error };
          closed?.();
        };
        watched = inner;
        return true;
      };
      let watched: InnerConnection | undefined;
      const isLost = (): boolean => lost !== undefined;
      try {
        await reserved.unsafe("SELECT 1", [], { onexecute, simple: true });
      } catch (error) {
        // It may be the loss itself.
        if (!isLost()) reserved.release();
        throw error;
      }
      return {
        connection: guard(reserved, () => lost),
        get lost() {
          return lost;
        },
        release() {
          if (lost !== undefined) return;
          if (watched !== undefined) watched.onclose = null;
          reserved.release();
        },
        async destroy() {
          if (lost !== undefined) return;
          // There is no other way to close one connection; the answer is that it is closed.
          const terminate = reserved.unsafe("SELECT pg_terminate_backend(pg_backend_pid())");
          await within(
            ending,
            Promise.resolve(terminate).catch(() => undefined),
          );
          if (!isLost()) await within(ending, closing);
        },
      };
    },
  };
}

/** The reserved connection, for as long as it is ours. */
function guard(reserved: ReservedSql, lost: () => { readonly error: unknown } | undefined): object {
  const refuse = (): void => {
    const loss = lost();
    if (loss !== undefined) throw loss.error;
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
