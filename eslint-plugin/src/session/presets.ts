/** The sets of rules that may be chosen, as the plugin's configurations of the same names. */
export const presets = ["recommended", "strict", "all"] as const;
export type Preset = (typeof presets)[number];
