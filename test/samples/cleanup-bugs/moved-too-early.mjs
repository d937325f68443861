/* The resources are handed over before the last step that can fail, so nobody has them when it does. */
import { AsyncExitStack } from "unwind";
import { operation } from "unwind/testing";

import { files } from "./world.mjs";

const handshake = (file) => operation("handshake", async () => file.fd);

const using = async (openSession) => {
  const session = await openSession();
  await session.disposeAsync();
};

export const buggy = () =>
  using(async () => {
    const stack = new AsyncExitStack();
    try {
      const file = stack.adopt(await files.open(), (one) => one.close());
      const session = stack.move();
      await handshake(file);
      return session;
    } finally {
      await stack.disposeAsync();
    }
  });

export const corrected = () =>
  using(async () => {
    const stack = new AsyncExitStack();
    try {
      const file = stack.adopt(await files.open(), (one) => one.close());
      await handshake(file);
      return stack.move();
    } finally {
      await stack.disposeAsync();
    }
  });
