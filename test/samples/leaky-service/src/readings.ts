/** One line of an uploaded file. */
export interface Reading {
  readonly meter: string;
  readonly takenAt: Date;
  readonly kilowattHours: number;
}

/** The totals of one meter over one day. */
export interface DailyTotal {
  readonly meter: string;
  readonly day: string;
  readonly kilowattHours: number;
}

export const header = "meter;taken_at;kwh";

/**
 * Parses a whole CSV file.
 *
 * @throws SyntaxError which names the first line that is not a reading.
 */
export function parseReadings(text: string): Reading[] {
  const [first, ...lines] = text.trimEnd().split("\n");
  if (first?.trim() !== header) throw new SyntaxError(`line 1: expected "${header}"`);
  return lines.map((line, index) => parseReading(line, index + 2));
}

function parseReading(line: string, number: number): Reading {
  const [meter = "", takenAt = "", kwh = ""] = line.trim().split(";");
  const reading = { meter, takenAt: new Date(takenAt), kilowattHours: Number(kwh) };
  if (meter === "" || Number.isNaN(reading.takenAt.getTime()) || Number.isNaN(Number(kwh))) {
    throw new SyntaxError(`line ${String(number)}: "${line}" is no reading`);
  }
  return reading;
}

/** Renders totals as the CSV that the reports consist of. */
export function formatTotals(totals: readonly DailyTotal[]): string {
  const lines = totals.map((total) =>
    [total.meter, total.day, total.kilowattHours.toFixed(3)].join(";"),
  );
  return ["meter;day;kwh", ...lines, ""].join("\n");
}
