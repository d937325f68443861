import type { ChildProcess } from "node:child_process";

import {
  ErrorAction,
  type ErrorHandler,
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
export function errorHandler(client: () => LanguageClient): ErrorHandler {
  let usual: ErrorHandler | undefined;
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => (usual ??= client().createDefaultErrorHandler()).closed(),
  };
}

/** "Unwind: Restart": also for a server that hangs or could not be started. */
export async function restart(client: LanguageClient): Promise<void> {
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
}

async function untilEnded(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  await new Promise((resolve) => server.once("close", resolve));
}
