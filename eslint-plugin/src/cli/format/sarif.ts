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

import { checks, type FileReport, type Finding, type Place } from "../../session/index.js";
import { version } from "../../version.js";
import type { Summary } from "../summary.js";
import type { Formatter, FormatterOptions } from "./formatter.js";

const base = "SRCROOT";
const homepage = "https://github.com/unwind-ts/unwind";
const schema = "https://json.schemastore.org/sarif-2.1.0.json";

/** What SARIF calls the severities. */
const levels = { error: "error", warn: "warning" } as const;

/** SARIF 2.1.0, as code hosts and editors take it: the paths as code flows, rewrites as fixes. */
export class SarifFormatter implements Formatter {
  readonly #options: FormatterOptions;
  readonly #results: Result[] = [];
  readonly #rules: readonly ReportingDescriptor[] = checks.map(
    ({ name, description, severity }) => ({
      id: name,
      name: name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
      shortDescription: { text: description },
      fullDescription: { text: description },
      helpUri: `${homepage}/blob/main/eslint-plugin/docs/rules/${name}.md`,
      defaultConfiguration: { level: levels[severity] },
    }),
  );

  constructor(options: FormatterOptions) {
    this.#options = options;
  }

  file({ path: file, findings }: FileReport): void {
    for (const finding of findings) this.#results.push(this.#result(file, finding));
  }

  end(summary: Summary): void {
    const { workingDirectory, write } = this.#options;
    const log: Log = {
      $schema: schema,
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "unwind-check",
              version,
              informationUri: homepage,
              rules: [...this.#rules],
            },
          },
          originalUriBaseIds: { [base]: { uri: `${pathToFileURL(workingDirectory).href}/` } },
          columnKind: "utf16CodeUnits",
          results: this.#results,
          invocations: [
            {
              executionSuccessful: summary.files > 0,
              toolExecutionNotifications: summary.problems.map(
                ({ path: file, kind, message }): Notification => ({
                  level: kind === "project" ? "warning" : "error",
                  message: { text: message },
                  descriptor: { id: kind },
                  locations: [{ physicalLocation: this.#artifact(file) }],
                }),
              ),
            },
          ],
        },
      ],
    };
    write(`${JSON.stringify(log, undefined, 2)}\n`);
  }

  #result(file: string, finding: Finding): Result {
    const { rule, message, severity, place, path: steps, rewrites } = finding;
    const ruleIndex = this.#rules.findIndex(({ id }) => id === rule);
    const flow: CodeFlow = {
      threadFlows: [
        {
          locations: steps.map((step) => ({
            location: { ...this.#location(file, step.place), message: { text: step.message } },
          })),
        },
      ],
    };
    const fixes = rewrites.map(({ title, edits }): Fix => ({
      description: { text: title },
      artifactChanges: [
        {
          artifactLocation: this.#artifact(file).artifactLocation,
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
      locations: [this.#location(file, place)],
      ...(steps.length > 0 && { codeFlows: [flow] }),
      ...(fixes.length > 0 && { fixes }),
    };
  }

  #location(file: string, place: Place): Location {
    return { physicalLocation: { ...this.#artifact(file), region: region(place) } };
  }

  #artifact(file: string): PhysicalLocation & { artifactLocation: ArtifactLocation } {
    const name = path.relative(this.#options.workingDirectory, file).replaceAll(path.sep, "/");
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
