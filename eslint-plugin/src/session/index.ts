export type { Check, CheckedFile } from "../checks/check.js";
export { defineCheck } from "../checks/check.js";
export type { Place, Step } from "../checks/finding.js";
export { checks } from "../checks/index.js";
export type { Catalogue, Resource } from "../resources/catalogue.js";
export type { Edit, Rewrite } from "../rewrites/edit.js";
export type { RewriteMode } from "../rewrites/mode.js";
export { applyEdits } from "./apply-edits.js";
export { type AppliedFixes, applyFixes } from "./apply-fixes.js";
export { isAnalysable } from "./files.js";
export { disableForFile, disableForLine } from "./disable.js";
export { discover, type Discovery } from "./discover.js";
export { editsBetween } from "./edits-between.js";
export type {
  FileReport,
  InputProblem,
  Problem,
  ReportedFinding as Finding,
  Severity,
} from "./report.js";
export { type Preset, presets } from "./presets.js";
export { refactoringsAt } from "./refactorings.js";
export { htmlReport } from "./html-report.js";
export { sarifLog } from "./sarif.js";
export { type Released, type ScopeEnd, scopeEnds } from "./scopes.js";
export type { RuleSetting, RuleSeverity } from "./rule-set.js";
export { type GivenFile, Session, type SessionOptions } from "./session.js";
