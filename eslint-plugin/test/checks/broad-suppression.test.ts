import { describe, expect, test } from "vitest";

import { expectMarkedLeaks, expectSound, findingsIn } from "./check-code.js";
import { code } from "./code.js";
import { errorsIn, type Setting } from "./workspace.js";

const usual: Setting = { rule: "no-broad-suppression", runtime: true, node: ">=20.19" };
const setting: Setting = { ...usual, options: { report: "losses" } };
const all: Setting = { ...setting, options: { report: "all" } };

/** An async function with all that its body may use. */
function inFunction(body: string, name = "publishAll"): string {
  return code`
    import { existsSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
    import { appendFile, copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
    declare const repository: { save(row: object): Promise<void>; insert(row: object): Promise<void>; update(id: string): Promise<void>; find(id: string): Promise<object> };
    declare const cache: { save(row: object): Promise<void> };
    declare const client: { commit(): Promise<void>; query(text: string): Promise<void>; close(): Promise<void>; rollback(): Promise<void> };
    declare function work(row: object): Promise<string>;
    declare function acquire(): Promise<AsyncDisposable & Disposable>;
    export async function ${name}(path: string, row: object, ids: string[]) {
      ${body.trim()}
    }
    void [existsSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync, appendFile, copyFile];
    void [readFile, rename, rm, writeFile, repository, cache, client, work, acquire];
  `;
}

/** The marks are taken away, because a comment where an error is caught is a reason to be silent. */
const found = (body: string, given: Setting = setting): void => {
  const lines = inFunction(body).split("\n");
  const marked = lines.flatMap((line, index) => {
    const messageId = /\/\/ leak: (\w+)$/.exec(line)?.[1];
    return messageId === undefined ? [] : [`${index + 1} ${messageId}`];
  });
  expect(marked).not.toEqual([]);
  const text = lines.map((line) => line.replace(/ \/\/ leak: \w+$/, "")).join("\n");
  expect(errorsIn(text, given), text).toEqual([]);
  for (const knowledge of ["typed", "untyped"] as const) {
    const summary = findingsIn(text, knowledge, given).map(
      ({ place, messageId }) => `${place.loc.start.line} ${messageId}`,
    );
    expect(summary, text).toEqual(marked);
  }
};

const silent = (text: string, given: Setting = setting): void => {
  const errors = errorsIn(text, given);
  expect(errors, text).toEqual([]);
  for (const knowledge of ["typed", "untyped"] as const) {
    expect(
      findingsIn(text, knowledge, given).map(({ message }) => message),
      text,
    ).toEqual([]);
  }
};

