import { readFileSync } from "node:fs";

/** The package's version. Read as a file: not every supported Node imports JSON without a warning. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  }
).version;
