import { Redis } from "ioredis";

import { executables } from "./executables.js";
import { dataFolder, freePort, type Server, serverUser, startServer } from "./server.js";

/** Starts Redis, which keeps everything in memory. */
export async function startRedis(): Promise<Server> {
  const [redis] = await executables(
    { title: "Redis", name: "redis-server", folders: ["/usr/bin"] },
    ["redis-server"],
  );
  const user = await serverUser("redis");
  const folder = await dataFolder("redis", user);
  const port = await freePort();
  return startServer(
    redis,
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
    { user, folder, port },
    async () => {
      const client = new Redis(port, "127.0.0.1", { lazyConnect: true, retryStrategy: () => null });
      client.on("error", () => {});
      try {
        await client.connect();
      } finally {
        client.disconnect();
      }
    },
  );
}
