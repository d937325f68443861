import { EventEmitter } from "node:events";

import type { Ledger } from "./ledger.js";

/** Node's emitters, as far as programs and the runtime's disposers ask: they end later than asked. */

/** What `createWriteStream` gives: `end` only begins its end. */
export function writeStream(label: string, ledger: Ledger): object {
  const close = (finished: boolean): void => {
    void ledger.later(() => {
      stream.writableFinished = finished;
      if (finished) stream.emit("finish");
      stream.destroyed = true;
      stream.closed = true;
      stream.emit("close");
    });
  };
  const stream = Object.assign(new EventEmitter(), {
    destroyed: false,
    closed: false,
    writableEnded: false,
    writableFinished: false,
    _writableState: { autoDestroy: true, emitClose: true },
    write: (text: string) => ledger.note(`write ${text}`, stream),
    end: () => {
      if (stream.writableEnded) return;
      stream.writableEnded = true;
      // It ends, whatever its end tells.
      close(true);
      ledger.release(stream, "end");
    },
    destroy: () => {
      if (stream.destroyed) return;
      stream.destroyed = true;
      close(false);
      ledger.release(stream, "destroy");
    },
  });
  return ledger.acquired(label, stream, true);
}

/** What `createServer` gives: it holds nothing until it listens. */
export function server(label: string, ledger: Ledger): object {
  const listener = Object.assign(new EventEmitter(), {
    listening: false,
    getConnections: (tell: (error: null, count: number) => void) => tell(null, 0),
    listen: () => {
      ledger.acquired(label, listener, true);
      listener.listening = true;
    },
    address: () => ledger.note("address", listener),
    close: (closed?: () => void) => {
      if (!listener.listening) return;
      listener.listening = false;
      void ledger.later(() => {
        listener.emit("close");
        closed?.();
      });
      ledger.release(listener);
    },
  });
  return listener;
}

/** What `spawn` gives: it exits some time after it was told to. */
export function childProcess(label: string, ledger: Ledger): object {
  const child = Object.assign(new EventEmitter(), {
    pid: 1,
    exitCode: null,
    signalCode: null as string | null,
    killed: false,
    stdio: [],
    spawnfile: label,
    stdin: { write: (text: string) => ledger.note(`write ${text}`, child) },
    kill: () => {
      if (child.killed) return false;
      child.killed = true;
      void ledger.later(() => {
        child.signalCode = "SIGTERM";
        child.emit("exit");
        child.emit("close");
      });
      ledger.release(child);
      return true;
    },
  });
  return ledger.acquired(label, child, true);
}
