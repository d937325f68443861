/** Leaks a file handle at line 4. */
export const leakingModule = `import { open } from "node:fs/promises";

export async function sizeOf(path) {
  const handle = await open(path);
  const { size } = await handle.stat();
  return size;
}
`;

/** The same in TypeScript, where only the types tell what `files.open` is. */
export const leakingTypeScript = {
  "src/leak.ts": `type Files = typeof import("node:fs/promises");

export async function sizeOf(files: Files, path: string): Promise<number> {
  const handle = await files.open(path);
  const { size } = await handle.stat();
  return size;
}
`,
  "src/sound.ts": `type Files = typeof import("node:fs/promises");

export async function sizeOf(files: Files, path: string): Promise<number> {
  const handle = await files.open(path);
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
