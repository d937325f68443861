import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Session } from "../../src/session/index.js";
import { code } from "./code.js";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "unwind-annotations-")));
const types = fileURLToPath(new URL("../../../node_modules/@types", import.meta.url));

beforeAll(() => {
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(types, path.join(folder, "node_modules", "@types"));
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    types: ["node"],
    strict: true,
    skipLibCheck: true,
  };
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["."] }));
  write("use.ts", "export {};\n");
  write(
    "lease.ts",
    code`
      export interface Lease {
        giveBack(): void;
      }
      /** @acquires giveBack */
      export default function lease(name: string): Lease {
        return { giveBack: () => void name };
      }
      /** @acquires giveBack */
      export const taken = (name: string): Lease => lease(name);
      export class Leases {
        /** @acquires giveBack */
        of(name: string): Lease {
          return lease(name);
        }
        /** @acquires giveBack */
        static for(name: string): Lease {
          return lease(name);
        }
      }
      export const leases = {
        /** @acquires giveBack */
        of(name: string): Lease {
          return lease(name);
        },
        /** @acquires giveBack */
        for: (name: string): Lease => lease(name),
      };
      /** @owns folder */
      export function removeTonight(folder: string): void {
        void folder;
      }
    `,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(path.join(folder, name), text);
}

const typed = new Session({ types: true });
const untyped = new Session({ types: false });

function messagesOf(text: string, withTypes: boolean): string[] {
  const report = (withTypes ? typed : untyped).check({ path: path.join(folder, "use.ts"), text });
  expect(report.problem).toBeUndefined();
  expect(report.typed).toBe(withTypes);
  return report.findings.map(({ messageId }) => messageId);
}

describe("annotations of other files are read with types", () => {
  test.each([
    ['import lease from "./lease.js";', "lease(name)"],
    ['import take from "./lease.js";', "take(name)"],
    ['import { taken } from "./lease.js";', "taken(name)"],
    ['import { taken as hold } from "./lease.js";', "hold(name)"],
    ['import * as file from "./lease.js";', "file.taken(name)"],
    ['import { Leases } from "./lease.js";', "new Leases().of(name)"],
    ['import { Leases } from "./lease.js";', "Leases.for(name)"],
    ['import { leases } from "./lease.js";', "leases.of(name)"],
    ['import { leases } from "./lease.js";', "leases.for(name)"],
  ])("@acquires: %s %s", (imported, call) => {
    const text = code`
      ${imported}
      export async function use(name: string, publish: (text: string) => Promise<void>) {
        const held = ${call};
        await publish(name);
        held.giveBack();
      }
    `;
    expect(messagesOf(text, true)).toEqual(["leaksOnThrow"]);
    expect(messagesOf(text, false)).toEqual([]);
  });

  test("@owns, under another name", () => {
    const text = code`
      import { mkdtempSync } from "node:fs";
      import { removeTonight as later } from "./lease.js";
      export function scratch() {
        const folder = mkdtempSync("/tmp/scratch-");
        later(folder);
      }
    `;
    expect(messagesOf(text, true)).toEqual([]);
    expect(messagesOf(text, false)).toEqual(["neverReleased"]);
  });
});
