import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import { createConnection } from "mysql2/promise";

import { executables } from "./executables.js";
import { dataFolder, freePort, type Server, serverUser, startServer } from "./server.js";

/** Starts MariaDB with the database `test`; the user `root` needs no password. */
export async function startMariadb(): Promise<Server> {
  const [install, mariadbd] = await executables(
    { title: "MariaDB", name: "mariadb-server", folders: ["/usr/sbin", "/usr/bin"] },
    ["mariadb-install-db", "mariadbd"],
  );
  const user = await serverUser("mysql");
  const folder = await dataFolder("mariadb", user);
  const port = await freePort();
  await promisify(execFile)(
    install,
    ["--no-defaults", `--datadir=${folder}`, "--auth-root-authentication-method=normal"],
    { ...user, cwd: folder },
  );
  return startServer(
    mariadbd,
    [
      "--no-defaults",
      `--datadir=${folder}`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${path.join(folder, "socket")}`,
      `--pid-file=${path.join(folder, "pid")}`,
      "--max-connections=300",
      "--innodb-flush-log-at-trx-commit=0",
      "--skip-name-resolve",
    ],
    { user, folder, port },
    async () => {
      const connection = await createConnection({ host: "127.0.0.1", port, user: "root" });
      try {
        await connection.query("CREATE DATABASE IF NOT EXISTS test");
      } finally {
        await connection.end();
      }
    },
  );
}
