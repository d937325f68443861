import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** Clients and sessions of MongoDB. */
export const mongodb: readonly Resource[] = [
  {
    noun: "MongoDB client",
    acquire: origins("mongodb", "MongoClient"),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    // Every operation connects where nothing has.
    dormantUntil: ["connect", "db", "startSession", "watch"],
    oftenKept: true,
    fluent: [...emitterMethods, "connect"],
  },
  {
    noun: "MongoDB client",
    acquire: origins("mongodb", "MongoClient.connect"),
    type: { module: "mongodb", name: "MongoClient" },
    async: true,
    callbackForm: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "MongoDB session",
    acquire: origins("mongodb", "MongoClient#startSession"),
    async: false,
    release: [asyncMethod("endSession")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "MongoDB session",
    acquire: origins(
      "mongoose",
      "startSession",
      "Mongoose#startSession",
      "Connection#startSession",
    ),
    async: true,
    release: [asyncMethod("endSession")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "MongoDB connection",
    acquire: origins("mongoose", "createConnection", "Mongoose#createConnection"),
    async: false,
    release: [asyncMethod("close"), asyncMethod("destroy")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    fluent: [...emitterMethods, "asPromise"],
  },
  {
    noun: "MongoDB test server",
    acquire: origins(
      ["mongodb-memory-server", "mongodb-memory-server-core"],
      "MongoMemoryServer.create",
      "MongoMemoryReplSet.create",
    ),
    async: true,
    release: [asyncMethod("stop")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "upload stream",
    acquire: origins(
      "mongodb",
      "GridFSBucket#openUploadStream",
      "GridFSBucket#openUploadStreamWithId",
    ),
    async: false,
    // What was written is kept by `end` and thrown away by `abort`.
    release: [
      asyncMethod("abort"),
      method("destroy"),
      { kind: "method", name: "end", async: false, commits: true },
    ],
    idempotentRelease: false,
    value: "object",
    releasingEvents: ["close", "finish"],
    fluent: emitterMethods,
  },
  {
    noun: "change stream",
    acquire: origins("mongodb", "MongoClient#watch", "Db#watch", "Collection#watch"),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    releasedByIteration: true,
    releasedWithGiver: true,
    fluent: emitterMethods,
  },
];
