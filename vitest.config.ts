import { defineConfig } from "vitest/config";

/**
 * One project a package, and one for what crosses packages. The suites in `test/vscode` need a
 * running editor and are started by `npm test -- vscode`.
 */
export default defineConfig({
  // Node 20 does not know `using`: the tests' sources are lowered, as a user's build would do it.
  oxc: { target: "es2022" },
  test: {
    // A slow machine is not a failure: what must be fast has its own bound in its own test.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "runtime", root: "runtime", include: ["test/**/*.test.ts"] },
      },
      {
        extends: true,
        test: { name: "eslint-plugin", root: "eslint-plugin", include: ["test/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "test",
          root: "test",
          include: ["**/*.test.ts"],
          exclude: ["vscode/**", "databases/**", "samples/*/**", "**/node_modules/**"],
          globalSetup: ["consumers/pack.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: "databases",
          root: "test/databases",
          include: ["**/*.test.ts"],
          globalSetup: ["servers/setup.ts"],
        },
      },
    ],
  },
});
