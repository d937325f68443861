/** Says where in the settings something is wrong, what it is, and what should stand there. */
export class InvalidResources extends RangeError {
  override readonly name = "InvalidResources";
}

/** Takes a value that stands at a path of the settings, or throws `InvalidResources`. */
export type Shape<T> = (value: unknown, at: string) => T;

function reject(at: string, what: string, cure: string): never {
  throw new InvalidResources(`${at} ${what}; ${cure}.`);
}

/** A value as the settings write it, cut where it is long. */
function shown(value: unknown): string {
  // `JSON.stringify` has nothing to say of functions, symbols and undefined.
  const text = (JSON.stringify(value) as string | undefined) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string that a pattern describes. */
export function text(pattern: RegExp, cure: string): Shape<string> {
  return (value, at) =>
    typeof value === "string" && pattern.test(value)
      ? value
      : reject(at, `is ${shown(value)}`, cure);
}

export const flag: Shape<boolean> = (value, at) =>
  typeof value === "boolean" ? value : reject(at, `is ${shown(value)}`, "give true or false");

export const count: Shape<number> = (value, at) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0
    ? value
    : reject(at, `is ${shown(value)}`, "give a whole number of 0 or more");

/** One of several words. */
export function word<const T extends string>(...words: readonly T[]): Shape<T> {
  return (value, at) =>
    words.find((each) => each === value) ??
    reject(at, `is ${shown(value)}`, `give ${words.map((each) => `"${each}"`).join(" or ")}`);
}

/** A list, with at least so many entries. */
export function list<T>(entry: Shape<T>, atLeast = 0): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return reject(at, `is ${shown(value)}`, "give a list: [ … ]");
    if (value.length < atLeast) {
      return reject(at, "is empty", `give at least ${atLeast === 1 ? "one entry" : atLeast}`);
    }
    return value.map((each, index) => entry(each, `${at}[${index}]`));
  };
}

/** A field of an object: what it takes, and what stands for it where it is left out. */
export interface Field {
  readonly shape: Shape<unknown>;
  /** Absent where it may simply be left out. */
  readonly otherwise?: unknown;
  readonly required?: boolean;
}

/** An object with these fields and no others. */
export function object(what: string, fields: Readonly<Record<string, Field>>) {
  const names = Object.keys(fields);
  return (value: unknown, at: string): Record<string, unknown> => {
    if (!isRecord(value)) return reject(at, `is ${shown(value)}`, `give ${what}: { … }`);
    const stranger = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (stranger !== undefined) {
      const known = names.join(", ");
      return reject(`${at}.${stranger}`, "is unknown", `${what} has the fields ${known}`);
    }
    const taken: Record<string, unknown> = {};
    for (const [name, { shape, otherwise, required = false }] of Object.entries(fields)) {
      const given = value[name];
      if (given !== undefined) taken[name] = shape(given, `${at}.${name}`);
      else if (required) reject(`${at}.${name}`, "is missing", `${what} needs it`);
      else if (otherwise !== undefined) taken[name] = otherwise;
    }
    return taken;
  };
}

/** An object whose `kind` says which fields it has. */
export function kinds(
  what: string,
  shapes: Readonly<Record<string, Readonly<Record<string, Field>>>>,
): Shape<Record<string, unknown>> {
  const kind = word(...Object.keys(shapes));
  const objects = new Map(
    Object.entries(shapes).map(([name, fields]) => [
      name,
      object(`${what} of kind "${name}"`, { kind: { shape: kind, required: true }, ...fields }),
    ]),
  );
  return (value, at) => {
    if (!isRecord(value)) return reject(at, `is ${shown(value)}`, `give ${what}: { kind: … }`);
    const shape = objects.get(kind(value["kind"], `${at}.kind`));
    return shape ? shape(value, at) : {};
  };
}
