import { sqlState } from "../failures.js";
import { late, within } from "../time.js";

/*
 * What postgres.js (3.4) does around `reserve()` when connections are lost:
 * - it forgets a reservation that is waiting (porsager/postgres#1195);
 * - after a loss during a statement, the next one who uses the connection gets the old error
 *   (porsager/postgres#1215), and a reservation that gets it keeps the connection for ever.
 * So reservations wait here and not there, and a plain statement goes before each.
 */

export interface Sql {
  (...args: readonly unknown[]): unknown;
  unsafe(text: string, values?: readonly unknown[], options?: object): PromiseLike<unknown>;
}

export interface ReservedSql extends Sql {
  release(): unknown;
}

export interface ReservingSql extends Sql {
  reserve(): PromiseLike<unknown>;
  readonly options?: { readonly max?: number };
}

/** Gives the place back, once; runs something when it is this one's turn. */
export interface Place {
  (): void;
  inTurn<R>(run: () => Promise<R>): Promise<R>;
}

/** Who waits for a place among the connections of one `sql`. */
interface Gate {
  free: number;
  readonly waiting: (() => void)[];
  turn: Promise<unknown>;
}

const gates = new WeakMap<object, Gate>();

/** Waits for one of as many places as there are connections. */
export async function enter(sql: ReservingSql): Promise<Place> {
  let gate = gates.get(sql);
  if (gate === undefined) {
    gate = { free: sql.options?.max ?? Infinity, waiting: [], turn: Promise.resolve() };
    gates.set(sql, gate);
  }
  const { waiting } = gate;
  const entered = gate;
  if (gate.free > 0) gate.free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));

  let held = true;
  const leave = (): void => {
    if (!held) return;
    held = false;
    const next = waiting.shift();
    if (next === undefined) entered.free++;
    else next();
  };
  const inTurn = <R>(run: () => Promise<R>): Promise<R> => {
    const result = entered.turn.then(run);
    entered.turn = result.catch(() => undefined);
    return result;
  };
  return Object.assign(leave, { inTurn });
}

/** How often a statement may get the error of a connection that was lost before. */
const attempts = 5;

/** After how long without an answer `reserve()` is asked once more, the first time; in milliseconds. */
const firstPatience = 500;

/** Reserves a connection that is open and answers. */
export async function reserve(sql: ReservingSql): Promise<ReservedSql> {
  for (let attempt = 1; ; attempt++) {
    try {
      // Connects, where that is needed, and takes the old error.
      await sql.unsafe("SELECT 1");
      break;
    } catch (error) {
      if (attempt === attempts || !isOfFormerConnection(error)) throw error;
    }
  }
  const asked: Promise<ReservedSql>[] = [];
  for (let patience = firstPatience; ; patience *= 2) {
    asked.push(Promise.resolve(sql.reserve()) as Promise<ReservedSql>);
    const reserved = await within(patience, Promise.race(asked));
    if (reserved === late) continue;
    for (const one of asked) {
      one.then(
        (it) => it !== reserved && void it.release(),
        () => undefined,
      );
    }
    return reserved;
  }
}

/** admin_shutdown or crash_shutdown, or postgres.js's own word for it. */
function isOfFormerConnection(error: unknown): boolean {
  const state = sqlState(error) ?? (error as { code?: unknown } | undefined)?.code;
  return state === "57P01" || state === "57P02" || state === "CONNECTION_CLOSED";
}
