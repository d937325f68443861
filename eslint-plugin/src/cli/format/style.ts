import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Styles a text for the terminal. */
export type Style = (format: Format, text: string) => string;

export function createStyle(colour: boolean): Style {
  if (!colour) return (_, text) => text;
  // Later versions of Node would decide about the colour by themselves, and by another stream.
  return (format, text) => styleText(format, text, { validateStream: false });
}

/** Whether a stream is to be coloured: a terminal that can, or whatever the environment says. */
export function wantsColour(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, FORCE_COLOR } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY && stream.hasColors();
}

/** A text that cannot move the cursor or do anything else to a terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what must not get through
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "\uFFFD");
}
