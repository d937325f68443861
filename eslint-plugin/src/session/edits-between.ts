import { diffLines } from "diff";

import type { Edit } from "../rewrites/edit.js";

/** What turns one text into another, by lines. */
export function editsBetween(before: string, after: string): Edit[] {
  const edits: Edit[] = [];
  let offset = 0;
  for (const { added, removed, value } of diffLines(before, after)) {
    const last = edits.at(-1);
    const end = removed ? offset + value.length : offset;
    if (!added && !removed) offset += value.length;
    else if (last?.range[1] === offset) {
      edits[edits.length - 1] = {
        range: [last.range[0], end],
        text: last.text + (added ? value : ""),
      };
    } else edits.push({ range: [offset, end], text: added ? value : "" });
    offset = Math.max(offset, end);
  }
  return edits;
}
