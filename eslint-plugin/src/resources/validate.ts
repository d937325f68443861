import type { Resource } from "./catalogue.js";
import {
  count,
  type Field,
  flag,
  InvalidResources,
  kinds,
  list,
  object,
  type Shape,
  text,
  word,
} from "./shape.js";

const noun = text(/\S/, 'give words that a reader knows it by, such as "file handle"');
const name = text(/^[\w$]+$/, 'give the bare name of a method or an event, such as "close"');
const code = text(/\S/, 'give source text, such as "{ recursive: true }"');
const module = text(
  /^(?![./\s])\S+$|^$/,
  'give the name by which the module is imported, such as "fs/promises", or "" for globals',
);
const path = text(
  /^[\w$]*(?:[.#][\w$]+)*$/,
  'give a path of names, such as "open", "promises.open" or "Pool#connect"',
);

const originFields = {
  module: { shape: module, required: true },
  name: { shape: path, required: true },
};
const origin: Shape<Record<string, unknown>> = (value, at) => {
  const taken = object("an origin", originFields)(value, at);
  return { ...taken, module: String(taken["module"]).replace(/^node:/, "") };
};

const required = (shape: Shape<unknown>): Field => ({ shape, required: true });
const optional = (shape: Shape<unknown>): Field => ({ shape });
const no: Field = { shape: flag, otherwise: false };

const release = kinds("a release", {
  method: { name: required(name), async: no, commits: optional(flag) },
  symbol: { async: no },
  function: { origin: required(origin), async: no, furtherArguments: optional(code) },
  call: { async: no },
  giver: { name: required(name), async: no, commits: optional(flag) },
});

const version: Shape<readonly number[]> = (value, at) => {
  const parts = list(count)(value, at);
  if (parts.length === 2) return parts;
  throw new InvalidResources(
    `${at} has ${parts.length} parts; give a Node version as [major, minor], such as [20, 4].`,
  );
};

const dispose = object("dispose", {
  symbol: required(word("sync", "async")),
  since: required(list(version, 1)),
});

/** The fields of a resource, and what stands for those that users leave out. */
export const resourceFields: Readonly<Record<keyof Resource, Field>> = {
  noun: required(noun),
  acquire: required(list(origin, 1)),
  distinctiveMethods: optional(list(name)),
  type: optional(origin),
  async: no,
  callbackForm: optional(flag),
  release: required(list(release, 1)),
  idempotentRelease: no,
  value: { shape: word("object", "plain"), otherwise: "object" },
  dormantUntil: optional(list(name)),
  oftenKept: optional(flag),
  outlivesProcess: optional(flag),
  releasedWithGiver: optional(flag),
  unlessOptions: optional(list(name)),
  exhaustedBy: optional(list(name)),
  connectedBy: optional(list(name)),
  endedByGiver: optional(list(name)),
  locksGiver: optional(flag),
  listensToArgument: optional(flag),
  releasingEvents: optional(list(name)),
  madeInside: optional(flag),
  fluent: optional(list(name)),
  withoutPromises: optional(flag),
  failsAfterRelease: optional(list(name)),
  handingOver: optional(list(name)),
  releasedByIteration: optional(flag),
  dispose: optional(dispose),
};

const entry: Shape<Resource> = (value, at) => {
  // What the fields' shapes let through is what `Resource` declares.
  const taken = object("a resource", resourceFields)(value, at) as unknown as Resource;
  for (const method of taken.distinctiveMethods ?? []) {
    if (!taken.acquire.some((each) => each.name.split(/[.#]/).at(-1) === method)) {
      throw new InvalidResources(
        `${at}.distinctiveMethods names ${method}, which acquires nothing; ` +
          `add an origin that ends in it to ${at}.acquire.`,
      );
    }
  }
  return taken;
};

/**
 * Takes a user's resources as the settings give them, with defaults filled in.
 *
 * @param at The path in the settings, for messages.
 * @throws `InvalidResources` When something about them is wrong.
 */
export function readResources(value: unknown, at: string): readonly Resource[] {
  return list(entry)(value, at);
}
