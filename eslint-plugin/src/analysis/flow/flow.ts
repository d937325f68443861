import type { TSESTree } from "@typescript-eslint/types";

import type { Condition, ControlFlowGraph, Edge, Point } from "./control-flow-graph.js";
import type { RunningCode } from "../code/syntax.js";

/** Edges that wait for the point that comes next. */
export type Fringe = readonly { readonly from: Point; readonly condition?: Condition }[];

/** A way to leave a statement other than by its end. */
export type Jump =
  | { readonly kind: "return" | "throw" }
  | { readonly kind: "break" | "continue"; readonly label: string | undefined };

/** What encloses the code being built, innermost first, as far as jumps care. */
export type Frame =
  | { readonly kind: "catch"; readonly target: Point }
  | {
      readonly kind: "finally";
      readonly node: TSESTree.Node;
      /** The block's entries, by the jump that runs through it. */
      readonly copies: Map<string, Point>;
      readonly body: () => void;
    }
  | {
      readonly kind: "jump";
      readonly labels: readonly string[];
      readonly breakTo: Point;
      readonly continueTo?: Point;
      /** Whether a `break` without a label ends it: loops and `switch`, not labelled blocks. */
      readonly anonymousBreak: boolean;
    };

interface Nested {
  readonly frame: Frame;
  readonly outer: Nested | undefined;
}

/** Past this many points a function is machine-made, and its graph costs more than it tells. */
const maximumPoints = 200_000;

/** A control-flow graph while it is built: where control stands, and what encloses it. */
export class Flow implements ControlFlowGraph {
  readonly entry: Point;
  readonly returned: Point;
  readonly threw: Point;
  fringe: Fringe;
  #enclosing: Nested | undefined;
  readonly #points = new Map<TSESTree.Node, Point[]>();
  readonly #heads = new Map<TSESTree.Node, Point>();
  #count = 0;

  constructor(func: RunningCode) {
    this.entry = this.newJoin(func);
    this.returned = { kind: "return", node: func, edges: [] };
    this.threw = { kind: "throw", node: func, edges: [] };
    this.fringe = [{ from: this.entry }];
  }

  pointsOf(node: TSESTree.Node): readonly Point[] {
    return this.#points.get(node) ?? [];
  }

  headOf(loop: TSESTree.Node): Point | undefined {
    return this.#heads.get(loop);
  }

  /** The point to which control comes back after each round of a loop. */
  newHead(loop: TSESTree.Node): Point {
    const head = this.newJoin(loop);
    // In a `finally` block, which has a copy for each way into it, any copy stands for all.
    if (!this.#heads.has(loop)) this.#heads.set(loop, head);
    return head;
  }

  /** A point that merges edges and stands for nothing by itself. */
  newJoin(node: TSESTree.Node): Point {
    return this.#newPoint("join", node);
  }

  #newPoint(kind: "join" | "node", node: TSESTree.Node): Point {
    this.#count += 1;
    if (this.#count > maximumPoints) throw new RangeError("function too large to analyse");
    return { kind, node, edges: [] };
  }

  /** Control reaches the evaluation of a node, and goes on behind it. */
  at(node: TSESTree.Node): Point {
    const point = this.#newPoint("node", node);
    const known = this.#points.get(node);
    if (known) known.push(point);
    else this.#points.set(node, [point]);
    this.join(point);
    this.fringe = [{ from: point }];
    return point;
  }

  /** Every waiting edge leads to the point. The fringe stays as it is. */
  join(point: Point): void {
    for (const { from, condition } of this.fringe) connect(from, point, "normal", condition);
  }

  /** The points at which control stands may throw. */
  mayThrow(): void {
    this.#leaveFromFringe("throw", { kind: "throw" });
  }

  /** The consumer may leave the generator at the points at which control stands. */
  mayStop(): void {
    this.#leaveFromFringe("stop", { kind: "return" });
  }

  #leaveFromFringe(kind: "throw" | "stop", jump: Jump): void {
    const sources = this.fringe;
    const target = this.#route(this.#enclosing, jump);
    if (target) for (const { from } of sources) connect(from, target, kind);
  }

  /** Control leaves by a jump; what follows is reached only otherwise. */
  leave(jump: Jump): void {
    const target = this.#route(this.#enclosing, jump);
    if (target) this.join(target);
    this.fringe = [];
  }

  /** Builds code that the frame encloses. */
  within(frame: Frame, build: () => void): void {
    const outer = this.#enclosing;
    this.#enclosing = { frame, outer };
    build();
    this.#enclosing = outer;
  }

  /** Where a jump lands: its target, or the innermost `finally` block on its way there. */
  #route(from: Nested | undefined, jump: Jump): Point | undefined {
    for (let at = from; at; at = at.outer) {
      const { frame } = at;
      if (frame.kind === "finally") return this.#through(frame, at.outer, jump);
      if (frame.kind === "catch" && jump.kind === "throw") return frame.target;
      if (frame.kind === "jump") {
        const target = landing(frame, jump);
        if (target) return target;
      }
    }
    if (jump.kind === "return") return this.returned;
    return jump.kind === "throw" ? this.threw : undefined;
  }

  /** The entry of the copy of a `finally` block that a jump runs through. */
  #through(
    frame: Extract<Frame, { kind: "finally" }>,
    outer: Nested | undefined,
    jump: Jump,
  ): Point {
    const key = "label" in jump ? `${jump.kind} ${jump.label ?? ""}` : jump.kind;
    const known = frame.copies.get(key);
    if (known) return known;
    const entry = this.newJoin(frame.node);
    frame.copies.set(key, entry);
    const { fringe } = this;
    const enclosing = this.#enclosing;
    this.fringe = [{ from: entry }];
    this.#enclosing = outer;
    frame.body();
    const target = this.#route(outer, jump);
    if (target) this.join(target);
    this.fringe = fringe;
    this.#enclosing = enclosing;
    return entry;
  }
}

function landing(frame: Extract<Frame, { kind: "jump" }>, jump: Jump): Point | undefined {
  if (!("label" in jump)) return undefined;
  if (jump.label !== undefined && !frame.labels.includes(jump.label)) return undefined;
  if (jump.kind === "continue") return frame.continueTo;
  return jump.label !== undefined || frame.anonymousBreak ? frame.breakTo : undefined;
}

function connect(from: Point, to: Point, kind: Edge["kind"], condition?: Condition): void {
  from.edges.push(condition ? { to, kind, condition } : { to, kind });
}
