/** Work whose result is kept for as long as what it is about, so that it is done once. */
export function keptFor<About extends object, Result>(
  work: (about: About) => Result,
): (about: About) => Result {
  const known = new WeakMap<About, { readonly result: Result }>();
  return (about) => {
    const kept = known.get(about) ?? { result: work(about) };
    known.set(about, kept);
    return kept.result;
  };
}

/** The result for a key, worked out where there is none yet. */
export function keptIn<Key, Result>(
  results: { get(key: Key): Result | undefined; set(key: Key, result: Result): unknown },
  key: Key,
  work: () => Result,
): Result {
  const known = results.get(key);
  if (known !== undefined) return known;
  const result = work();
  results.set(key, result);
  return result;
}
