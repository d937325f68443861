import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** Clients of Redis. */
export const redis: readonly Resource[] = [
  {
    noun: "Redis connection",
    // `lazyConnect` apart, the constructor connects.
    acquire: [
      ...origins("ioredis", "", "default", "Redis", "Cluster"),
      ...origins("ioredis", "Redis#duplicate", "Cluster#duplicate", "default#duplicate"),
    ],
    type: { module: "ioredis", name: "Redis" },
    async: false,
    // The first sends what is still pending.
    release: [asyncMethod("quit"), method("disconnect"), method("end")],
    // After a `quit`, another rejects: "Connection is closed."
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "Redis connection",
    acquire: [
      ...origins(
        ["redis", "@redis/client"],
        "createClient",
        "createClientPool",
        "createCluster",
        "createSentinel",
      ),
      ...origins(["redis", "@redis/client"], "RedisClientType#duplicate", "RedisClient#duplicate"),
    ],
    type: { module: "redis", name: "RedisClientType" },
    async: false,
    release: [
      asyncMethod("close"),
      method("destroy"),
      asyncMethod("quit"),
      asyncMethod("disconnect"),
    ],
    // Closing a closed client throws ClientClosedError.
    idempotentRelease: false,
    value: "object",
    dormantUntil: ["connect"],
    oftenKept: true,
    fluent: [...emitterMethods, "connect"],
  },
];
