/**
 * What a program asks chance for (a branch taken, one more turn of a loop, a call that fails), asked
 * of a list instead, so that a program can be run again in the same way, or in every way.
 */
export class Decisions {
  readonly #given: readonly boolean[];
  readonly #beyond: () => boolean;

  /** What was decided so far. */
  readonly taken: boolean[] = [];

  /** @param beyond answers what the list does not: by default "no", which ends every loop. */
  constructor(given: readonly boolean[], beyond: () => boolean = () => false) {
    this.#given = given;
    this.#beyond = beyond;
  }

  decide(): boolean {
    const decision = this.#given[this.taken.length] ?? this.#beyond();
    this.taken.push(decision);
    return decision;
  }
}

/** The next run in order: the last decision against is turned, and what follows it is open. */
export function following(decisions: readonly boolean[]): boolean[] | undefined {
  const last = decisions.lastIndexOf(false);
  return last === -1 ? undefined : [...decisions.slice(0, last), true];
}
