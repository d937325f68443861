import { Kysely, SqliteDialect, type SqliteDatabase } from "kysely";
import type { BindParams, Database } from "sql.js";
import { DataSource } from "typeorm";

/** A data source of TypeORM in memory, on sql.js. */
export async function openTypeorm(): Promise<DataSource> {
  return new DataSource({ type: "sqljs" }).initialize();
}

/** Kysely on sql.js, which its dialect sees in the shape of better-sqlite3. */
export function openKysely<Tables>(database: Database): Kysely<Tables> {
  const adapted: SqliteDatabase = {
    close: () => {
      database.close();
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      const rows = (parameters: readonly unknown[]): unknown[] => {
        const found: unknown[] = [];
        statement.bind(parameters as BindParams);
        while (statement.step()) found.push(statement.getAsObject());
        statement.reset();
        return found;
      };
      return {
        reader: statement.getColumnNames().length > 0,
        all: rows,
        iterate: (parameters) => rows(parameters).values(),
        run(parameters) {
          statement.run(parameters as BindParams);
          return { changes: database.getRowsModified(), lastInsertRowid: 0 };
        },
      };
    },
  };
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapted }) });
}
