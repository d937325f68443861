import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import Mocha from "mocha";
import * as vscode from "vscode";

import type { TestRun } from "../test-run.js";

/** Called by VS Code in its extension host. */
export async function run(): Promise<void> {
  // A test may wait for VS Code's own extensions to start on a slow machine.
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "base" });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith(".test.cjs")) mocha.addFile(path.join(__dirname, name));
  }
  const file = process.env["UNWIND_TEST_RUN"];
  if (file === undefined) throw new Error("UNWIND_TEST_RUN names no file for the result.");
  const tests: TestRun["tests"][number][] = [];
  // Written again and again, so that it can be told where the suite came to an untimely end.
  const write = (running?: string) => {
    const result: TestRun = { version: vscode.version, tests, ...(running && { running }) };
    writeFileSync(file, JSON.stringify(result));
  };
  const add = (test: Mocha.Test, failure?: string) => {
    const milliseconds = test.duration ?? 0;
    tests.push({ title: test.fullTitle(), milliseconds, ...(failure && { failure }) });
    write();
  };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on("test", (test) => {
        write(test.fullTitle());
      })
      .on("pass", (test) => {
        add(test);
      })
      .on("fail", (test, error: Error) => {
        add(test, error.stack ?? String(error));
      })
      .on("pending", (test) => {
        add(test, "skipped");
      });
  });
  const failed = tests.filter(({ failure }) => failure !== undefined).length;
  if (failed > 0) throw new Error(`${failed} of ${tests.length} tests failed.`);
}
