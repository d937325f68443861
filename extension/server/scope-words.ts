import type { Released, ScopeEnd } from "eslint-plugin-unwind/session";

/** What a released thing is called: "`handle` (file handle)". */
export function nameOf({ name, noun }: Released): string {
  const code = `\`${name.replaceAll("`", "'")}\``;
  return noun === undefined ? code : `${code} (${noun})`;
}

/** What a hover says of one thing that a block releases: Markdown. */
export function releaseWords(release: Released, scope: ScopeEnd): string {
  const when = scope.eachRound
    ? `at the end of each round of the loop, at line ${scope.line} or before`
    : `when this block is left, at line ${scope.line} or before`;
  const by = release.stack === undefined ? "" : ` by \`${release.stack}\``;
  const lines = [
    `${nameOf(release)} is released${by} ${when}: also by \`return\`, \`break\` or an exception.` +
      (release.awaited ? " The release is awaited." : ""),
  ];
  if (release.movedAt !== undefined) {
    const { stack = "" } = release;
    lines.push(`Unless \`${stack}.move()\` hands it on, at line ${release.movedAt}.`);
  }
  if (scope.releases.length > 1) {
    const order = scope.releases.map((each, index) => {
      const here = each === release ? " ← this one" : "";
      return `${index + 1}. ${nameOf(each)}${here}`;
    });
    lines.push(`In this order:\n\n${order.join("\n")}`);
  }
  return lines.join("\n\n");
}

/** What a hover says of a stack as a whole: Markdown. */
export function stackWords(stack: string, scope: ScopeEnd): string {
  const held = scope.releases.filter((release) => release.stack === stack);
  const [first] = held;
  const moved = first?.movedAt;
  return [
    `\`${stack}\` releases what it was given when this block is left, at line ${scope.line} or before, in this order:`,
    held.map((release, index) => `${index + 1}. ${nameOf(release)}`).join("\n"),
    ...(moved === undefined ? [] : [`Unless \`${stack}.move()\` hands it on, at line ${moved}.`]),
  ].join("\n\n");
}

/** Longer hints are cut. */
const mostNames = 4;

/** What an inlay hint says at the end of a block. */
export function hintWords({ releases }: ScopeEnd): string {
  const names = releases.map(({ name }) => name);
  const shown = names.slice(0, mostNames).join(", ");
  return `releases ${shown}${names.length > mostNames ? ", …" : ""}`;
}
