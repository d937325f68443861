import { releasingScopes, type ScopeRelease } from "../analysis/scopes/scope-releases.js";
import type { CheckedFile } from "../checks/check.js";

/** A block that releases something when it is left. Plain data. */
export interface ScopeEnd {
  /** UTF-16 offset behind the block. */
  readonly end: number;
  /** From 1. */
  readonly line: number;
  /** Whether it releases at the end of each round of a loop. */
  readonly eachRound: boolean;
  /** In the order in which they are released. */
  readonly releases: readonly Released[];
  /** The declarations of stacks whose contents are among the releases. */
  readonly stacks: readonly Pick<Released, "name" | "range">[];
}

export interface Released extends Omit<ScopeRelease, "moved"> {
  /** The line, from 1, on which its stack may hand everything on. */
  readonly movedAt: number | undefined;
}

/** What the blocks of a file release at their ends, by `using` and by stacks. */
export function scopeEnds(file: CheckedFile): ScopeEnd[] {
  return releasingScopes(file).map(({ node, eachRound, releases, stacks }) => ({
    end: node.range[1],
    line: node.loc.end.line,
    eachRound,
    releases: releases.map(({ moved, ...release }) => ({
      ...release,
      movedAt: moved?.loc.start.line,
    })),
    stacks: stacks.map(({ name, range }) => ({ name, range })),
  }));
}