describe("what was to be stored is lost, and nobody learns of it", () => {
  test.each([
    ["in an empty `catch`", "try {\n  await writeFile(path, 'x');\n} catch {} // leak: loss"],
    [
      "in one with an unused name",
      "try {\n  writeFileSync(path, 'x');\n} catch (error) {} // leak: loss",
    ],
    [
      "in one that only tells the linter",
      "try {\n  await writeFile(path, 'x');\n} catch { // leak: loss\n  // eslint-disable-next-line no-empty\n}",
    ],
    [
      "by a return of nothing",
      "try {\n  await rename(path, path + '~');\n} catch { // leak: loss\n  return;\n}",
    ],
    [
      "by a return of undefined",
      "try {\n  await rename(path, path + '~');\n} catch { // leak: loss\n  return undefined;\n}",
    ],
    [
      "by a return of null",
      "try {\n  await appendFile(path, 'x');\n} catch { // leak: loss\n  return null;\n}",
    ],
    [
      "by the success that is told all the same",
      "try {\n  if (path !== '') return true;\n  await copyFile(path, 'target');\n} catch { // leak: loss\n  return true;\n}",
    ],
    [
      "at the end of a loop",
      "for (const id of ids) {\n  try {\n    await repository.update(id);\n  } catch { // leak: loss\n    continue;\n  }\n}",
    ],
    ["of a repository", "try {\n  await repository.save(row);\n} catch {} // leak: loss"],
    [
      "of a transaction",
      "try {\n  await work(row);\n  await client.commit();\n} catch {} // leak: loss",
    ],
    [
      "with more around it",
      "try {\n  const text = await work(row);\n  if (text !== '') {\n    writeFileSync(path, text);\n  }\n} catch {} // leak: loss",
    ],
    [
      "with a release behind it",
      "try {\n  await repository.insert(row);\n  await client.close();\n} catch {} // leak: loss",
    ],
    [
      "with logging behind it",
      "try {\n  await repository.insert(row);\n  console.log('inserted');\n} catch {} // leak: loss",
    ],
    [
      "with a `finally`",
      "try {\n  await repository.insert(row);\n} catch { // leak: loss\n} finally {\n  await client.close();\n}",
    ],
    ["in an empty handler", "await writeFile(path, 'x').catch(() => {}); // leak: loss"],
    [
      "in a handler that gives undefined",
      "await repository.save(row).catch(() => undefined); // leak: loss",
    ],
    ["in a handler that gives null", "await repository.save(row).catch(() => null); // leak: loss"],
    [
      "in a handler with an unused name",
      "await repository.save(row).catch((error) => {}); // leak: loss",
    ],
    [
      "in the handler of a promise that nobody waits for",
      "void repository.save(row).catch(() => {}); // leak: loss",
    ],
    [
      "in the second function of `then`",
      "await repository.save(row).then(undefined, () => {}); // leak: loss",
    ],
    [
      "in a handler before `finally`",
      "await repository.save(row).catch(() => {}).finally(() => publish(path)); // leak: loss",
    ],
    [
      "of one of several",
      "await Promise.all([work(row), repository.save(row)]).catch(() => {}); // leak: loss",
    ],
    [
      "of each of several",
      "await Promise.all(ids.map((id) => repository.update(id).catch(() => {}))); // leak: loss",
    ],
    ["by a return of the promise", "return writeFile(path, 'x').catch(() => {}); // leak: loss"],
  ])("%s", (_title, body) => {
    found(body);
  });

  test.each([
    [
      "a promise that is waited for",
      "await Promise.allSettled([repository.save(row), work(row)]); // leak: rejections",
    ],
    [
      "promises of a list",
      "await Promise.allSettled(ids.map((id) => repository.update(id))); // leak: rejections",
    ],
    [
      "promises of a list, each waited for",
      "await Promise.allSettled( // leak: rejections\n  ids.map(async (id) => {\n    await repository.update(id);\n  }),\n);",
    ],
  ])("in `Promise.allSettled` for %s", (_title, body) => {
    found(body);
  });

  test.each([
    [
      "a stream",
      "try {\n  await using held = await acquire();\n  void held;\n} catch {} // leak: disposal",
    ],
    [
      "a lock",
      "try {\n  using held = await acquire();\n  void held;\n  console.log('held');\n} catch { // leak: disposal\n  return;\n}",
    ],
  ])("a release that fails, of %s", (_title, body) => {
    found(body);
  });

  test("the messages name the call", () => {
    const messages = (body: string) =>
      findingsIn(inFunction(body), "typed", setting).map(({ message }) => message);
    expect(messages("await repository.save(row).catch(() => {});")).toEqual([
      "If `repository.save()` fails, nobody learns of it: every error is ignored here.",
    ]);
    expect(messages("await Promise.allSettled([repository.save(row)]);")).toEqual([
      "If `repository.save()` fails, nobody learns of it: `Promise.allSettled` never rejects, and its results are dropped.",
    ]);
    expect(messages("try {\n  using held = await acquire();\n  void held;\n} catch {}")).toEqual([
      "What fails while `held` is released is lost here, because every error is ignored.",
    ]);
  });
});

