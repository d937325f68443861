import { type SplitChunk, splitChunksIn } from "../analysis/text/split-chunks.js";
import { decodeAsStream, wholeCharacters } from "../rewrites/whole-characters.js";
import { streamConsumers } from "../rewrites/stream-consumers.js";
import { type CheckedFile, defineCheck, type Report } from "./check.js";

/** Finds bytes of which text is made chunk by chunk. */
export const noSplitCharacters = defineCheck<"split" | "padded", object>({
  name: "no-split-characters",
  preset: "strict",
  description: "Disallow making text of bytes chunk by chunk, which breaks characters",
  messages: {
    split:
      "`{{decoding}}` makes text of each chunk by itself: a character that two chunks share becomes U+FFFD (�) in `{{name}}`.",
    padded:
      "`{{decoding}}` encodes each chunk by itself: where its length is no multiple of three, padding gets into the middle of `{{name}}`.",
  },
  schema: { type: "object", properties: {}, additionalProperties: false },
  defaultOptions: {},
  *run(file) {
    for (const split of splitChunksIn(file)) yield reportOn(file, split);
  },
});

function reportOn(file: CheckedFile, split: SplitChunk): Report<"split" | "padded"> {
  const { kind, accumulator, growth } = split;
  const { decoding } = split;
  const text = decoding.type === "Identifier" ? growth.node : decoding;
  return {
    messageId: kind === "padded" ? "padded" : "split",
    data: {
      name: accumulator.name,
      decoding: file.text
        .slice(...text.range)
        .replace(/\s+/g, " ")
        .slice(0, 60),
    },
    place: decoding.type === "Identifier" ? growth.node : decoding,
    path: [],
    rewrites: [
      streamConsumers(split, file),
      decodeAsStream(split, file),
      wholeCharacters(split, file),
    ].filter((rewrite) => rewrite !== undefined),
  };
}
