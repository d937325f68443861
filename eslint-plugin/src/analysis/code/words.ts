/** The words of a name or of code, in lower case: `#saveQuietly` is `save quietly`. */
export function wordsOf(code: string): string {
  return code
    .replace(/([a-z\d])(?=[A-Z])/g, "$1 ")
    .replaceAll(/[_$#-]+/g, " ")
    .toLowerCase();
}
