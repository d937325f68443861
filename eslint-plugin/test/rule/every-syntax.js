import fs, { promises as files, openSync as open } from "node:fs";
import * as net from "node:net";
export * from "node:path";
export * as url from "node:url";
export { files, fs as "any name" };

label: for (let i = 0, j = 1; i < 10; i++, j **= 2) {
  if (i === 3) continue label;
  else if (i > 5) break label;
  do i++;
  while (i < 2);
  while (false);
}

export class Holder extends class {} {
  static #count = 0;
  static {
    Holder.#count++;
  }
  #socket = net.connect(80);
  handle;
  [`computed${1}`] = open("a", "r");
  get socket() {
    return this.#socket;
  }
  set socket(value) {
    this.#socket = value;
  }
  constructor(...rest) {
    super(...rest);
    this.handle = new.target;
  }
  async *lines(path = "a", { flags = "r", ...others } = {}) {
    const handle = await files.open(path, flags);
    try {
      for await (const line of handle.readLines()) yield line;
      yield* [others, #socket in this];
    } catch {
      return;
    } finally {
      await handle?.close?.();
    }
  }
}

export const arrow = async ([first, , third = 3, ...more] = []) => ({
  first,
  third,
  ...more,
  async method() {
    const descriptor = open("a", "r");
    switch (descriptor) {
      case 1:
      case 2: {
        return fs.readSync(descriptor, Buffer.alloc(1));
      }
      default:
        throw new Error(`no ${descriptor}`, { cause: import.meta.url });
    }
  },
  *generator() {
    yield;
  },
});

export default function outer() {
  var a = (1, 2),
    b = a ? (a ??= 1) : (a ||= 2);
  debugger;
  (delete a.b, void 0, typeof b, -a, +b, ~a, !b, a++, --b);
  a &&= b >>> 1;
  [a, b] = [b, a];
  ({ a, b: [b] = [] } = { a, b });
  const socket = net.createConnection({ port: 1 }, () => socket.end());
  socket.on("error", function named() {
    return named;
  });
  tag`with ${a} and ${`nested ${b}`}`;
  /re[g]ex/giu.test(a?.b?.[0]?.(1n));
  import("node:fs").then(({ openSync }) => openSync("a"));
  function tag() {
    try {
      return open("b", "r");
    } finally {
      for (const key in { a }) if (key) break;
    }
  }
  {
    const handle = open("c", "r");
    fs.closeSync(handle);
  }
  return;
}
