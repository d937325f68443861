import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * When a connection is to be lost: before the server gets a statement, or after it has executed it and
 * before its answer arrives.
 */
export interface Fault {
  readonly statement: string;
  readonly when: "before" | "after";
}

/** Stands between a driver and a real server, on 127.0.0.1, and cuts connections at a statement. */
export interface Proxy {
  readonly port: number;
  /** The next connection that says this statement is lost; undefined for none. */
  fault: Fault | undefined;
  close(): Promise<void>;
}

export async function startProxy(serverPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // Cutting is what it is for; the other end learns of it by the close.
      socket.on("error", () => {});
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let withheld = false;
    client.on("data", (data) => {
      const { fault } = proxy;
      if (fault !== undefined && data.includes(fault.statement)) {
        proxy.fault = undefined;
        if (fault.when === "before") return void client.destroy();
        withheld = true;
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (withheld) client.destroy();
      else client.write(data);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const proxy: Proxy = {
    port: typeof address === "object" && address !== null ? address.port : 0,
    fault: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