describe("is silent where somebody learns of it:", () => {
  test.each([
    [
      "the error is logged",
      "try {\n  await writeFile(path, 'x');\n} catch (error) {\n  console.error(error); //-\n}",
    ],
    [
      "something is logged",
      "try {\n  await writeFile(path, 'x');\n} catch {\n  console.error('not written'); //-\n}",
    ],
    [
      "it is thrown on",
      "try {\n  await writeFile(path, 'x');\n} catch (error) {\n  throw error; //-\n}",
    ],
    [
      "it is wrapped",
      "try {\n  await writeFile(path, 'x');\n} catch (cause) {\n  throw new Error('not written', { cause }); //-\n}",
    ],
    [
      "it is stored",
      "let failure: unknown;\ntry {\n  await writeFile(path, 'x');\n} catch (error) {\n  failure = error; //-\n}\nvoid failure;",
    ],
    [
      "it is narrowed by its code",
      "try {\n  await rename(path, 'x');\n} catch (error) {\n  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error; //-\n}",
    ],
    [
      "it is narrowed by its class",
      "try {\n  await rename(path, 'x');\n} catch (error) {\n  if (!(error instanceof RangeError)) throw error; //-\n}",
    ],
    [
      "something is done instead",
      "try {\n  await writeFile(path, 'x');\n} catch {\n  await repository.save(row); //-\n}",
    ],
    [
      "another value is returned",
      "try {\n  await writeFile(path, 'x');\n} catch {\n  return false; //- return;\n}",
    ],
    [
      "a comment gives the reason",
      "try {\n  await writeFile(path, 'x');\n} catch {\n  // The next run writes it anew. //-\n}",
    ],
    [
      "a comment for the linter gives the reason",
      "try {\n  await writeFile(path, 'x');\n} catch {\n  /* eslint-disable-line no-empty -- written anew */ //-\n}",
    ],
    [
      "a comment before it speaks of failing",
      "// Best effort. //-\nawait writeFile(path, 'x').catch(() => {});",
    ],
    [
      "a comment behind it speaks of failing",
      "await writeFile(path, 'x').catch(() => {}); // may fail //- await writeFile(path, 'x').catch(() => {});",
    ],
    [
      "a handler gets the error",
      "await writeFile(path, 'x').catch((error) => console.error(error)); //- await writeFile(path, 'x').catch((error) => {});",
    ],
    [
      "the result is asked for",
      "const done = await repository.save(row).catch(() => null); //- await repository.save(row).catch(() => null);",
    ],
    [
      "success alone does something",
      "await repository.save(row).then(() => publish(path)).catch(() => {}); //- await repository.save(row).catch(() => {});",
    ],
    [
      "success alone returns",
      "try {\n  await repository.save(row);\n  return; //-\n} catch {}\nawait publish(path);",
    ],
    [
      "success alone sets a flag",
      "let saved = false;\ntry {\n  await repository.save(row);\n  saved = true; //-\n} catch {}\nvoid saved;",
    ],
    [
      "success alone goes on",
      "try {\n  await repository.save(row);\n  await publish(path); //-\n} catch {}",
    ],
    [
      "another one is tried",
      "try {\n  renameSync(path, 'x');\n} catch {}\nif (existsSync(path)) rmSync(path); //-",
    ],
    [
      "the results are looked at",
      "const results = await Promise.allSettled([repository.save(row)]); //- await Promise.allSettled([repository.save(row)]);\nvoid 0;",
    ],
    [
      "each looks at its own failure",
      "await Promise.allSettled([repository.save(row).catch(console.error)]); //- await Promise.allSettled([repository.save(row)]);",
    ],
    [
      "it is cleaned up in a `catch`",
      "try {\n  await work(row);\n} catch (error) {\n  await repository.save(row).catch(() => {});\n  throw error;\n}\nawait repository.save(row).catch(() => {}); // ignored //- await repository.save(row).catch(() => {});",
    ],
    [
      "it is for convenience",
      "await cache.save(row).catch(() => {}); //- await repository.save(row).catch(() => {});",
    ],
    [
      "a file is a log",
      "try {\n  await appendFile('debug.log', 'x'); //- await appendFile(path, 'x');\n} catch {}",
    ],
  ])("%s", (_title, body) => {
    expectSound(inFunction(body), setting);
  });

  test.each([
    ["a function that cleans up", "closeAll"],
    ["a function that is said to be lenient", "saveQuietly"],
    ["a function that tries", "tryToSave"],
    ["a function for a cache", "warmCache"],
  ])("%s", (_title, name) => {
    silent(inFunction("try {\n  await repository.save(row);\n} catch {}", name));
    expect(
      findingsIn(inFunction("try {\n  await repository.save(row);\n} catch {}"), "typed", setting),
    ).toHaveLength(1);
  });

  test.each([
    ["a release", "try {\n  await client.close();\n} catch {}"],
    ["a rollback", "try {\n  await client.query('ROLLBACK');\n} catch {}"],
    ["a deletion", "await rm(path).catch(() => {});"],
    ["a question", "try {\n  statSync(path);\n  return true;\n} catch {\n  return false;\n}"],
    [
      "what is read",
      "let text = '';\ntry {\n  text = readFileSync(path, 'utf8');\n} catch {}\nreturn text;",
    ],
    [
      "a promise that nobody waits for, whose failure does not come here",
      "try {\n  void repository.save(row);\n} catch {}",
    ],
    [
      "a promise of somebody else",
      "const saved = repository.save(row);\nsaved.catch(() => {});\nawait saved;",
    ],
    [
      "a promise that a field keeps",
      "const kept = { saved: repository.save(row) };\nkept.saved.catch(() => {});\nawait kept.saved;",
    ],
  ])("%s", (_title, body) => {
    silent(inFunction(body));
  });
});

