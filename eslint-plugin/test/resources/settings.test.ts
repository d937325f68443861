import { Linter } from "eslint";
import { describe, expect, test } from "vitest";

import plugin from "../../src/index.js";
import { catalogueWith } from "../../src/resources/extend.js";
import { builtInCatalogue } from "../../src/resources/index.js";
import { InvalidResources } from "../../src/resources/shape.js";
import { Session } from "../../src/session/index.js";
import { code } from "../checks/code.js";

const lease = {
  noun: "lease",
  acquire: [{ module: "leases", name: "Client#lease" }],
  async: true,
  release: [{ kind: "method", name: "revoke", async: true }],
};

const leaking = code`
  import { Client } from "leases";
  export async function renew(client: Client, work: () => Promise<void>) {
    const held = await client.lease("printer");
    await work();
    await held.revoke();
  }
`;

const javaScript = code`
  import { Client } from "leases";
  const client = new Client();
  export async function renew(work) {
    const held = await client.lease("printer");
    await work();
    await held.revoke();
  }
`;

describe("a user's resource", () => {
  test("gets what it leaves out from the defaults", () => {
    const [resource] = catalogueWith([
      { noun: "lease", acquire: lease.acquire, release: [{ kind: "call" }] },
    ]).resources;
    expect(resource).toEqual({
      noun: "lease",
      acquire: lease.acquire,
      async: false,
      release: [{ kind: "call", async: false }],
      idempotentRelease: false,
      value: "object",
    });
  });

  test("may name Node's modules with `node:`", () => {
    const [resource] = catalogueWith([
      { ...lease, acquire: [{ module: "node:fs", name: "lease" }] },
    ]).resources;
    expect(resource?.acquire).toEqual([{ module: "fs", name: "lease" }]);
  });

  test("takes the place of a built-in one for the same origin, and leaves it the others", () => {
    const open = { module: "fs/promises", name: "open" };
    const { resources } = catalogueWith([{ ...lease, acquire: [open] }]);
    const owners = resources.filter(({ acquire }) =>
      acquire.some(({ module, name }) => module === open.module && name === open.name),
    );
    expect(owners.map(({ noun }) => noun)).toEqual(["lease"]);
    const handles = resources.find(({ noun }) => noun === "file handle");
    expect(handles?.acquire).toEqual([{ module: "fs", name: "promises.open" }]);
  });

  test("can be any that the plugin has itself", () => {
    const { resources } = catalogueWith(structuredClone(builtInCatalogue.resources));
    expect(resources).toEqual(builtInCatalogue.resources);
  });
});

test("the same list gives the same catalogue, and none gives the built-in one", () => {
  const resources = [lease];
  expect(catalogueWith(resources)).toBe(catalogueWith(resources));
  expect(catalogueWith(undefined)).toBe(builtInCatalogue);
});

const [method] = lease.release;
const at = "settings.unwind.resources";

