import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

import type { Catalogue } from "../resources/catalogue.js";
import type { TypeSource } from "../types/type-source.js";
import { type AcquiredValue, type Acquisition, findAcquisitions } from "./created/acquisitions.js";
import { buildControlFlow } from "./flow/build-control-flow.js";
import type { ControlFlowGraph } from "./flow/control-flow-graph.js";
import { Provenance } from "./code/provenance.js";
import type { RunningCode } from "./code/syntax.js";
import { ThrowPoints } from "./flow/throw-points.js";

export interface AnalysedFile {
  readonly ast: TSESTree.Program;
  readonly scopes: ScopeManager;
  readonly types: TypeSource;
  readonly catalogue: Catalogue;
}

/** What all questions about one file build on; each part is made when it is first asked for. */
export class FileAnalysis {
  readonly provenance: Provenance;
  readonly throwPoints: ThrowPoints;
  readonly #file: AnalysedFile;
  readonly #graphs = new Map<RunningCode, ControlFlowGraph | undefined>();
  readonly #results = new Map<string, unknown>();

  constructor(file: AnalysedFile) {
    this.#file = file;
    this.provenance = new Provenance(file.scopes, file.types, file.catalogue);
    this.throwPoints = new ThrowPoints(this.provenance);
  }

  /** The acquisitions of the file: those in functions, and those of the module's top level. */
  get acquisitions(): {
    readonly inFunctions: readonly Acquisition[];
    readonly ofModule: readonly AcquiredValue[];
  } {
    const { ast, catalogue, types } = this.#file;
    return this.once("acquisitions", () =>
      findAcquisitions(ast, catalogue, this.provenance, types),
    );
  }

  /** Undefined for code that cannot be followed. */
  graphOf(func: RunningCode): ControlFlowGraph | undefined {
    if (!this.#graphs.has(func)) this.#graphs.set(func, buildControlFlow(func));
    return this.#graphs.get(func);
  }

  /** Works out a further result about the file, the first time that it is asked for. */
  once<Result>(name: string, work: () => Result): Result {
    if (!this.#results.has(name)) this.#results.set(name, work());
    return this.#results.get(name) as Result;
  }
}

const analyses = new WeakMap<AnalysedFile["ast"], { file: AnalysedFile; analysis: FileAnalysis }>();

/** The analysis of a file, which all rules that look at the same tree share. */
export function analysisOf(file: AnalysedFile): FileAnalysis {
  const known = analyses.get(file.ast);
  // A tree may be asked about with other types, or another catalogue.
  if (known?.file.types === file.types && known.file.catalogue === file.catalogue) {
    return known.analysis;
  }
  const analysis = new FileAnalysis(file);
  analyses.set(file.ast, { file, analysis });
  return analysis;
}
