/** A host that sends readings or mirrors one that does. */
export interface Upstream {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface Config {
  readonly databaseUrl: string;
  /** The folder into which meters upload their CSV files. */
  readonly inbox: string;
  readonly archive: string;
  readonly reports: string;
  readonly journal: string;
  readonly upstreams: readonly Upstream[];
  /** Milliseconds between two looks into the inbox. */
  readonly pollMs: number;
  readonly dryRun: boolean;
}

/**
 * Reads the configuration from the environment.
 *
 * @throws Error where a required variable is missing or malformed.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const data = env["DATA_DIR"] ?? "/var/lib/readings";
  return {
    databaseUrl: required(env, "DATABASE_URL"),
    inbox: env["INBOX_DIR"] ?? `${data}/inbox`,
    archive: env["ARCHIVE_DIR"] ?? `${data}/archive`,
    reports: env["REPORT_DIR"] ?? `${data}/reports`,
    journal: env["JOURNAL"] ?? `${data}/journal.log`,
    upstreams: parseUpstreams(env["UPSTREAMS"] ?? ""),
    pollMs: Number(env["POLL_MS"] ?? 5000),
    dryRun: env["DRY_RUN"] === "1",
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

/** Parses `north=10.0.0.4:7000,south=10.0.0.5:7000`. */
function parseUpstreams(text: string): Upstream[] {
  const upstreams: Upstream[] = [];
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const match = /^\s*([\w-]+)=([^:]+):(\d+)\s*$/.exec(part);
    if (!match) throw new Error(`UPSTREAMS: cannot read "${part}"`);
    const [, name = "", host = "", port = ""] = match;
    upstreams.push({ name, host, port: Number(port) });
  }
  return upstreams;
}
