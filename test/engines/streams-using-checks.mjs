import { same } from "./checks.mjs";
import { client } from "./streams-checks.mjs";

/*
 * unwind/streams under the engine's own `await using`. A file of its own, because older engines cannot
 * parse it.
 */

/**
 * @param {typeof import("unwind/streams")} streams
 * @param {string} url of the server
 * @returns {Record<string, () => Promise<void>>}
 */
export function streamsUsingChecks({ accumulate }, url) {
  const { wait, get } = client(url);
  return {
    async "await using: what is left unread is cancelled"() {
      const { id, response } = await get("forever");
      {
        await using answer = accumulate(response);
        const { value } = await answer.next();
        same(value.content, "Hello");
      }
      same(response.body.locked, false);
      await wait(id);
    },
  };
}
