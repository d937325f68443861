import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import * as vscode from "vscode";

import {
  byEslint,
  closeAll,
  diagnostics,
  extension,
  leaks,
  open,
  replace,
  until,
} from "./editing.js";

const execute = promisify(execFile);

describe("language server", () => {
  afterEach(closeAll);

  it("is restarted by a command, and then reports again", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    let withdrawn = false;
    const watching = vscode.languages.onDidChangeDiagnostics(() => {
      withdrawn ||= diagnostics(document).length === 0;
    });
    try {
      await vscode.commands.executeCommand("unwind.restart");
      await until(
        () => withdrawn,
        () => "the stopped server's diagnostics to be withdrawn",
      );
    } finally {
      watching.dispose();
    }
    await leaks(document, 1);
    // What was open before the restart is followed as well as what is opened later.
    await followsEdits(document);
  });

  it("is silent while the setting `unwind.enable` is off", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    const settings = vscode.workspace.getConfiguration("unwind");
    try {
      await settings.update("enable", false, vscode.ConfigurationTarget.Workspace);
      await leaks(document, 0);
    } finally {
      await settings.update("enable", undefined, vscode.ConfigurationTarget.Workspace);
    }
    await leaks(document, 1);
  });

  it("that could not be started is started by the command when it can be", async () => {
    const document = await open("typed/src/size-of.ts");
    await leaks(document, 1);
    const server = vscode.Uri.joinPath(extension().extensionUri, "extension/dist/server.cjs");
    const away = server.with({ path: `${server.path}.away` });
    await vscode.workspace.fs.rename(server, away);
    try {
      await assert.rejects(async () => vscode.commands.executeCommand("unwind.restart"));
    } finally {
      await vscode.workspace.fs.rename(away, server);
    }
    await vscode.commands.executeCommand("unwind.restart");
    await followsEdits(document);
  });

  if (process.platform === "linux") {
    it("comes back by itself when it was killed", async () => {
      const document = await open("typed/src/size-of.ts");
      await leaks(document, 1);
      process.kill(await serverProcess(), "SIGKILL");
      await followsEdits(document);
    });

    it("comes back after a restart, however often it had ended before", async () => {
      const document = await open("typed/src/size-of.ts");
      // Six ends in a row, of which the client would take no more than four.
      for (let count = 0; count < 6; count++) {
        if (count % 3 === 0) await vscode.commands.executeCommand("unwind.restart");
        await leaks(document, 1);
        const killed = await serverProcess();
        process.kill(killed, "SIGKILL");
        await until(
          async () => (await serverProcesses()).some((pid) => pid !== killed),
          () => "another server",
        );
      }
      await followsEdits(document);
      await vscode.commands.executeCommand("unwind.restart");
    });

    it("comes back though it was asked before its end was noticed", async () => {
      const documents: vscode.TextDocument[] = [];
      for (const name of ["first-line.ts", "append-line.ts", "size-of.ts"]) {
        const document = await open(`typed/src/${name}`, { preview: false });
        await leaks(document, 1);
        documents.push(document);
      }
      const document = documents.at(-1);
      const [leak] = document === undefined ? [] : diagnostics(document);
      assert.ok(document && leak);
      const killed = await serverProcess();
      const eslint = vscode.languages.createDiagnosticCollection("eslint");
      try {
        // The extension asks about every document again in a moment, when the server is dead. As
        // this thread is busy until then, it does not know.
        eslint.set(document.uri, [byEslint(leak)]);
        process.kill(killed, "SIGKILL");
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      } finally {
        await until(
          async () => (await serverProcesses()).every((pid) => pid !== killed),
          () => "the killed server to be gone",
        );
        eslint.dispose();
      }
      await followsEdits(document);
    });

    it("is replaced by the command when it hangs", async () => {
      const document = await open("typed/src/size-of.ts");
      await leaks(document, 1);
      const hung = await serverProcess();
      process.kill(hung, "SIGSTOP");
      await vscode.commands.executeCommand("unwind.restart");
      await followsEdits(document);
      assert.notEqual(await serverProcess(), hung);
    });
  }
});

/** Changes on which path the file `size-of.ts` leaks, and waits for the message to change too. */
async function followsEdits(document: vscode.TextDocument): Promise<void> {
  await replace(document, "return size;", "await handle.close();\n  return size;");
  await until(
    () => / is not released if line \d+ throws/.test(diagnostics(document)[0]?.message ?? ""),
    () => "another message, now that only one path leaks",
  );
}

/** The one language server that runs. */
async function serverProcess(): Promise<number> {
  const running = await serverProcesses();
  const [pid] = running;
  assert.ok(pid !== undefined && running.length === 1, `${running.length} language servers run`);
  return pid;
}

async function serverProcesses(): Promise<number[]> {
  const list = ["-o", "pid=,args=", "--ppid", String(process.pid)];
  const { stdout } = await execute("ps", list);
  return [...stdout.matchAll(/^\s*(\d+) .*server\.cjs/gm)].map(([, pid]) => Number(pid));
}
