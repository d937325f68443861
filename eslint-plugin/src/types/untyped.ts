import type { TypeSource } from "./type-source.js";

/** Knows no types: what a check asks, it answers with "unknown". */
export const untyped: TypeSource = {};
