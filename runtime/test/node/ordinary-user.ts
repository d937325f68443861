/** `nobody` on most systems; any will do that is not root. */
const someone = 65_534;

/** Runs a body as an ordinary user: root is allowed everything, so nothing would fail. */
export async function asOrdinaryUser<R>(body: () => R): Promise<Awaited<R>> {
  if (process.geteuid?.() !== 0) return await body();
  process.seteuid?.(someone);
  try {
    return await body();
  } finally {
    process.seteuid?.(0);
  }
}
