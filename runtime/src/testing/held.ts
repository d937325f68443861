import { describe } from "../describe.js";
import type { AcquisitionForm } from "../observe.js";
import type { Trace } from "./places.js";

/** How a resource came to be held: through unwind, or announced by `markAcquired`. */
export type Form = AcquisitionForm | "mark";

let orders = 0;

/** The next number in the order of acquisitions. */
export function nextOrder(): number {
  return ++orders;
}

/** How many acquisitions a stack, or whatever else holds resources, has to release. */
export interface Count {
  /** When the first one was, among all acquisitions. */
  readonly order: number;
  living: number;
  /** Whether the engine was asked to tell when the holder is garbage. */
  registered: boolean;
}

/** The stack that holds resources. One for all that a stack holds, so that `move` is one assignment. */
export class Owner {
  stack: object;
  count: Count | undefined = undefined;

  constructor(stack: object) {
    this.stack = stack;
  }
}

/** Gives what it is called with, so that a class that extends it adds its fields to that. */
const Same = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * The owner as a private field of the stack itself: nobody sees it, and unlike a WeakMap of all stacks
 * it costs next to nothing.
 */
class Owned extends Same {
  #owner: Owner;

  private constructor(stack: object, owner: Owner) {
    super(stack);
    this.#owner = owner;
  }

  static of(stack: object): Owner {
    if (#owner in stack) return stack.#owner;
    const owner = new Owner(stack);
    new Owned(stack, owner);
    return owner;
  }

  static move(from: object, to: object): void {
    const owner = Owned.of(from);
    owner.stack = to;
    new Owned(to, owner);
    (from as Owned).#owner = new Owner(from);
  }
}

/** The owner that a stack is. */
export function ownerOf(stack: object): Owner {
  return Owned.of(stack);
}

/** Makes a stack that holds nothing the owner of all that another one holds. */
export function moveOwner(from: object, to: object): void {
  Owned.move(from, to);
}

/**
 * One acquisition. Only what holds the resource refers to it (and a scope, while that is tracked), so
 * that it is garbage when the resource is.
 */
export class Held {
  readonly form: Form;
  readonly subject: unknown;
  readonly owner: Owner | undefined;
  /** Where it was acquired, if anybody wants to know. */
  trace: Trace | undefined = undefined;
  /** In which order resources were acquired. */
  readonly order: number = nextOrder();
  /** The scope that it counts for. */
  scope: { release(held: Held): void } | undefined = undefined;
  /** Where it has no owner: as that of an owner. */
  count: Count | undefined = undefined;

  constructor(form: Form, subject: unknown, owner: Owner | undefined) {
    this.form = form;
    this.subject = subject;
    this.owner = owner;
  }

  /**
   * Whether this only gives an object a way to be released, so that another acquisition of the same
   * object (a stack that uses it) is what holds it.
   */
  get isPassive(): boolean {
    return this.owner === undefined && ["closing", "defer", "mark"].includes(this.form);
  }
}

/** A handle that stands for the stack inside it, as that of `enter()`; by the stack. */
const handles = new WeakMap<object, object>();

/** Says that `handle` stands for `stack`. */
export function link(handle: object, stack: object): void {
  handles.set(stack, handle);
}

/** What is held, with what else of the living it holds in turn. */
export interface Root {
  readonly resource: string;
  readonly first: Held;
  readonly holds: string[];
}

/**
 * The roots among what is held: a resource in a stack is the stack's, and the stack is that of
 * whoever holds it in turn.
 */
export function rootsOf(living: Iterable<Held>): Root[] {
  const all = [...living];
  const keepers = new Map<unknown, Held>();
  for (const held of all) {
    if (!held.isPassive) keepers.set(held.subject, held);
  }
  const keeperOf = ({ owner, subject, isPassive }: Held): Held | undefined => {
    if (owner !== undefined) {
      return keepers.get(owner.stack) ?? keepers.get(handles.get(owner.stack) ?? owner.stack);
    }
    return isPassive ? keepers.get(subject) : undefined;
  };

  const roots = new Map<unknown, Root>();
  for (const held of all) {
    let root = held;
    const passed = new Set([held]);
    for (let next = keeperOf(root); next && !passed.has(next); next = keeperOf(root)) {
      passed.add(next);
      root = next;
    }
    const stack = root.owner?.stack;
    const known = roots.get(stack ?? root);
    if (known === undefined) {
      const resource = describe(stack ?? root.subject);
      // What comes later in the order may hold what came first.
      const holds = root === held && stack === undefined ? [] : [describe(held.subject)];
      roots.set(stack ?? root, { resource, first: root, holds });
    } else if (held !== root || stack !== undefined) {
      known.holds.push(describe(held.subject));
    }
  }
  return [...roots.values()];
}
