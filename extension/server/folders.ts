/** The workspace folders that the client has open. */
export class Folders {
  #uris: string[] = [];

  /** Their URIs. */
  get uris(): readonly string[] {
    return this.#uris;
  }

  add(uris: readonly string[]): void {
    // The longest first, so that the innermost folder is found.
    this.#uris = [...this.#uris, ...uris].sort((a, b) => b.length - a.length);
  }

  remove(uris: readonly string[]): void {
    this.#uris = this.#uris.filter((uri) => !uris.includes(uri));
  }

  /** The URI of the innermost folder that a document is in, or "" for one in none. */
  of(uri: string): string {
    return this.#uris.find((folder) => uri === folder || uri.startsWith(withSlash(folder))) ?? "";
  }
}

function withSlash(uri: string): string {
  return uri.endsWith("/") ? uri : `${uri}/`;
}
