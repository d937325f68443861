import type { TSESTree } from "@typescript-eslint/types";

import type { Acquisition } from "../created/acquisitions.js";
import type { Construction } from "../held/construction.js";
import type { ControlFlowGraph } from "../flow/control-flow-graph.js";
import type { Facts } from "./facts.js";
import type { Ownership } from "../uses/ownership.js";
import type { Provenance } from "../code/provenance.js";
import type { ThrowPoints } from "../flow/throw-points.js";

/** Whether a resource is lost on some path, with all that is known of it. */
export interface LifetimeQuestion {
  readonly acquisition: Acquisition;
  readonly ownership: Ownership;
  readonly graph: ControlFlowGraph;
  readonly provenance: Provenance;
  readonly throwPoints: ThrowPoints;
  readonly facts: Facts;
  /** From where on the resource is held: the nodes whose evaluation brings it. */
  readonly starts: readonly TSESTree.Node[];
  /** Which ways out lose it: what the object of a constructor has, only an exception loses. */
  readonly losing: "all" | "threw";
  /** Whether an exception that leaves the function ends the process, and the resource with it. */
  readonly failsWithProcess: boolean;
  /** Methods of the object under construction: their failure is the resource's if they use it. */
  readonly construction?: Construction;
}

/**
 * Which exceptions a path may take: none; those that a reader expects, of I/O and of explicit
 * `throw`; or those of every call that may fail.
 */
export type Throws = "none" | "expected" | "all";
