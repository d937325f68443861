/* When the second one cannot be opened, the `finally` fails on it before it comes to the first. */
import { files } from "./world.mjs";

export async function buggy() {
  let source;
  let target;
  try {
    source = await files.open();
    target = await files.open();
    return source.fd !== target.fd;
  } finally {
    await target.close();
    await source.close();
  }
}

export async function corrected() {
  const source = await files.open();
  try {
    const target = await files.open();
    try {
      return source.fd !== target.fd;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
