import type { Acquired } from "./acquisitions.js";
import { condition, indented, type Scope, type Writer } from "./programs.js";

/** Ways of acquiring that a program shows by itself, not among others. */

/** `const [x, y] = await Promise.all([acquire(…), acquire(…)]);` */
export function listed(
  writer: Writer,
  depth: number,
  [first, second]: readonly [Acquired, Acquired],
  scope: Scope,
): string[] {
  const { random } = writer;
  const acquired = [first, second].map(({ expression }) => expression.replace(/^await /, ""));
  const inside: Scope = { ...scope, variables: [first, second, ...scope.variables] };
  const both = [first, second].map(({ release }) => release.replace(/^await /, ""));
  const released = random.weighted({ each: 3, inOrder: 1, atOnce: 1, first: 1, never: 1 });
  return [
    `const [${first.name}, ${second.name}] = await Promise.all([${acquired.join(", ")}]);`,
    ...writer.block(depth - 1, inside),
    ...{
      each: [`${second.release};`, `${first.release};`],
      inOrder: [`${first.release};`, `${second.release};`],
      atOnce: [`await Promise.all([${both.join(", ")}]);`],
      first: [`${first.release};`],
      never: [],
    }[released],
  ];
}

/** `const all = await Promise.all([...items].map((item) => acquire(…)));` */
export function mapped(writer: Writer, { name, release, expression }: Acquired, scope: Scope) {
  const all = writer.fresh("all");
  const acquired = expression.replace(/^await /, "");
  return [
    `const ${all} = await Promise.all([...items].map((item) => ${acquired}));`,
    ...(writer.random.chance(0.5) ? [writer.call(scope)] : []),
    `for (const ${name} of ${all}) {`,
    ...indented([`${release};`]),
    "}",
    ...(writer.random.chance(0.3) ? [`note(${writer.text()});`] : []),
  ];
}

/** A constructor whose helper acquires, and which fails before it has returned. */
export function constructed(
  writer: Writer,
  { kind, name, release, expression }: Acquired,
  scope: Scope,
): string[] {
  const { random } = writer;
  const [owner, store] = [writer.fresh("Store"), writer.fresh("store")];
  const field = `this.${name}`;
  const ofField = (code: string): string => `${code.replace(name, field)};`;
  const use = random.pick(kind.uses)(name);
  return [
    `class ${owner} {`,
    ...indented([
      `${name}${scope.typed ? `!: ${kind.type}` : ""};`,
      "constructor() {",
      ...indented([
        ...(random.chance(0.3) ? [`note(${writer.text()});`] : []),
        "this.open();",
        ...(random.chance(0.3) ? [`note(${writer.text()});`] : []),
        ...(random.chance(0.3) ? [`if (${condition}) throw new Error(${writer.text()});`] : []),
        ofField(use),
      ]),
      "}",
      "open() {",
      ...indented([`${field} = ${expression};`]),
      "}",
      "close() {",
      ...indented([ofField(release)]),
      "}",
    ]),
    "}",
    `const ${store} = new ${owner}();`,
    ...(random.chance(0.5) ? [`note(${writer.text()});`] : []),
    random.pick([`return ${store};`, `registry.kept = ${store};`]),
  ];
}

/** A transaction that statements begin and end, on a connection that lives on. */
export function begun(writer: Writer, depth: number, acquired: Acquired, scope: Scope): string[] {
  const inside: Scope = { ...scope, variables: [acquired, ...scope.variables] };
  const { name, release, expression } = acquired;
  return [
    `${expression};`,
    ...writer.block(depth - 1, inside),
    `if (${condition}) {`,
    ...indented([`${release};`, "return;"]),
    "}",
    ...(writer.random.chance(0.3) ? [writer.use(inside)] : []),
    `await ${name}.query("COMMIT");`,
    ...(writer.random.chance(0.3) ? [`return ${writer.text()};`] : []),
  ];
}

/** A connection of the function's own, with a transaction on it. */
export function inTransaction(
  writer: Writer,
  depth: number,
  acquired: Acquired,
  scope: Scope,
): string[] {
  const inside: Scope = { ...scope, variables: [acquired, ...scope.variables] };
  const { kind, name, release, expression } = acquired;
  const commit = kind.name === "runner" ? "commitTransaction()" : 'query("COMMIT")';
  return [
    `const ${name} = ${expression};`,
    ...(kind.begin ? [kind.begin(name)] : []),
    ...writer.block(depth - 1, inside),
    `await ${name}.${commit};`,
    `${release};`,
  ];
}
