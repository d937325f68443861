import { type AcquisitionForm, type Observer, setObserver } from "../observe.js";
import { Held, link, moveOwner, ownerOf } from "./held.js";

/** Somebody who is told of acquisitions through unwind. */
export interface Listener {
  /** Before the acquisition; may throw, which makes it fail. */
  acquiring?(held: Held): void;
  /** It succeeded; may throw, as if the next statement had. */
  acquired?(held: Held): void;
  /** It was released; where that did not fail, what this throws counts as thrown by the release. */
  released?(held: Held, failed: boolean): void;
  /** A promise that unwind awaits was fulfilled; may throw, as if it had been rejected. */
  awaited?(): void;
}

/** Those who only look, before those who make things fail. */
let listeners: readonly Listener[] = [];

const observer: Observer = {
  acquiring(form: AcquisitionForm, subject: unknown, stack: object | undefined) {
    const held = new Held(form, subject, stack && ownerOf(stack));
    for (const listener of listeners) listener.acquiring?.(held);
    return held;
  },
  acquired(hold) {
    for (const listener of listeners) listener.acquired?.(hold as Held);
  },
  released(hold, failed) {
    for (const listener of listeners) listener.released?.(hold as Held, failed);
  },
  awaited() {
    for (const listener of listeners) listener.awaited?.();
  },
  moved: moveOwner,
  linked: link,
};

/** Whether anybody is told at all. */
export function isObserved(): boolean {
  return listeners.length > 0;
}

/**
 * Has a listener told of all acquisitions from now on; the runtime pays for it only while there is
 * one.
 *
 * @param options.last - Whether it hears last: what makes things fail must not keep others from
 *   hearing.
 * @returns Ends it.
 */
export function listen(listener: Listener, { last = false } = {}): () => void {
  // Setting it again would forget what it holds.
  if (listeners.length === 0) setObserver(observer);
  listeners = last ? [...listeners, listener] : [listener, ...listeners];
  return () => {
    listeners = listeners.filter((one) => one !== listener);
    if (listeners.length === 0) setObserver(undefined);
  };
}
