import type { Catalogue } from "./catalogue.js";

/** Every resource that we know without being told. */
export const builtInCatalogue: Catalogue = { resources: [] };
