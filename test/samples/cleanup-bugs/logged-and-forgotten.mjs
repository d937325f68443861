/* The failure is written down, and the caller goes on as if nothing had been. */
import { files } from "./world.mjs";

const log = [];

export async function buggy() {
  try {
    const file = await files.open();
    await file.close();
    return true;
  } catch (error) {
    log.push(`could not check the file: ${error.message}`);
    return undefined;
  }
}

export async function corrected() {
  try {
    const file = await files.open();
    await file.close();
    return true;
  } catch (error) {
    throw new Error("could not check the file", { cause: error });
  }
}
