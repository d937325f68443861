/** Leaks a file handle at line 4. */
export const leakingModule = `import { open } from "node:fs/promises";

export async function sizeOf(path) {
  const handle = await open(path);
  const { size } = await handle.stat();
  return size;
}
`;

/** The same in TypeScript; `open` comes by way of another file, which only types see through. */
export const leakingTypeScript = {
  "src/files.ts": `export { open } from "node:fs/promises";
`,
  "src/leak.ts": `import { open } from "./files.js";

export async function sizeOf(path: string): Promise<number> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return size;
}
`,
  "src/sound.ts": `import { open } from "./files.js";

export async function sizeOf(path: string): Promise<number> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    return size;
  } finally {
    await handle.close();
  }
}
`,
};

export const tsconfig = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    types: ["node"],
    strict: true,
    noEmit: true,
  },
  include: ["src"],
};