describe('with `report: "all"`', () => {
  test.each([
    ["any error is ignored", "try {\n  await work(row);\n} catch {} // leak: silence"],
    [
      "any error becomes a constant",
      "try {\n  return await work(row);\n} catch { // leak: fallback\n  return 'nothing';\n}",
    ],
    [
      "any error becomes nothing",
      "try {\n  return await work(row);\n} catch { // leak: silence\n  return undefined;\n}",
    ],
    [
      "any error becomes an object",
      "try {\n  return await work(row);\n} catch { // leak: fallback\n  return { text: '' };\n}",
    ],
    [
      "any error sets a constant",
      "let text: string;\ntry {\n  text = await work(row);\n} catch { // leak: fallback\n  text = '';\n}\nreturn text;",
    ],
    [
      "any rejection becomes a constant",
      "return await work(row).catch(() => ''); // leak: fallback",
    ],
    ["any rejection is ignored", "await work(row).catch(() => {}); // leak: silence"],
    [
      "any rejection of several is ignored",
      "await Promise.allSettled([work(row)]); // leak: rejections",
    ],
    [
      "a loop goes on",
      "for (const id of ids) {\n  try {\n    await repository.find(id);\n  } catch { // leak: silence\n    continue;\n  }\n  await publish(id);\n}",
    ],
    [
      "a loop ends",
      "for (const id of ids) {\n  try {\n    await repository.find(id);\n  } catch { // leak: fallback\n    break;\n  }\n}",
    ],
  ])("%s", (_title, body) => {
    found(body, all);
  });

  test.each([
    ["clean-up", "try {\n  await client.close();\n} catch {}"],
    ["a question", "try {\n  statSync(path);\n  return true;\n} catch {\n  return false;\n}"],
    [
      "an address that is looked at",
      "try {\n  new URL(path);\n  return true;\n} catch {\n  return false;\n}",
    ],
    [
      "a text that is looked at",
      "try {\n  return JSON.parse(path);\n} catch {\n  return undefined;\n}",
    ],
    ["a reason", "try {\n  await work(row);\n} catch {\n  // It is done again tomorrow.\n}"],
    [
      "a promise that is waited for elsewhere",
      "const done = work(row);\nawait done.catch(() => {});\nawait done;",
    ],
  ])("and still silent about %s", (_title, body) => {
    silent(inFunction(body), all);
  });

  test("a question needs a narrow `catch` with `allowProbing: false`", () => {
    const strict = { ...setting, options: { report: "all", allowProbing: false } };
    const body =
      "try {\n  statSync(path);\n  return true;\n} catch { // leak: fallback\n  return false;\n}";
    found(body, strict);
  });

  test("clean-up needs a reason with `requireReason`", () => {
    const strict = { ...setting, options: { report: "all", requireReason: true } };
    found("try {\n  await client.close();\n} catch {} // leak: silence", strict);
    silent(
      inFunction("try {\n  await client.close();\n} catch {\n  // It is closed already.\n}"),
      strict,
    );
  });
});

