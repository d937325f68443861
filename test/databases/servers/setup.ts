import type { TestProject } from "vitest/node";

import { startMariadb } from "./mariadb.js";
import { startPostgres } from "./postgres.js";
import { startRedis } from "./redis.js";
import type { Server } from "./server.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The ports on 127.0.0.1 of the servers that were started for the tests. */
    databases: Readonly<Record<"postgres" | "mariadb" | "redis", number>>;
  }
}

/** Starts the servers once for all suites, and stops them at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = await Promise.allSettled([startPostgres(), startMariadb(), startRedis()]);
  const servers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const failures = started.flatMap((one) =>
    one.status === "rejected" ? [one.reason as Error] : [],
  );
  const [postgres, mariadb, redis] = servers as [Server, Server, Server];
  if (failures.length > 0) {
    await stop();
    throw new AggregateError(failures, failures.map((error) => error.message).join("\n"));
  }
  project.provide("databases", {
    postgres: postgres.port,
    mariadb: mariadb.port,
    redis: redis.port,
  });
  return stop;
}
