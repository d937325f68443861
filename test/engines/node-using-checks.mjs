import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

/*
 * unwind/node under the engine's own `await using`. A file of its own, because older versions cannot
 * parse it.
 */

/**
 * @param {typeof import("unwind")} unwind
 * @param {typeof import("unwind/node")} unwindNode
 * @returns {Record<string, () => Promise<void>>}
 */
export function nodeUsingChecks({ enter, enterAsync }, unwindNode) {
  const { child, redirectStdout, server, tempDir, writable } = unwindNode;

  return {
    async "await using: writable writes all, and reports what fails"() {
      let directory;
      {
        await using entered = await enterAsync(tempDir());
        directory = entered.value;
        const path = join(directory, "file");
        {
          await using output = writable(createWriteStream(path));
          output.write("x".repeat(1_000_000));
        }
        assert.equal((await readFile(path)).length, 1_000_000);
        const fail = async () => {
          await using output = writable(createWriteStream(join(directory, "no", "file")));
          output.write("x");
        };
        await assert.rejects(fail(), { code: "ENOENT" });
      }
      assert.equal(existsSync(directory), false);
    },

    async "await using: server and child end within the limit"() {
      const hang = async () => {
        await using it = server(createServer(), { graceMs: 50 });
        await once(it.listen(0, "127.0.0.1"), "listening");
        fetch(`http://127.0.0.1:${it.address().port}`).catch(() => {});
        await once(it, "request");
      };
      await assert.rejects(hang(), { name: "OutcomeError" });
      const script = `process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)`;
      const ignore = async () => {
        await using it = child(spawn(process.execPath, ["-e", script]), { graceMs: 50 });
        await once(it.stdout, "data");
      };
      await assert.rejects(ignore(), { name: "OutcomeError" });
    },

    async "using: redirection by enter()"() {
      let output;
      {
        using entered = enter(redirectStdout());
        output = entered.value;
        process.stdout.write("inside");
      }
      assert.equal(output.text, "inside");
    },
  };
}
