/**
 * What a promise rejects with.
 *
 * @param otherwise - What to give where it does not; without it, that is an error.
 */
export async function rejection(
  promise: PromiseLike<unknown>,
  ...otherwise: readonly [unknown?]
): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  if (otherwise.length === 0) throw new Error("The promise was expected to reject");
  return otherwise[0];
}
