type Level = "info" | "warn" | "error";

function write(level: Level, message: string, fields: Readonly<Record<string, unknown>>): void {
  const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
  process.stderr.write(`${line}\n`);
}

/** One JSON object a line, on standard error. */
export const log = {
  info: (message: string, fields = {}): void => {
    write("info", message, fields);
  },
  warn: (message: string, fields = {}): void => {
    write("warn", message, fields);
  },
  error: (message: string, error: unknown, fields = {}): void => {
    const reason = error instanceof Error ? error.message : String(error);
    write("error", message, { ...fields, reason });
  },
};
