/** Words that a title sets as code, but which are none of the file's own. */
const vocabulary = new Set([
  "using",
  "await",
  "closing",
  "try",
  "finally",
  "ExitStack",
  "AsyncExitStack",
  "DisposableStack",
  "AsyncDisposableStack",
  "unwind",
]);

/**
 * What kind of rewrite one is: its title, in which the names of the code give way to an ellipsis.
 *
 * @param {{ readonly rule: string }} finding
 * @param {{ readonly title: string }} rewrite
 */
export function formOf({ rule }, { title }) {
  const form = title
    .replace(/`([^`]+)`/g, (name, words) =>
      words.split(" ").every((word) => vocabulary.has(word)) ? name : "…",
    )
    .replace(/, and add `unwind`$/, "")
    .replace(/^(Acquire .*), which releases the last one first$/, "$1")
    .replace(/^Release the .* at once$/, "Release at once");
  if (rule === "no-unmanaged-acquisition") return form;
  const general = form.replace(/ an? `(?:Async)?(?:Exit|Disposable)Stack`/, " a stack");
  return `${rule}: ${general.replaceAll(/…(?:(?:,| and) …)+/g, "… and …")}`;
}
