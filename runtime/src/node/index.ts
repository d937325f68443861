export { chdir, type WorkingDirectory } from "./chdir.js";
export { child, type ChildOptions, type ChildOutcome } from "./child.js";
export type { Managed } from "./manage.js";
export { OutcomeError } from "./outcome-error.js";
export type { RedirectTarget, TextTarget } from "./output.js";
export { type EnvironmentChanges, patchEnv, type PatchEnvOptions } from "./patch-env.js";
export { redirectStderr } from "./redirect-stderr.js";
export { redirectStdout } from "./redirect-stdout.js";
export { server, type ServerOptions, type ServerOutcome } from "./server.js";
export { type TempDir, tempDir } from "./temp-dir.js";
export {
  type OpenTempFile,
  type OpenTempFileSync,
  type TempFile,
  tempFile,
  type TempFileOptions,
} from "./temp-file.js";
export type { TempOptions } from "./temp-name.js";
export { TextCollector } from "./text-collector.js";
export { writable, type WritableOptions } from "./writable.js";
