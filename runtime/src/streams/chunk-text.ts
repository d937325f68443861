import { isObject } from "../objects.js";
import { refuse } from "../refuse.js";
import type { Select, TextChunk } from "./source.js";

/** What every engine has for decoding, though the language itself does not name it. */
export interface Decoder {
  decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { readonly stream?: boolean }): string;
}

/** Lets text and bytes through; of anything else, the text has to be selected. */
export function textChunk(chunk: unknown, select: Select<never> | undefined): TextChunk {
  const found = select === undefined ? chunk : (select(chunk as never) ?? "");
  if (typeof found === "string" || isBytes(found)) return found;
  return select === undefined
    ? refuse(found, "is neither text nor bytes: tell by the option select where it has its text")
    : refuse(found, "is what select gave: give text, bytes, or undefined where there is neither");
}

export function isBytes(chunk: unknown): chunk is ArrayBuffer | ArrayBufferView {
  return isObject(chunk) && (ArrayBuffer.isView(chunk) || isArrayBuffer(chunk));
}

/** Also of another realm. */
function isArrayBuffer(chunk: object): chunk is ArrayBuffer {
  return Object.prototype.toString.call(chunk) === "[object ArrayBuffer]";
}
