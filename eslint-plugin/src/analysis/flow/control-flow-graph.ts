import type { TSESTree } from "@typescript-eslint/types";

/** What must hold for an edge to be taken. */
export interface Condition {
  readonly test: TSESTree.Node;
  readonly outcome: "truthy" | "falsy" | "nullish" | "present";
}

export interface Edge {
  readonly to: Point;
  /**
   * `throw`: the point threw. `stop`: the consumer of a generator left it at a `yield`. All others
   * are `normal`.
   */
  readonly kind: "normal" | "throw" | "stop";
  readonly condition?: Condition;
}

/**
 * A moment of a function's run: the evaluation of one node. Code in a `finally` block has a point
 * for each way in which the block is entered.
 */
export interface Point {
  /** `return` and `throw` are the two ways out of the function; `join` only merges edges. */
  readonly kind: "node" | "join" | "return" | "throw";
  readonly node: TSESTree.Node;
  readonly edges: Edge[];
}

/** The control flow of one function, or of a module's own code. */
export interface ControlFlowGraph {
  readonly entry: Point;
  /** The function has returned. */
  readonly returned: Point;
  /** An exception has left the function. */
  readonly threw: Point;
  /** The points at which a node is evaluated; empty for nodes that have none of their own. */
  pointsOf(node: TSESTree.Node): readonly Point[];
  /** The point at which each round of a loop begins; undefined for loops that are never reached. */
  headOf(loop: TSESTree.Node): Point | undefined;
}
