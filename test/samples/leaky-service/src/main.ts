import { Pool } from "pg";
import { AsyncExitStack } from "unwind";

import { loadConfig } from "./config.js";
import { Journal, recover } from "./journal.js";
import { log } from "./log.js";
import { checkUpstreams, reportDay, runService } from "./service.js";

const [command = "run", day] = process.argv.slice(2);

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const stopping = new AbortController();
  process.once("SIGTERM", () => {
    stopping.abort();
  });

  await using stack = new AsyncExitStack();
  const pool = stack.adopt(new Pool({ connectionString: config.databaseUrl }), (open) =>
    open.end(),
  );

  switch (command) {
    case "recover":
      log.info("recovered", {
        entries: await recover(config.journal, `${config.journal}.pending`),
      });
      break;
    case "run": {
      const journal = stack.use(new Journal(config.journal));
      await runService(config, pool, journal, stopping.signal);
      break;
    }
    case "report":
      await reportDay(config, pool, day ?? new Date().toISOString().slice(0, 10));
      break;
    case "check":
      if (!(await checkUpstreams(config))) process.exitCode = 1;
      break;
    default:
      throw new Error(`Unknown command: ${command}`);
  }
}

try {
  await main();
} catch (error) {
  log.error("stopped", error);
  process.exitCode = 1;
}
