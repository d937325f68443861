import type { Catalogue, Resource } from "./catalogue.js";
import { diagnostics } from "./node/diagnostics.js";
import { files } from "./node/files.js";
import { net } from "./node/net.js";
import { processes } from "./node/processes.js";
import { readline } from "./node/readline.js";
import { servers } from "./node/servers.js";
import { sqlite } from "./node/sqlite.js";
import { streams } from "./node/streams.js";
import { timers } from "./node/timers.js";
import { watchers } from "./node/watchers.js";
import { browsers } from "./packages/browsers.js";
import { databases } from "./packages/databases.js";
import { locks } from "./packages/locks.js";
import { mcp } from "./packages/mcp.js";
import { messaging } from "./packages/messaging.js";
import { mongodb } from "./packages/mongodb.js";
import { mysql } from "./packages/mysql.js";
import { orms } from "./packages/orms.js";
import { pg } from "./packages/pg.js";
import { pools } from "./packages/pools.js";
import { redis } from "./packages/redis.js";
import { remote } from "./packages/remote.js";
import { services } from "./packages/services.js";
import { sockets } from "./packages/sockets.js";
import { embeddedDatabases } from "./packages/sqlite.js";
import { temporaryFiles } from "./packages/temp-files.js";
import { typeorm } from "./packages/typeorm.js";
import { unwind } from "./packages/unwind.js";
import { packageWatchers } from "./packages/watchers.js";
import { webConnections } from "./web/connections.js";
import { media } from "./web/media.js";
import { webObjects } from "./web/objects.js";
import { webStreams } from "./web/streams.js";

/** Resources that belong together, as a reader would look them up. */
export interface Family {
  /** For a heading. */
  readonly name: string;
  readonly resources: readonly Resource[];
}

/** Every family that is known without being told. */
export const families: readonly Family[] = [
  { name: "Node: files and directories", resources: files },
  { name: "Node: streams of files", resources: streams },
  { name: "Node: file watchers", resources: watchers },
  { name: "Node: sockets", resources: net },
  { name: "Node: servers", resources: servers },
  { name: "Node: lines", resources: readline },
  { name: "Node: intervals", resources: timers },
  { name: "Node: processes and threads", resources: processes },
  { name: "Node: SQLite", resources: sqlite },
  { name: "Node: diagnostics and events", resources: diagnostics },
  { name: "Web: readers and writers", resources: webStreams },
  { name: "Web: connections and workers", resources: webConnections },
  { name: "Web: object URLs and observers", resources: webObjects },
  { name: "Web: media", resources: media },
  { name: "PostgreSQL", resources: pg },
  { name: "MySQL and MariaDB", resources: mysql },
  { name: "Databases in the process", resources: embeddedDatabases },
  { name: "SQL Server, Oracle, Cassandra, Neo4j", resources: databases },
  { name: "MongoDB", resources: mongodb },
  { name: "Redis", resources: redis },
  { name: "TypeORM", resources: typeorm },
  { name: "Knex, Kysely, Sequelize, Prisma, MikroORM, Slonik", resources: orms },
  { name: "Browsers", resources: browsers },
  { name: "WebSockets and event sources", resources: sockets },
  { name: "Model Context Protocol", resources: mcp },
  { name: "Message brokers and job queues", resources: messaging },
  { name: "Other machines: SSH, FTP, mail, HTTP, gRPC, S3", resources: remote },
  { name: "Frameworks, containers and models", resources: services },
  { name: "Locks", resources: locks },
  { name: "Pools", resources: pools },
  { name: "Temporary files of packages", resources: temporaryFiles },
  { name: "File watchers of packages", resources: packageWatchers },
  { name: "unwind", resources: unwind },
];

/** Every resource that is known without being told. */
export const builtInCatalogue: Catalogue = {
  resources: families.flatMap(({ resources }) => resources),
};
