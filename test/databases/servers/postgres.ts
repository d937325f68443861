import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { Client } from "pg";

import { executables } from "./executables.js";
import { dataFolder, freePort, type Server, serverUser, startServer } from "./server.js";

/** Starts PostgreSQL; the user `postgres` needs no password. */
export async function startPostgres(): Promise<Server> {
  const [initdb, postgres] = await executables(
    { title: "PostgreSQL", name: "postgresql", folders: ["/usr/lib/postgresql/*/bin"] },
    ["initdb", "postgres"],
  );
  const user = await serverUser("postgres");
  const folder = await dataFolder("postgres", user);
  const port = await freePort();
  const init = [
    "-D",
    folder,
    "-U",
    "postgres",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C",
    "--no-sync",
  ];
  await promisify(execFile)(initdb, init, { ...user, cwd: folder });
  const settings = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "max_connections=300",
    "deadlock_timeout=20ms",
  ];
  return startServer(
    postgres,
    ["-D", folder, "-p", String(port), "-k", folder, ...settings.flatMap((one) => ["-c", one])],
    { user, folder, port },
    async () => {
      const client = new Client({ host: "127.0.0.1", port, user: "postgres" });
      await client.connect();
      await client.end();
    },
  );
}
