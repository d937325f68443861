// For its types: what is disposable here has to be so with any `lib`.
import "../symbols.js";

export { accumulate, type Accumulated, type Accumulation } from "./accumulate.js";
export { decodeText } from "./decode-text.js";
export type {
  Select,
  SelectOptions,
  Source,
  TextChunk,
  WebStream,
  WebStreamReader,
  WithBody,
} from "./source.js";
export type { StreamIterator, StreamOutcome } from "./source-iterator.js";
export { StreamingResult } from "./streaming-result.js";
export { TextAccumulator } from "./text-accumulator.js";
export type { DecodeOptions } from "./text-decoding.js";
export {
  type EndedStreamMetrics,
  type MeasuredStream,
  type MetricsOptions,
  type StreamMetrics,
  withMetrics,
} from "./with-metrics.js";