describe("managers that let no error out", () => {
  const managed = (text: string): string =>
    code`
      import { AbstractContextManager, ExitStack, contextManager, suppress, withContext, type Failure } from "unwind";
      declare function restore(): void;
      ${text.trim()}
      void [AbstractContextManager, ExitStack, contextManager, suppress, withContext, restore];
      export type { Failure };
    `;

  test.each([
    ["`suppress(Error)`", "export const lenient = suppress(Error); // leak: filter"],
    ["`suppress(Object)`", "export const lenient = suppress(Object); // leak: filter"],
    ["a predicate for everything", "export const lenient = suppress(() => true); // leak: filter"],
    [
      "a predicate with a body",
      "export const lenient = suppress(function () { return true; }); // leak: filter",
    ],
    [
      "one of several filters",
      "export const lenient = suppress(RangeError, Error); // leak: filter",
    ],
    [
      "an object's `exit`",
      "export const lenient = {\n  enter() {},\n  exit(failure?: Failure) {\n    restore();\n    return true; // leak: exit\n  },\n};",
    ],
    [
      "an arrow",
      "export const lenient = {\n  enter: () => 1,\n  exit: () => true, // leak: exit\n};",
    ],
    [
      "a class's `exit`",
      "export class Lenient {\n  enter() {}\n  exit(failure?: Failure) {\n    if (!failure) return;\n    restore();\n    return true; // leak: exit\n  }\n}",
    ],
    [
      "a class's `exit` that asks whether it failed",
      "export class Lenient {\n  enter() {}\n  exit(failure?: Failure) {\n    if (failure === undefined) return false;\n    return true; // leak: exit\n  }\n}",
    ],
    [
      "an async exit",
      "export const lenient = {\n  async enterAsync() {},\n  async exitAsync() {\n    restore();\n    return true; // leak: exit\n  },\n};",
    ],
    [
      "the release of a class of the base",
      "export class Lenient extends AbstractContextManager<number, boolean> {\n  protected acquire() {\n    return 1;\n  }\n  protected release() {\n    restore();\n    return true; // leak: exit\n  }\n}",
    ],
    ["an exit of a stack", "const stack = new ExitStack();\nstack.push(() => true); // leak: exit"],
    [
      "a generator that is said to suppress",
      "export const lenient = contextManager(function* () {\n  try {\n    yield 1;\n  } catch {} // leak: generator\n}, { suppresses: true });",
    ],
  ])("%s", (_title, text) => {
    expectMarkedLeaks(managed(text), setting);
  });

  test.each([
    ["a class of errors", "export const lenient = suppress(RangeError);"],
    ["a shape", "export const lenient = suppress({ code: 'ENOENT' });"],
    [
      "a predicate that looks",
      "export const lenient = suppress((error: Error) => error.name === 'AbortError');",
    ],
    [
      "an own class that is called Error",
      "class Error extends globalThis.Error {}\nexport const lenient = suppress(Error);",
    ],
    [
      "an exit that looks",
      "export const lenient = {\n  enter() {},\n  exit(failure?: Failure) {\n    return failure?.error instanceof RangeError;\n  },\n};",
    ],
    [
      "an exit that suppresses some",
      "export const lenient = {\n  enter() {},\n  exit(failure?: Failure) {\n    if (failure?.error instanceof RangeError) return true;\n    restore();\n    return false;\n  },\n};",
    ],
    [
      "an exit that suppresses under a condition",
      "export const lenient = {\n  enter() {},\n  exit() {\n    if (ready) return true;\n    return;\n  },\n};",
    ],
    [
      "an exit that answers nothing",
      "export const lenient = {\n  enter() {},\n  exit() {\n    restore();\n  },\n};",
    ],
    [
      "a method of that name elsewhere",
      "export const state = {\n  exit() {\n    return true;\n  },\n};",
    ],
    [
      "a generator that does not suppress",
      "export const careful = contextManager(function* () {\n  try {\n    yield 1;\n  } catch {}\n});",
    ],
    [
      "a generator that throws on",
      "export const careful = contextManager(function* () {\n  try {\n    yield 1;\n  } catch (error) {\n    if (!(error instanceof RangeError)) throw error;\n  }\n}, { suppresses: true });",
    ],
    ["pushing to an array", "const list: (() => boolean)[] = [];\nlist.push(() => true);"],
  ])("is silent about %s", (_title, text) => {
    silent(managed(text));
  });

  test("is silent about states that are entered and exited, in files without the runtime", () => {
    silent(code`
      export const state = {
        enter() {},
        exit() {
          return true;
        },
      };
    `);
  });
});
