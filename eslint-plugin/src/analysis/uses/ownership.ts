import type { Variable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Resource } from "../../resources/catalogue.js";
import type { TypeSource } from "../../types/type-source.js";
import type { Holder } from "../held/holders.js";
import type { Provenance } from "../code/provenance.js";
import type { FunctionNode } from "../code/syntax.js";
import { Tracker } from "./tracker.js";

/** What one use of a resource means for who must release it. */
export type Effect =
  /** It is released. */
  | "release"
  /** Another takes over the duty to release it, or may take it over. */
  | "handOver"
  /** The variable that holds it is assigned anew. */
  | "overwrite"
  /** It is used, and the duty stays. */
  | "borrow";

/** One use of a resource, where it happens. */
export interface Use {
  readonly effect: Effect;
  /** The node whose evaluation has the effect. */
  readonly at: TSESTree.Node;
  /** The identifier by which the resource is named. */
  readonly reference: TSESTree.Node;
  /** Whether the use stands in a function that is created inside the one that acquires. */
  readonly inClosure: boolean;
  /** What it does when that function runs. */
  readonly inside?: Effect;
}

/** What holds a resource, with all that happens to it. */
export interface Ownership {
  /** What a reader calls it: the variable's name, `this.field`. */
  readonly name: string;
  /** The variable that it was put into first, if one was. */
  readonly variable?: Variable;
  /** All that hold the same resource, the first one included. */
  readonly holders: readonly Holder[];
  readonly uses: readonly Use[];
}

export interface OwnershipContext {
  readonly provenance: Provenance;
  readonly types: TypeSource;
}

/** Follows a resource from what holds it first, within one function and what it creates. */
export function ownershipOf(
  holder: Holder,
  resource: Resource,
  func: FunctionNode | TSESTree.Program,
  context: OwnershipContext,
): Ownership {
  return new Tracker(resource, func, context).track(holder);
}
