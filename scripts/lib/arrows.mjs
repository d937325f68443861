import { fileURLToPath } from "node:url";

import boundaries from "eslint-plugin-boundaries";

import { root } from "./paths.mjs";

const plugin = "eslint-plugin/src";

/**
 * The folders of the analysis, from the bottom up, and which of the others each may import.
 * What an acquisition is, who holds it and what each use does to it are answered by one another.
 */
const analysis = Object.fromEntries(
  Object.entries({
    code: [],
    flow: ["code"],
    created: ["code", "held", "uses"],
    held: ["code", "created", "uses"],
    uses: ["code", "created", "held"],
    "file-analysis": ["code", "flow", "created"],
    paths: ["code", "flow", "created", "held", "uses", "file-analysis"],
    owners: ["code", "created", "held", "uses", "paths", "file-analysis"],
    scopes: ["code", "flow", "created", "held", "uses", "paths", "owners", "file-analysis"],
    outcomes: ["code", "flow", "file-analysis"],
    text: ["code", "flow", "file-analysis"],
  }).map(([folder, others]) => [
    folder,
    {
      files:
        folder === "file-analysis" ? `${plugin}/analysis/*` : `${plugin}/analysis/${folder}/**`,
      parts: [...others, "resources", "types"],
      packages: [
        "@typescript-eslint/scope-manager",
        "@typescript-eslint/types",
        "@typescript-eslint/visitor-keys",
      ],
      node: false,
    },
  ]),
);

/**
 * The parts of the code, from the bottom up, and what each may import besides itself.
 *
 * `parts`: other parts, by name. `packages`: npm packages, `*` for any but those that only a few
 * may import (`guarded`), `name/path` for one sub-path only. `node`: whether Node's own modules are allowed.
 */
export const parts = {
  runtime: { files: "runtime/src/*", parts: [], packages: [], node: false },
  // The sub-path exports: each stands on the runtime, none on another.
  sql: { files: "runtime/src/sql/**", parts: ["runtime"], packages: [], node: false },
  streams: { files: "runtime/src/streams/**", parts: ["runtime"], packages: [], node: false },
  node: { files: "runtime/src/node/**", parts: ["runtime"], packages: [], node: true },
  testing: { files: "runtime/src/testing/**", parts: ["runtime"], packages: [], node: true },

  version: { files: `${plugin}/version.ts`, parts: [], packages: [], node: true },
  resources: { files: `${plugin}/resources/**`, parts: [], packages: [], node: false },
  types: {
    files: `${plugin}/types/**`,
    parts: ["resources"],
    packages: ["*"],
    node: true,
  },
  ...analysis,
  rewrites: {
    files: `${plugin}/rewrites/**`,
    parts: [...Object.keys(analysis), "resources", "types"],
    packages: ["@typescript-eslint/scope-manager", "@typescript-eslint/types"],
    node: false,
  },
  checks: {
    files: `${plugin}/checks/**`,
    parts: [...Object.keys(analysis), "rewrites", "resources", "types"],
    packages: ["@typescript-eslint/scope-manager", "@typescript-eslint/types"],
    node: false,
  },
  session: {
    files: `${plugin}/session/**`,
    parts: ["checks", ...Object.keys(analysis), "rewrites", "resources", "types", "version"],
    packages: ["*", "typescript"],
    node: true,
  },
  cli: {
    files: `${plugin}/cli/**`,
    parts: ["session", "checks", "rewrites", "version"],
    packages: ["*"],
    node: true,
  },
  rule: {
    files: `${plugin}/rule.ts`,
    parts: ["checks", ...Object.keys(analysis), "rewrites", "resources", "types"],
    packages: ["*", "eslint"],
    node: true,
  },
  index: {
    files: `${plugin}/index.ts`,
    parts: ["rule", "checks", "version"],
    packages: ["*", "eslint"],
    node: true,
  },

  client: { files: "extension/client/**", parts: [], packages: ["*", "vscode"], node: true },
  server: {
    files: "extension/server/**",
    parts: [],
    packages: ["*", "eslint-plugin-unwind/session"],
    node: true,
  },
};

/** Packages that `*` does not stand for: each is one part's business. */
const guarded = ["eslint", "typescript", "vscode", "unwind", "eslint-plugin-unwind"];

/** Only this file of `types` may know TypeScript: the rest asks it through a small interface. */
const typeScriptProvider = `${plugin}/types/typescript*.ts`;

/** ESLint configuration that lets imports run only along DESIGN's arrows. */
export const arrows = {
  files: Object.values(parts).map(({ files }) => files),
  plugins: { boundaries },
  settings: {
    "boundaries/root-path": root,
    "boundaries/elements": [],
    "boundaries/files": [
      { pattern: typeScriptProvider, category: "typescript-provider" },
      ...Object.entries(parts).map(([category, { files: pattern }]) => ({ pattern, category })),
    ],
    "boundaries/legacy-templates": false,
    // `import("…")` in a type is an import too; the other forms are known to the plugin.
    "boundaries/dependency-nodes": ["import", "export", "dynamic-import", "require"],
    "boundaries/additional-dependency-nodes": [
      { selector: "TSImportType > Literal", kind: "type", name: "import-type" },
      { selector: "TSImportType > TSLiteralType > Literal", kind: "type", name: "import-type" },
    ],
    "import/resolver": {
      [fileURLToPath(new URL("source-resolver.cjs", import.meta.url))]: {},
    },
  },
  rules: {
    "boundaries/dependencies": [
      "error",
      {
        default: "disallow",
        checkAllOrigins: true,
        checkUnknownLocals: true,
        checkInternals: true,
        message:
          "An import from {{from.file.path}} to {{dependency.source}} runs against the arrows in ARCHITECTURE.md.",
        policies: [
          ...Object.entries(parts).flatMap(([name, part]) => policiesOf(name, part)),
          {
            from: { file: { categories: "typescript-provider" } },
            allow: { to: { module: { origin: "external", source: "typescript" } } },
          },
        ],
      },
    ],
  },
};

function policiesOf(name, { parts: others, packages, node }) {
  const from = { file: { categories: name } };
  const policies = [
    { from, allow: { to: { file: { categories: { anyOf: [name, ...others] } } } } },
  ];
  const named = packages.filter((one) => one !== "*");
  if (packages.includes("*")) {
    policies.push(
      { from, allow: { to: { module: { origin: "external" } } } },
      { from, disallow: { to: { module: { origin: "external", source: guarded } } } },
    );
  }
  for (const one of named) {
    const [, source, internalPath] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(one);
    const module = { origin: "external", source, ...(internalPath && { internalPath }) };
    policies.push({ from, allow: { to: { module } } });
  }
  if (node) policies.push({ from, allow: { to: { module: { origin: "core" } } } });
  return policies;
}
