/** The questions that the analysis may ask about types; every answer may be "unknown". */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled in by the analysis
export interface TypeSource {}
