import ts from "typescript";

import { Decisions } from "./decisions.js";
import { Injected, World, type Held } from "./world.js";

/** What is seen of one run of a program. */
export interface Run {
  readonly trace: readonly string[];
  readonly held: readonly Held[];
  /** The places whose acquisition has failed. */
  readonly failed: readonly string[];
  readonly taken: readonly boolean[];
  readonly broken: boolean;
  /** How it ended: what it returned, or the errors that it threw, the newest first. */
  readonly returned: string | undefined;
  readonly errors: readonly string[];
}

export type Program = (globals: Readonly<Record<string, unknown>>) => () => unknown;

/** The names of the world that a program finds without importing them. */
const globals = ["require", "Math", "process", "DisposableStack", "AsyncDisposableStack"];

/**
 * Makes a program out of its source.
 *
 * The engines that the tests run on do not all know `using`, so TypeScript lowers it, with its own
 * helpers, as the build of a project for those engines does.
 */
export function compile(source: string): Program {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the program is the test
  return new Function(
    "globals",
    `const { ${globals.join(", ")} } = globals, exports = {};\n${outputText}\nreturn exports.program;`,
  ) as Program;
}

/**
 * Runs a program once, as its decisions say.
 *
 * @param failingRelease the resource whose release fails, by the order of acquisition
 */
export async function run(
  program: Program,
  decisions: Decisions,
  failingRelease?: number,
): Promise<Run> {
  const world = new World(decisions, failingRelease);
  const require = (name: string): unknown => {
    const module = world.module(name);
    if (!module) throw new Error(`The program imports ${name}, which is not there.`);
    return module;
  };
  let returned: string | undefined;
  let errors: string[] = [];
  try {
    const result: unknown = await inTime(program({ require, ...world.globals })());
    world.handOver(result);
    returned = world.describe(result);
  } catch (error) {
    errors = [...messagesOf(error)];
  }
  await world.settled();
  world.end();
  const { trace, held, failed, broken } = world;
  return { trace, held, failed, taken: decisions.taken, broken, returned, errors };
}

/** Milliseconds; a run takes a few. */
const patience = 20_000;

/** A run that waits for what never comes is an error, not a test that never ends. */
async function inTime(result: unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, patience, new Error("the program does not end"));
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The messages in an error that suppresses others, the newest first. The runtime says what an error
 * of the database means by one of its own, with that as the cause.
 */
function* messagesOf(error: unknown): Generator<string> {
  if (error instanceof Injected || !(error instanceof Error)) yield String(error);
  else if ("error" in error && "suppressed" in error) {
    yield* messagesOf(error.error);
    yield* messagesOf(error.suppressed);
  } else if (error.cause instanceof Injected) yield String(error.cause);
  else yield `${error.name}: ${error.message}`;
}
