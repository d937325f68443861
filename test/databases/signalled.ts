/** A promise, and what resolves it: by these, one body waits for another. */
export interface Signalled {
  readonly promise: Promise<void>;
  resolve(): void;
}

export function signalled(): Signalled {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve: () => resolve() };
}
