import type { ChildProcess } from "node:child_process";

import {
  ErrorAction,
  type ErrorHandler,
  type ErrorHandlerResult,
  type LanguageClient,
  State,
} from "vscode-languageclient/node";

/**
 * Has the server started again when it ends, up to as often as is usual, and stops it never.
 *
 * The client's own handler stops it for good after a second message that could not be sent. But
 * messages fail as soon as the server is dead, of which a busy editor learns later: it would never
 * be started again.
 */
export class RestartingErrorHandler implements ErrorHandler {
  readonly #client: () => LanguageClient;
  #usual: ErrorHandler | undefined;

  constructor(client: () => LanguageClient) {
    this.#client = client;
  }

  error(): ErrorHandlerResult {
    return { action: ErrorAction.Continue, handled: true };
  }

  closed(): ReturnType<ErrorHandler["closed"]> {
    this.#usual ??= this.#client().createDefaultErrorHandler();
    return this.#usual.closed();
  }

  /** What ended before the user asked for a restart does not count against the server that runs now. */
  forget(): void {
    this.#usual = undefined;
  }
}

/** "Unwind: Restart": also for a server that hangs or could not be started. */
export async function restart(
  client: LanguageClient,
  errorHandler: RestartingErrorHandler,
): Promise<void> {
  if (client.state !== State.Starting) {
    const server = client.serverProcess;
    // The client would take the end of this server for that of the next one.
    const ended = server === undefined ? undefined : untilEnded(server);
    try {
      await client.stop();
    } catch (error) {
      client.warn("The server does not stop and is killed.", error, false);
      server?.kill("SIGKILL");
    }
    await ended;
  }
  // A client keeps the promise of a start that failed, and would give it again for ever.
  if (client.state === State.StartFailed) Reflect.set(client, "_onStart", undefined);
  await client.start();
  errorHandler.forget();
}

async function untilEnded(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await new Promise((resolve) => server.once("close", resolve));
}
