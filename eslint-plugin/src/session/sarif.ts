import path from "node:path";
import { pathToFileURL } from "node:url";

import type {
  ArtifactLocation,
  CodeFlow,
  Fix,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  Region,
  ReportingDescriptor,
  Result,
} from "sarif";

import type { Place } from "../checks/finding.js";
import { checks } from "../checks/index.js";
import type { FileReport, InputProblem, ReportedFinding } from "./report.js";

const base = "SRCROOT";
const homepage = "https://github.com/unwind-ts/unwind";
const schema = "https://json.schemastore.org/sarif-2.1.0.json";

/** What SARIF calls the severities. */
const levels = { error: "error", warn: "warning" } as const;

/** What a log is made of. */
export interface SarifInput {
  /** Absolute; what lies below it gets relative addresses. */
  readonly workingDirectory: string;
  readonly reports: Iterable<Pick<FileReport, "path" | "findings">>;
  readonly problems?: readonly (InputProblem & { readonly kind: string })[];
  /** Of the tool that writes the log. */
  readonly version: string;
  /** Whether anything could be analysed. */
  readonly successful: boolean;
}

/** SARIF 2.1.0, to be written as JSON, as code hosts and editors take it: the paths as code flows, rewrites as fixes. */
export function sarifLog({
  workingDirectory,
  reports,
  problems = [],
  version,
  successful,
}: SarifInput): object {
  const places = new Places(workingDirectory);
  const results: Result[] = [];
  for (const { path: file, findings } of reports) {
    for (const finding of findings) results.push(resultOf(file, finding, places));
  }
  const log: Log = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "unwind-check", version, informationUri: homepage, rules: [...rules] },
        },
        originalUriBaseIds: { [base]: { uri: `${pathToFileURL(workingDirectory).href}/` } },
        columnKind: "utf16CodeUnits",
        results,
        invocations: [
          {
            executionSuccessful: successful,
            toolExecutionNotifications: problems.map(
              ({ path: file, kind, message }): Notification => ({
                level: kind === "project" ? "warning" : "error",
                message: { text: message },
                descriptor: { id: kind },
                locations: [{ physicalLocation: places.artifact(file) }],
              }),
            ),
          },
        ],
      },
    ],
  };
  return log;
}

const rules: readonly ReportingDescriptor[] = checks.map(({ name, description, severity }) => ({
  id: name,
  name: name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
  shortDescription: { text: description },
  fullDescription: { text: description },
  helpUri: `${homepage}/blob/main/eslint-plugin/docs/rules/${name}.md`,
  defaultConfiguration: { level: levels[severity] },
}));

function resultOf(file: string, finding: ReportedFinding, places: Places): Result {
  const { rule, message, severity, place, path: steps, rewrites } = finding;
  const ruleIndex = rules.findIndex(({ id }) => id === rule);
  const flow: CodeFlow = {
    threadFlows: [
      {
        locations: steps.map((step) => ({
          location: { ...places.location(file, step.place), message: { text: step.message } },
        })),
      },
    ],
  };
  const fixes = rewrites.map(({ title, edits }): Fix => ({
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation: places.artifact(file).artifactLocation,
        replacements: edits.map(({ range: [start, end], text }) => ({
          deletedRegion: { charOffset: start, charLength: end - start },
          insertedContent: { text },
        })),
      },
    ],
  }));
  return {
    ruleId: rule,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level: levels[severity],
    message: { text: message },
    locations: [places.location(file, place)],
    ...(steps.length > 0 && { codeFlows: [flow] }),
    ...(fixes.length > 0 && { fixes }),
  };
}

/** Where files are, as SARIF says it. */
class Places {
  readonly #workingDirectory: string;

  constructor(workingDirectory: string) {
    this.#workingDirectory = workingDirectory;
  }

  location(file: string, place: Place): Location {
    return { physicalLocation: { ...this.artifact(file), region: region(place) } };
  }

  artifact(file: string): PhysicalLocation & { artifactLocation: ArtifactLocation } {
    const name = path.relative(this.#workingDirectory, file).replaceAll(path.sep, "/");
    // What lies outside the working directory has no place under its base.
    const outside = name === "" || name.startsWith("../") || path.isAbsolute(name);
    if (outside) return { artifactLocation: { uri: pathToFileURL(file).href } };
    const uri = name.split("/").map(encodeURIComponent).join("/");
    return { artifactLocation: { uri, uriBaseId: base } };
  }
}

/** SARIF counts lines and columns from 1, and the end column is exclusive. */
function region({ range: [start, end], loc }: Place): Region {
  return {
    startLine: loc.start.line,
    startColumn: loc.start.column + 1,
    endLine: loc.end.line,
    endColumn: loc.end.column + 1,
    charOffset: start,
    charLength: end - start,
  };
}
