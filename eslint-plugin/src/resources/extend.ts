import type { Catalogue, Origin, Resource } from "./catalogue.js";
import { builtInCatalogue } from "./index.js";
import { readResources } from "./validate.js";

const extended = new WeakMap<object, Catalogue>();

/**
 * The built-in catalogue and a user's resources, which count before built-in ones of the same
 * origin. The same list gives the same catalogue.
 *
 * @param resources What stands in the settings; undefined where nothing does.
 * @param at Its path, for messages. Default: `settings.unwind.resources`.
 * @throws `InvalidResources` When something about them is wrong: where, what, and the cure.
 *
 * @example
 * const catalogue = catalogueWith([
 *   {
 *     noun: "lease",
 *     acquire: [{ module: "leases", name: "Client#lease" }],
 *     async: true,
 *     release: [{ kind: "method", name: "revoke", async: true }],
 *   },
 * ]);
 */
export function catalogueWith(resources: unknown, at = "settings.unwind.resources"): Catalogue {
  if (resources === undefined) return builtInCatalogue;
  const known = typeof resources === "object" && resources ? extended.get(resources) : undefined;
  if (known) return known;
  const added = readResources(resources, at);
  const catalogue = { resources: [...added, ...without(builtInCatalogue.resources, added)] };
  extended.set(resources as object, catalogue);
  return catalogue;
}

/** Resources without the origins that others have taken over. */
function without(resources: readonly Resource[], others: readonly Resource[]): Resource[] {
  const keyOf = ({ module, name }: Origin): string => `${module}\0${name}`;
  const taken = new Set(others.flatMap(({ acquire }) => acquire.map(keyOf)));
  return resources.flatMap((resource) => {
    const acquire = resource.acquire.filter((each) => !taken.has(keyOf(each)));
    if (acquire.length === resource.acquire.length) return [resource];
    return acquire.length === 0 ? [] : [{ ...resource, acquire }];
  });
}
