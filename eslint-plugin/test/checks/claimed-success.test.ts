import { describe, expect, test } from "vitest";

import { findingsIn } from "./check-code.js";
import { code } from "./code.js";
import { errorsIn, type Setting } from "./workspace.js";

const setting: Setting = { rule: "no-broad-suppression", runtime: true, node: ">=20.19" };

/** A function with all that its body may use. */
function inFunction(body: string, name: string): string {
  return code`
    import { writeFileSync } from "node:fs";
    import { copyFile, writeFile } from "node:fs/promises";
    declare const repository: { save(row: object): Promise<void>; find(id: string): Promise<object> };
    declare const client: { query(text: string): Promise<void>; commitTransaction(): Promise<void>; close(): Promise<void> };
    declare const toast: { success(text: string): void; error(text: string): void };
    declare const spinner: { succeed(): void };
    export async function ${name}(path: string, row: object, rows: object[]): Promise<unknown> {
      ${body.trim()}
    }
    void [writeFileSync, copyFile, writeFile, repository, client, toast, spinner];
  `;
}

function summaryOf(body: string, name = "publish", given = setting): string[][] {
  const text = inFunction(body, name);
  expect(errorsIn(text, given), text).toEqual([]);
  return (["typed", "untyped"] as const).map((knowledge) =>
    findingsIn(text, knowledge, given).map(({ messageId }) => messageId),
  );
}

describe("a failure is ignored, and the code says that it succeeded", () => {
  test.each([
    [
      "by what it returns",
      "try {\n  await writeFile(path, 'x');\n} catch {}\nreturn { success: true };",
    ],
    [
      "by what it returns behind something else",
      "await repository.save(row).catch(() => {});\nconst id = path;\nreturn { ok: true, id };",
    ],
    [
      "by what it says to people",
      "await writeFile(path, 'x').catch(() => {});\nconsole.log(`Report written to ${path}`);\nreturn;",
    ],
    [
      "to a log",
      "try {\n  writeFileSync(path, 'x');\n} catch (error) {}\nlogger.info('Saved.');\nreturn;",
    ],
    [
      "on the screen",
      "await repository.save(row).catch(() => undefined);\ntoast.success('Thank you');\nreturn;",
    ],
    [
      "by a tick in the terminal",
      "try {\n  await copyFile(path, 'a');\n} catch {}\nspinner.succeed();\nreturn;",
    ],
    [
      "behind the block in which it is ignored",
      "try {\n  await repository.save(row).catch(() => {});\n} finally {\n  await client.close();\n}\nreturn { success: true };",
    ],
  ])("%s", (_title, body) => {
    expect(summaryOf(body)).toEqual([["claim"], ["claim"]]);
  });

  test("by `true`, where the function's name says what that means", () => {
    const body = "try {\n  await writeFile(path, 'x');\n} catch {}\nreturn true;";
    expect(summaryOf(body, "saveReport")).toEqual([["claim"], ["claim"]]);
    // Elsewhere it may say that the work goes on.
    expect(summaryOf(body, "handle")).toEqual([[], []]);
  });

  test("the message and the path name both places", () => {
    const [finding] = findingsIn(
      inFunction("await repository.save(row).catch(() => {});\nreturn { ok: true };", "publish"),
      "untyped",
      setting,
    );
    expect(finding?.message).toBe(
      "If `repository.save()` fails, every error is ignored here, and line 9 says that it succeeded.",
    );
    expect(finding?.path.map(({ place }) => place.loc.start.line)).toEqual([8, 9]);
  });

  test("the handler can go, so that the failure reaches the caller", () => {
    const [finding] = findingsIn(
      inFunction("await repository.save(row).catch(() => {});\nreturn { ok: true };", "publish"),
      "untyped",
      setting,
    );
    expect(finding?.rewrites.map(({ kind }) => kind)).toEqual(["suggestion"]);
  });
});

describe("a commit that fails has lost the transaction", () => {
  test.each([
    ["by a statement", "await client.query('COMMIT').catch(() => {});\nreturn;"],
    ["by a method", "try {\n  await client.commitTransaction();\n} catch {}\nreturn;"],
  ])("%s", (_title, body) => {
    expect(summaryOf(body)).toEqual([["loss"], ["loss"]]);
  });
});

describe("silent where nothing says that it succeeded", () => {
  test.each([
    ["nothing follows", "try {\n  await writeFile(path, 'x');\n} catch {}\nreturn;"],
    [
      "what follows is something else",
      "await repository.save(row).catch(() => {});\nreturn repository.find(path);",
    ],
    [
      "it returns whether it did",
      "let ok = false;\ntry {\n  await writeFile(path, 'x');\n  ok = true;\n} catch {}\nreturn { success: ok };",
    ],
    [
      "it says so where it did",
      "try {\n  await writeFile(path, 'x');\n  logger.info('Saved.');\n} catch {}\nreturn;",
    ],
    [
      "it says that it may have failed",
      "await writeFile(path, 'x').catch(() => {});\nlogger.info('Report may not be written');\nreturn;",
    ],
    [
      "it says that it tries",
      "await writeFile(path, 'x').catch(() => {});\nlogger.info('Trying the saved one');\nreturn;",
    ],
    [
      "a branch may lead elsewhere",
      "await repository.save(row).catch(() => {});\nif (path === '') return;\nreturn { success: true };",
    ],
    [
      "the turns of a loop may fail",
      "for (const each of rows) {\n  await repository.save(each).catch(() => {});\n}\nreturn { success: true };",
    ],
    ["it was a release", "await client.close().catch(() => {});\nreturn { success: true };"],
    [
      "it was a question",
      "await repository.find(path).catch(() => undefined);\nreturn { success: true };",
    ],
    [
      "a comment gives the reason",
      "try {\n  await writeFile(path, 'x');\n} catch {\n  // The disk may be read-only.\n}\nreturn { success: true };",
    ],
    [
      "the error is told",
      "await repository.save(row).catch((error: unknown) => toast.error(String(error)));\nreturn { success: true };",
    ],
    [
      "it is a roll-back",
      "await client.query('ROLLBACK').catch(() => {});\nreturn { success: true };",
    ],
    [
      "nobody misses it",
      "await writeFile(`${path}.cache`, 'x').catch(() => {});\nreturn { success: true };",
    ],
  ])("%s", (_title, body) => {
    expect(summaryOf(body)).toEqual([[], []]);
  });
});

test("`losses` tells of what is lost without a word, too", () => {
  const body = "try {\n  await writeFile(path, 'x');\n} catch {}\nreturn;";
  expect(summaryOf(body, "publish", { ...setting, options: { report: "losses" } })).toEqual([
    ["loss"],
    ["loss"],
  ]);
});

describe("what managers suppress is told in any case", () => {
  test.each([
    [
      "filter",
      "import { suppress, withContext } from 'unwind';\nwithContext(suppress(Error), () => JSON.parse('1'));\n",
    ],
    [
      "exit",
      "export const lenient = {\n  enter() {},\n  exit() {\n    return true;\n  },\n};\nimport { withContext } from 'unwind';\nwithContext(lenient, () => {});\n",
    ],
    [
      "generator",
      "import { contextManager } from 'unwind';\nexport const lenient = contextManager(\n  function* () {\n    try {\n      yield 1;\n    } catch {}\n  },\n  { suppresses: true },\n);\n",
    ],
  ])("%s", (messageId, text) => {
    expect(findingsIn(text, "untyped", setting).map((each) => each.messageId)).toEqual([messageId]);
  });
});
