import type { Origin, Release, Resource } from "../../../src/resources/catalogue.js";

/**
 * By module, the calls that acquire. `Type#method(…)` is a call on an instance of the type, and
 * `default` and `require` stand for what the module itself is.
 */
export type Snippets = Readonly<Record<string, readonly string[]>>;

/** A call that acquires, and what a file needs around it. */
export interface Acquiring {
  readonly origin: Origin;
  /** For a test's title. */
  readonly title: string;
  readonly imports: readonly string[];
  /** The object that gives the resource, where there is one. */
  readonly giver?: string;
  readonly expression: string;
  /** Whether only a CommonJS file can say it. */
  readonly required: boolean;
}

/** Reads a table of calls; `prefix` stands before its modules where they are imported. */
export function readSnippets(table: Snippets, prefix = ""): Acquiring[] {
  return Object.entries(table).flatMap(([module, calls]) =>
    calls.map((call) => read(module, call, module === "" ? "" : prefix + module)),
  );
}

function read(module: string, call: string, specifier: string): Acquiring {
  const [, isNew = "", named = "", args = ""] = /^(new )?([^(]+)(\(.*\))$/.exec(call) ?? [];
  const required = named === "require";
  const name = required ? "" : named;
  const [path = "", method] = named.split("#");
  const [head = ""] = path.split(".");
  const local = head === "default" ? "Given" : head === "require" ? "Required" : head;
  const reached = local + path.slice(head.length);
  const imports = new Map([
    ["default", `import Given from "${specifier}";`],
    ["require", `import Required = require("${specifier}");`],
  ]);
  return {
    origin: { module, name },
    title: module === "" ? call : `${call} of ${module}`,
    imports: module === "" ? [] : [imports.get(head) ?? `import { ${head} } from "${specifier}";`],
    ...(method !== undefined && { giver: reached }),
    expression: method === undefined ? isNew + reached + args : `giver.${method}${args}`,
    required,
  };
}

/** A function around an acquisition, as a user would write it. */
export function functionWith(
  { imports, giver, expression }: Acquiring,
  resource: Resource,
  body: readonly string[],
  further: readonly string[] = [],
): string {
  const dormant = resource.dormantUntil?.[0];
  return [
    ...imports,
    ...further,
    `export async function use(work: () => Promise<void>${giver === undefined ? "" : `, giver: ${giver}`}) {`,
    `  const held = ${resource.async ? "await " : ""}${expression};`,
    ...(dormant === undefined ? [] : [`  held.${dormant}();`]),
    ...body.map((line) => `  ${line}`),
    "}",
    "",
  ].join("\n");
}

/** A release as a statement, and the import that it needs. */
export function releasing(release: Release): { statement: string; imports: readonly string[] } {
  const prefix = release.async ? "await " : "";
  switch (release.kind) {
    case "method":
      return { statement: `${prefix}held.${release.name}();`, imports: [] };
    case "symbol": {
      const symbol = release.async ? "asyncDispose" : "dispose";
      return { statement: `${prefix}held[Symbol.${symbol}]();`, imports: [] };
    }
    case "call":
      return { statement: `${prefix}held();`, imports: [] };
    case "giver":
      return { statement: `${prefix}giver.${release.name}(held);`, imports: [] };
    case "function": {
      const { module, name } = release.origin;
      const further = release.furtherArguments === undefined ? "" : `, ${release.furtherArguments}`;
      return module === ""
        ? { statement: `${prefix}${name}(held${further});`, imports: [] }
        : {
            statement: `${prefix}releasing.${name}(held${further});`,
            imports: [`import * as releasing from "${module}";`],
          };
    }
  }
}
