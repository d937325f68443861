/** The index of the first element for which something holds, which then holds for all behind it. */
export function firstWhere<Element>(
  elements: readonly Element[],
  holds: (element: Element) => boolean,
): number {
  let low = 0;
  for (let high = elements.length; low < high;) {
    const middle = (low + high) >> 1;
    if (holds(elements[middle] as Element)) high = middle;
    else low = middle + 1;
  }
  return low;
}
