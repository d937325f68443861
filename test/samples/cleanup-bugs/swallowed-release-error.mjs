/* Closing writes what was buffered, and nobody hears that it could not. */
import { Writer } from "./world.mjs";

export async function buggy() {
  const writer = new Writer();
  try {
    writer.write("report");
  } finally {
    await writer.close().catch(() => {});
  }
}

export async function corrected() {
  const writer = new Writer();
  try {
    writer.write("report");
  } finally {
    await writer.close();
  }
}