describe("what is wrong is told with its place and the cure:", () => {
  test.each<[string, unknown, string]>([
    [
      "no list",
      { lease },
      `${at} is {"lease":{"noun":"lease","acquire":[{"module":"leases","n...; give a list: [ … ].`,
    ],
    ["null", null, `${at} is null; give a list: [ … ].`],
    ["no resource", ["fs.open"], `${at}[0] is "fs.open"; give a resource: { … }.`],
    ["an entry further on", [lease, 5], `${at}[1] is 5; give a resource: { … }.`],
    [
      "a field left out",
      [{ ...lease, noun: undefined }],
      `${at}[0].noun is missing; a resource needs it.`,
    ],
    ["an empty noun", [{ ...lease, noun: " " }], `${at}[0].noun is " "; give words that a reader`],
    [
      "a field misspelt",
      [{ ...lease, aquire: [] }],
      `${at}[0].aquire is unknown; a resource has the fields noun, acquire,`,
    ],
    [
      "nothing that acquires",
      [{ ...lease, acquire: [] }],
      `${at}[0].acquire is empty; give at least one entry.`,
    ],
    [
      "a file as a module",
      [{ ...lease, acquire: [{ module: "./leases.js", name: "lease" }] }],
      `${at}[0].acquire[0].module is "./leases.js"; give the name by which the module is imported`,
    ],
    [
      "a name that is none",
      [{ ...lease, acquire: [{ module: "leases", name: "new Client().lease" }] }],
      `${at}[0].acquire[0].name is "new Client().lease"; give a path of names`,
    ],
    [
      "a word for a flag",
      [{ ...lease, async: "yes" }],
      `${at}[0].async is "yes"; give true or false.`,
    ],
    [
      "a value of another kind",
      [{ ...lease, value: "string" }],
      `${at}[0].value is "string"; give "object" or "plain".`,
    ],
    [
      "nothing that releases",
      [{ ...lease, release: [] }],
      `${at}[0].release is empty; give at least one entry.`,
    ],
    [
      "a release that is a name",
      [{ ...lease, release: ["revoke"] }],
      `${at}[0].release[0] is "revoke"; give a release: { kind: … }.`,
    ],
    [
      "a release without a kind",
      [{ ...lease, release: [{ name: "revoke" }] }],
      `${at}[0].release[0].kind is undefined; give "method" or`,
    ],
    [
      "a release of an unknown kind",
      [{ ...lease, release: [{ ...method, kind: "metod" }] }],
      `${at}[0].release[0].kind is "metod"; give "method" or`,
    ],
    [
      "a method without a name",
      [{ ...lease, release: [{ kind: "method" }] }],
      `${at}[0].release[0].name is missing; a release of kind "method" needs it.`,
    ],
    [
      "a method that is a call",
      [{ ...lease, release: [{ kind: "method", name: "revoke()" }] }],
      `${at}[0].release[0].name is "revoke()"; give the bare name`,
    ],
    [
      "a field of another kind",
      [{ ...lease, release: [{ ...method, kind: "call" }] }],
      `${at}[0].release[0].name is unknown; a release of kind "call" has the fields kind, async.`,
    ],
    [
      "a list of events that is a word",
      [{ ...lease, releasingEvents: "end" }],
      `${at}[0].releasingEvents is "end"; give a list: [ … ].`,
    ],
    [
      "a symbol that is none",
      [{ ...lease, dispose: { symbol: "both", since: [[20, 4]] } }],
      `${at}[0].dispose.symbol is "both"; give "sync" or "async".`,
    ],
    [
      "half a version",
      [{ ...lease, dispose: { symbol: "sync", since: [[20]] } }],
      `${at}[0].dispose.since[0] has 1 parts; give a Node version as [major, minor]`,
    ],
    [
      "a version as text",
      [{ ...lease, dispose: { symbol: "sync", since: ["20.4"] } }],
      `${at}[0].dispose.since[0] is "20.4"; give a list: [ … ].`,
    ],
    [
      "a version below zero",
      [{ ...lease, dispose: { symbol: "sync", since: [[20, -4]] } }],
      `${at}[0].dispose.since[0][1] is -4; give a whole number of 0 or more.`,
    ],
    [
      "a function for data",
      [{ ...lease, noun: () => "lease" }],
      `${at}[0].noun is function; give words`,
    ],
    [
      "a distinctive method that acquires nothing",
      [{ ...lease, distinctiveMethods: ["borrow"] }],
      `${at}[0].distinctiveMethods names borrow, which acquires nothing; add an origin`,
    ],
  ])("%s", (_, resources, message) => {
    expect(() => catalogueWith(resources)).toThrow(InvalidResources);
    expect(() => catalogueWith(resources)).toThrow(message);
  });
});

describe("under ESLint", () => {
  const lint = (resources: unknown, rules = plugin.rules ?? {}) =>
    new Linter({ configType: "flat" }).verify(javaScript, {
      plugins: { unwind: { rules } },
      rules: Object.fromEntries(Object.keys(rules).map((name) => [`unwind/${name}`, "error"])),
      settings: { unwind: { resources } },
    });

  test("a resource of the settings is reported", () => {
    expect(lint([lease])).toMatchObject([
      { ruleId: "unwind/no-unmanaged-acquisition", line: 4, messageId: "leaksOnThrow" },
    ]);
    expect(lint(undefined)).toEqual([]);
  });

  test("settings that cannot be used are told once a file, however many rules there are", () => {
    const rule = plugin.rules?.["no-unmanaged-acquisition"];
    if (!rule) throw new Error("the plugin has no such rule");
    expect(lint([{ ...lease, noun: 5 }], { first: rule, second: rule })).toMatchObject([
      {
        line: 1,
        column: 1,
        message: `${at}[0].noun is 5; give words that a reader knows it by, such as "file handle".`,
      },
    ]);
  });

  test("settings that are no object are left to those that they are for", () => {
    const verify = (unwind: unknown) =>
      new Linter({ configType: "flat" }).verify(javaScript, {
        plugins: { unwind: plugin },
        rules: { "unwind/no-unmanaged-acquisition": "error" },
        settings: { unwind },
      });
    expect(verify(null)).toEqual([]);
    expect(verify("on")).toEqual([]);
  });
});

describe("in a session", () => {
  test("a resource that it is given is reported", () => {
    const session = new Session({ types: false, resources: [lease] });
    expect(session.check({ path: "leases.ts", text: leaking }).findings).toMatchObject([
      { messageId: "leaksOnThrow", message: "`held` (lease) is not released if line 4 throws." },
    ]);
    session.close();
  });

  test("resources that cannot be used keep it from starting", () => {
    expect(() => new Session({ resources: [{ ...lease, value: 1 }] })).toThrow(
      new InvalidResources('resources[0].value is 1; give "object" or "plain".'),
    );
  });
});
