import * as runtime from "unwind";

import type { Random } from "../random.js";
import type { Program } from "../run.js";

/** What is seen of one run. */
export interface Seen {
  /** What was done, in order: notes, uses, acquisitions, releases, and what is wrong. */
  readonly trace: readonly string[];
  /** The message of the error with which it ended. */
  readonly error: string | undefined;
  /** Whether it returned what was released already, and what stayed open without being returned. */
  readonly leaked: readonly string[];
  /** Points at which something could have failed. */
  readonly points: number;
}

/** How a run goes: at which point something fails, with which code, and how conditions come out. */
export interface Course {
  readonly failing: number | undefined;
  readonly code: string;
  readonly random: Random;
}

/** One resource, whose every use and release is traced. */
class Resource {
  open = true;
  readonly #name: string;
  readonly #world: LifetimeWorld;

  constructor(name: string, world: LifetimeWorld) {
    this.#name = name;
    this.#world = world;
    world.point(`open ${name}`);
    world.resources.set(name, this);
  }

  use(): void {
    if (!this.open) {
      this.#world.trace.push(`wrong: use of ${this.#name} after its release`);
      throw new Error(`${this.#name} is closed`);
    }
    this.#world.point(`use ${this.#name}`);
  }

  /** Begins to work, and finds out later whether it is still there. */
  async work(): Promise<string> {
    this.use();
    await Promise.resolve();
    await Promise.resolve();
    if (!this.open) this.#world.trace.push(`wrong: ${this.#name} is released while it works`);
    return `result of ${this.#name}`;
  }

  release(): void {
    const word = this.open ? "close" : "wrong: second close of";
    this.open = false;
    this.#world.trace.push(`${word} ${this.#name}`);
  }
}

class LifetimeWorld {
  readonly trace: string[] = [];
  readonly resources = new Map<string, Resource>();
  readonly #course: Course;
  points = 0;

  constructor(course: Course) {
    this.#course = course;
  }

  /** Something that may fail. */
  point(what: string): void {
    this.trace.push(what);
    this.points += 1;
    if (this.points === this.#course.failing) {
      throw Object.assign(new Error(`failed: ${what}`), { code: this.#course.code });
    }
  }

  readonly require = (name: string): unknown => {
    const modules: Record<string, unknown> = {
      unwind: runtime,
      surroundings: {
        note: (what: string) => this.trace.push(what),
        parse: (what: string) => {
          this.point(what);
          return what;
        },
        publish: async (what: string) => {
          await Promise.resolve();
          this.point(what);
          return what;
        },
      },
      "node:fs/promises": {
        open: async (name: string) => {
          await Promise.resolve();
          return this.#handle(name);
        },
        rename: async (from: string) => {
          await Promise.resolve();
          this.point(`rename ${from}`);
        },
      },
      "node:fs": {
        openSync: (name: string) => {
          new Resource(name, this);
          return name;
        },
        closeSync: (name: string) => {
          this.resources.get(name)?.release();
        },
        fstatSync: (name: string) => {
          this.resources.get(name)?.use();
        },
        watch: (name: string) => this.#watcher(name),
      },
    };
    const module = modules[name];
    if (module === undefined) throw new Error(`The program imports ${name}, which is not there.`);
    return module;
  };

  #handle(name: string) {
    const resource = new Resource(name, this);
    const close = (): Promise<void> => {
      // A second one does nothing.
      if (resource.open) resource.release();
      return Promise.resolve();
    };
    return { resource, stat: () => resource.work(), close, [Symbol.asyncDispose]: close };
  }

  #watcher(name: string) {
    const resource = new Resource(name, this);
    return {
      close: () => {
        if (resource.open) resource.release();
      },
    };
  }
}

/** Runs a program once. */
export async function see(program: Program, course: Course): Promise<Seen> {
  const world = new LifetimeWorld(course);
  const { random } = course;
  const Math = { random: () => (random.chance(0.5) ? 0 : 1) };
  let error: string | undefined;
  let returned: unknown;
  try {
    returned = await program({ require: world.require, Math, process })();
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  }
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
  const given = (returned as { resource?: Resource } | undefined)?.resource;
  if (given && !given.open) world.trace.push("wrong: what is returned is released");
  const leaked = [...world.resources].flatMap(([name, resource]) =>
    resource.open && resource !== given ? [name] : [],
  );
  return { trace: world.trace, error, leaked, points: world.points };
}
