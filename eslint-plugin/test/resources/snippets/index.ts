import { databases } from "./databases.js";
import { node } from "./node.js";
import { packages } from "./packages.js";
import { type Acquiring, readSnippets } from "./snippets.js";
import { web } from "./web.js";

export { type Acquiring, functionWith, releasing } from "./snippets.js";

/** Every acquiring call that the catalogue knows, as a user would write it. */
export const acquiring: readonly Acquiring[] = [
  ...readSnippets(node, "node:"),
  ...readSnippets(web, "node:"),
  ...readSnippets(databases),
  ...readSnippets(packages),
];
