import type { Edit } from "../edit.js";
import { type Form, hasSince, type Managed } from "../managed.js";
import type { Site } from "../place.js";

/** `using x = …` for what has a dispose symbol that every engine of the project knows. */
export function usingForm(managed: Managed, site: Site): Form | undefined {
  const symbol = ownSymbol(managed, site.async);
  if (!symbol) return undefined;
  const keyword = symbol.async ? "await using" : "using";
  return {
    title: `Manage \`${site.name}\` with \`${keyword}\``,
    edits: [declaredBy(site, keyword)],
    kind: symbol.proven ? "fix" : "suggestion",
    idempotent: managed.acquisition.resource.idempotentRelease,
  };
}

/** The dispose symbol that a resource has by itself, if the project's engines may know it. */
export function ownSymbol(managed: Managed, inAsyncFunction: boolean): OwnSymbol | undefined {
  const { value, resource } = managed.acquisition;
  if (resource.async && value.type !== "AwaitExpression") return undefined;
  return symbolOfAwaited(managed, inAsyncFunction);
}

/** The Node version since which there are dispose symbols at all. */
const firstWithSymbols = [18, 18] as const;

/** How a resource offers its release by itself. */
export interface OwnSymbol {
  readonly async: boolean;
  /** Whether every engine of the project knows it. */
  readonly proven: boolean;
}

/** The same of what will be awaited before it is declared. */
export function symbolOfAwaited(
  { acquisition, project, types }: Managed,
  inAsyncFunction: boolean,
): OwnSymbol | undefined {
  const { dispose } = acquisition.resource;
  if (!dispose || (dispose.symbol === "async" && !inAsyncFunction)) return undefined;
  // The declarations of an older @types/node lack symbols that the engine has.
  if (types.disposeSymbolsOf(acquisition.value)?.[dispose.symbol] === false) return undefined;
  const runs = project.minimumNode && hasSince(project.minimumNode, dispose.since);
  if (runs === false) return undefined;
  // The symbol came to Node with those of its first resources.
  const declared = project.declaresSymbols && hasSince(firstWithSymbols, dispose.since);
  const proven = project.usingProven && (runs ?? declared);
  return { async: dispose.symbol === "async", proven };
}

/** The edit by which another keyword declares a variable. */
export function declaredBy({ declaration }: Site, keyword: string): Edit {
  const start = declaration.range[0];
  return { range: [start, start + declaration.kind.length], text: keyword };
}
