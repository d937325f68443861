/* The loop that releases ends with the first release that fails. */
import { AsyncExitStack } from "unwind";

import { Writer } from "./world.mjs";

const close = (writer) => writer.close();

export async function buggy() {
  const writers = [new Writer(), new Writer(), new Writer()];
  try {
    for (const writer of writers) writer.write("line");
  } finally {
    for (const writer of writers) await close(writer);
  }
}

export async function corrected() {
  const stack = new AsyncExitStack();
  const writers = [];
  try {
    for (let count = 0; count < 3; count++) writers.push(stack.adopt(new Writer(), close));
    for (const writer of writers) writer.write("line");
  } finally {
    await stack.disposeAsync();
  }
}
