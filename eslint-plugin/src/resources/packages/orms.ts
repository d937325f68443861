import type { Resource } from "../catalogue.js";
import { asyncMethod, commit, origins } from "../entries.js";

const mikroOrm = [
  "core",
  "postgresql",
  "mysql",
  "mariadb",
  "sqlite",
  "better-sqlite",
  "libsql",
  "mssql",
  "mongodb",
];

/** Query builders and object-relational mappers, and their transactions. */
export const orms: readonly Resource[] = [
  {
    noun: "connection pool",
    acquire: origins("knex", "", "default", "knex"),
    type: { module: "knex", name: "Knex" },
    async: false,
    release: [asyncMethod("destroy")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "transaction",
    acquire: origins("knex", "Knex#transaction"),
    async: true,
    callbackForm: true,
    release: [asyncMethod("rollback"), commit("commit")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "connection pool",
    acquire: origins("kysely", "Kysely"),
    async: false,
    release: [asyncMethod("destroy")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "connection pool",
    acquire: [
      ...origins("sequelize", "", "default", "Sequelize"),
      ...origins(["sequelize-typescript", "@sequelize/core"], "Sequelize"),
    ],
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "transaction",
    acquire: [
      ...origins("sequelize", "Sequelize#transaction", "default#transaction"),
      ...origins("sequelize-typescript", "Sequelize#transaction"),
      ...origins(
        "@sequelize/core",
        "Sequelize#startUnmanagedTransaction",
        "SequelizeTypeScript#startUnmanagedTransaction",
      ),
    ],
    async: true,
    callbackForm: true,
    release: [asyncMethod("rollback"), commit("commit")],
    // "Transaction cannot be rolled back because it has been finished with state: commit"
    idempotentRelease: false,
    value: "object",
  },
  {
    noun: "database client",
    acquire: origins("@prisma/client", "PrismaClient"),
    async: false,
    release: [asyncMethod("$disconnect")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "database client",
    acquire: origins(
      mikroOrm.map((name) => `@mikro-orm/${name}`),
      "MikroORM.init",
    ),
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "connection pool",
    acquire: origins("slonik", "createPool"),
    async: true,
    release: [asyncMethod("end")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
];
