/** The words of a name or of code, in lower case: `#saveQuietly` is `save quietly`. */
export function wordsOf(code: string): string {
  return code
    .replace(/([a-z\d])(?=[A-Z])/g, "$1 ")
    .replaceAll(/[_$#-]+/g, " ")
    .toLowerCase();
}

/** `typeArgs` → `arg`, `property_names` → `name`, `categories` → `category`. */
export function lastWord(name: string | undefined): string {
  const word = /([A-Z]?[a-z]+|[A-Z]+)[^A-Za-z]*$/.exec(name ?? "")?.[1]?.toLowerCase() ?? "";
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (/(x|ss|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}
