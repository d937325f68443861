import type { Focus } from "./focuses.js";
import { asyncKinds, type Kind, syncKinds } from "./kinds.js";
import { condition, indented, type Scope, type Variable, type Writer } from "./programs.js";
import { begun, constructed, inTransaction, listed, mapped } from "./whole-programs.js";

/** A resource that a program is about to acquire. */
export interface Acquired extends Variable {
  readonly expression: string;
}

/** How often each way of acquiring comes up where nothing asks for one. */
const weights = {
  plain: 8,
  finally: 2,
  lazy: 1,
  nested: 1,
  caught: 1,
  returned: 2,
  stored: 2,
  several: 2,
  array: 1,
  overwritten: 1,
  discarded: 1,
  conditional: 0.5,
  choice: 0.5,
  old: 0.5,
  closure: 0.5,
  managed: 0.5,
  // These change what stands around them, too, and so are asked for only.
  listed: 0,
  mapped: 0,
  constructed: 0,
  begun: 0,
  inTransaction: 0,
};

export type AcquisitionForm = keyof typeof weights;

/** Statements that acquire something, use it, and release it on some paths, on all, or on none. */
export function acquisition(
  writer: Writer,
  depth: number,
  scope: Scope,
  focus?: Pick<Focus, "forms" | "kinds">,
): string[] {
  const { random } = writer;
  const acquired = acquire(writer, scope, focus && random.pick(focus.kinds));
  const inside: Scope = { ...scope, variables: [acquired, ...scope.variables] };
  const rest = (): string[] => writer.block(depth - 1, inside);
  const form = focus ? random.pick(focus.forms) : random.weighted(weights);
  const { name, release, expression } = acquired;
  const keyword = random.pick(["const", "const", "const", "let"]);
  const declaration = `${keyword} ${name}${annotation(acquired, scope)} = ${expression};`;
  switch (form) {
    case "plain":
      return [
        declaration,
        ...(acquired.kind.begin ? [acquired.kind.begin(name)] : []),
        ...rest(),
        ...end(writer, acquired, inside),
      ];
    case "finally":
      return [
        declaration,
        ...(random.chance(0.3) ? [writer.use(inside)] : []),
        "try {",
        ...indented(rest()),
        "} finally {",
        ...indented([`${release};`, ...(random.chance(0.2) ? [`note(${writer.text()});`] : [])]),
        "}",
        ...(random.chance(0.3) ? [writer.call(scope)] : []),
      ];
    case "lazy":
      return lazy(writer, acquired, scope, rest());
    case "nested":
      return nested(writer, depth, acquired, inside);
    case "caught":
      return [
        declaration,
        "try {",
        ...indented(rest()),
        "} catch (error) {",
        ...indented([`${release};`, "throw error;"]),
        "}",
        ...(random.chance(0.6) ? [`${release};`] : []),
      ];
    case "returned":
      return [declaration, ...rest(), `return ${name};`];
    case "stored":
      return [declaration, ...rest(), `registry.kept = ${name};`];
    case "several":
      return several(writer, depth, acquired, inside);
    case "array":
      return array(writer, acquired, scope);
    case "overwritten":
      return overwritten(writer, acquired, scope);
    case "discarded":
      return [`${expression};`, writer.call(scope)];
    case "conditional":
      return [
        `const ${name} = ${condition} ? ${expression} : undefined;`,
        writer.call(scope),
        random.chance(0.5) ? `if (${name}) ${release};` : `if (${name}) { ${release}; }`,
      ];
    case "choice":
      return [
        `switch (${condition}) {`,
        "  case true:",
        ...indented(indented([`const ${name} = ${expression};`, ...rest(), `${release};`])),
        "    break;",
        "}",
      ];
    case "old":
      return [`var ${name} = ${expression};`, ...rest(), ...end(writer, acquired, inside)];
    case "managed":
      return [`${acquired.kind.keyword ?? "const"} ${name} = ${expression};`, ...rest()];
    case "listed":
      return listed(writer, depth, [acquired, acquire(writer, scope, focus?.kinds[0])], scope);
    case "mapped":
      return mapped(writer, acquired, scope);
    case "constructed":
      return constructed(writer, acquired, scope);
    case "begun":
      return begun(writer, depth, acquired, scope);
    case "inTransaction":
      return inTransaction(writer, depth, acquired, scope);
    case "closure": {
      const use = acquired.kind.uses[0](name).replace(/^await /, "");
      const wait = acquired.kind.async ? "await " : "";
      const inner = writer.fresh("again");
      return [
        declaration,
        `const ${inner} = () => ${use};`,
        `${wait}${inner}();`,
        ...end(writer, acquired, inside),
      ];
    }
  }
}

function acquire(writer: Writer, { async }: Scope, given?: Kind): Acquired {
  const kind =
    given ?? writer.random.pick(async && writer.random.chance(0.6) ? asyncKinds : syncKinds);
  for (const line of kind.imports) writer.imports.add(line);
  const label = writer.fresh("a");
  if (kind.giver) writer.givers.push(kind.giver(label));
  // What lives on has the name that its module gave it.
  const name = kind.type === "Client" ? `${label}client` : writer.fresh(kind.name);
  const release = writer.random.pick(kind.releases)(name);
  return { kind, name, release, expression: kind.acquire(label) };
}

