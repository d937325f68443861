import type { ParserServicesWithTypeInformation } from "@typescript-eslint/parser";

import type { TypeSource } from "./type-source.js";

/** Answers from a TypeScript program, by way of typescript-eslint's node maps. */
export function typeScriptSource(services: ParserServicesWithTypeInformation): TypeSource {
  void services;
  return {};
}
