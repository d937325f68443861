import { createRequire } from "node:module";

import own from "typescript";

/**
 * The TypeScript that typescript-eslint's parser works with. In a project that has an older one,
 * npm may put the parser beside that, and ours elsewhere; but the parser reads only programs of its
 * own TypeScript, because most versions number the kinds of nodes anew.
 */
export const typescript: typeof own = parsersTypeScript() ?? own;

function parsersTypeScript(): typeof own | undefined {
  try {
    const fromHere = createRequire(import.meta.url);
    const fromParser = createRequire(fromHere.resolve("@typescript-eslint/typescript-estree"));
    const { version } = fromParser("typescript/package.json") as { readonly version: string };
    return version === own.version ? own : (fromParser("typescript") as typeof own);
  } catch {
    // In a bundle there is no package to be found, and but one TypeScript.
    return undefined;
  }
}