/** How the statements behind an acquisition go on: with its release, most of the time. */
function end(writer: Writer, { release, name }: Acquired, scope: Scope): string[] {
  const { random } = writer;
  const released = random.pick([
    `${release};`,
    `${release};`,
    `${release};`,
    release.includes(`${name}.`)
      ? `${release.replace(`${name}.`, `${name}?.`)};`
      : `if (${name}) ${release};`,
    `if (${name}) ${release};`,
  ]);
  switch (random.weighted({ last: 4, value: 2, call: 1.5, never: 1 })) {
    case "last":
      return [released];
    case "value":
      return [`const result = parse(${writer.text()});`, released, "return result;"].map((line) =>
        line.replaceAll("result", `result${name}`),
      );
    case "call":
      return [released, writer.call({ ...scope, variables: [] })];
    case "never":
      return [];
  }
}

function annotation({ kind }: Acquired, { typed }: Scope): string {
  return typed && kind.name.length % 2 === 0 ? `: ${kind.type}` : "";
}

/** `let x; try { x = acquire(); … } finally { x?.close(); }` */
function lazy(
  writer: Writer,
  { kind, name, release, expression }: Acquired,
  { typed }: Scope,
  rest: readonly string[],
): string[] {
  const optional = release.includes(`${name}.`) && writer.random.chance(0.5);
  const released = optional
    ? `${release.replace(`${name}.`, `${name}?.`)};`
    : `if (${name} !== undefined) ${release};`;
  return [
    `let ${name}${typed ? `: ${kind.type} | undefined` : ""};`,
    "try {",
    ...indented([`${name} = ${expression};`, ...rest]),
    "} finally {",
    ...indented([released]),
    "}",
  ];
}

/** One try/finally in another, each of which releases. */
function nested(writer: Writer, depth: number, outer: Acquired, scope: Scope): string[] {
  const inner = acquire(writer, scope);
  const inside: Scope = { ...scope, variables: [inner, ...scope.variables] };
  const work = writer.block(depth - 1, inside);
  return [
    `const ${outer.name} = ${outer.expression};`,
    "try {",
    ...indented([
      ...(writer.random.chance(0.3) ? [writer.use(scope)] : []),
      `const ${inner.name} = ${inner.expression};`,
      "try {",
      ...indented(work),
      "} finally {",
      ...indented([`${inner.release};`]),
      "}",
    ]),
    "} finally {",
    ...indented([`${outer.release};`]),
    "}",
  ];
}

/** Two resources, released in the one order or the other. */
function several(writer: Writer, depth: number, first: Acquired, scope: Scope): string[] {
  const second = acquire(writer, scope);
  const inside: Scope = { ...scope, variables: [second, ...scope.variables] };
  const releases = [`${second.release};`, `${first.release};`];
  if (writer.random.chance(0.25)) releases.reverse();
  const work = writer.block(depth - 1, inside);
  const declarations = [
    `const ${first.name} = ${first.expression};`,
    `const ${second.name} = ${second.expression};`,
  ];
  return writer.random.chance(0.35)
    ? [...declarations, "try {", ...indented(work), "} finally {", ...indented(releases), "}"]
    : [...declarations, ...work, ...releases];
}

/** As many as there are items, released in a second loop. */
function array(writer: Writer, acquired: Acquired, scope: Scope): string[] {
  const { kind, release, name, expression } = acquired;
  const all = writer.fresh("all");
  const type = scope.typed ? `: ${kind.type}[]` : "";
  const fill = writer.random.pick([
    [`${all}.push(${expression});`],
    [`const ${name} = ${expression};`, writer.call(scope), `${all}.push(${name});`],
  ]);
  const filling = ["for (const item of items) {", ...indented(fill), "}", writer.call(scope)];
  const releasing = [`for (const ${name} of ${all}) {`, ...indented([`${release};`]), "}"];
  const declaration = `const ${all}${type} = [];`;
  switch (writer.random.weighted({ plain: 2, finally: 2, returned: 1 })) {
    case "plain":
      return [declaration, ...filling, ...releasing];
    case "finally":
      return [
        declaration,
        "try {",
        ...indented(filling),
        "} finally {",
        ...indented(releasing),
        "}",
      ];
    case "returned":
      return [declaration, ...filling, `return ${all};`];
  }
}

/** A variable that is assigned while it may still hold an earlier resource. */
function overwritten(
  writer: Writer,
  { kind, name, release, expression }: Acquired,
  scope: Scope,
): string[] {
  const inside: Scope = { ...scope, variables: [{ kind, name, release }] };
  return [
    `let ${name}${scope.typed ? `: ${kind.type} | undefined` : ""};`,
    "for (const item of items) {",
    ...indented([`${name} = ${expression};`, writer.use(inside)]),
    "}",
    release.includes(`${name}.`) && writer.random.chance(0.6)
      ? `${release.replace(`${name}.`, `${name}?.`)};`
      : `if (${name}) ${release};`,
  ];
}
