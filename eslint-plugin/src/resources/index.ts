import type { Catalogue } from "./catalogue.js";
import { nodeFs } from "./node-fs.js";
import { nodeNet } from "./node-net.js";
import { pg } from "./pg.js";

/** Every resource that is known without being told. */
export const builtInCatalogue: Catalogue = { resources: [...nodeFs, ...nodeNet, ...pg] };
