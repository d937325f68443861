/**
 * A snippet of source code as it stands in the test, without the indentation that all its lines
 * share and without the line breaks at both ends; one is added at its end.
 */
export function code(strings: TemplateStringsArray, ...values: readonly string[]): string {
  // Raw, so that `\n` inside a snippet's own strings stays as it is written.
  const text = String.raw({ raw: strings.raw }, ...values).replace(/\\([`$])/g, "$1");
  const lines = text.replace(/^\n/, "").trimEnd().split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared) + "\n").join("");
}
