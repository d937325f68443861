import path from "node:path";

import type { Program } from "typescript";
import { describe, expect, test } from "vitest";

import { Documents } from "../../src/session/documents.js";
import { Projects } from "../../src/session/projects.js";
import { folderWith } from "./fixtures.js";

function monorepo(packages: readonly string[]) {
  const folder = folderWith(
    Object.fromEntries(
      packages.flatMap((name) => [
        [`${name}/tsconfig.json`, "{}"],
        [`${name}/a.ts`, "export const a = 1;\n"],
      ]),
    ),
  );
  return packages.map((name) => path.join(folder, name, "a.ts"));
}

function library(program: Program | undefined) {
  return program?.getSourceFiles().find(({ fileName }) => fileName.endsWith("/lib.es5.d.ts"));
}

describe("programs", () => {
  test("of many files are alive one at a time, and none afterwards", () => {
    const projects = new Projects(new Documents());
    const files = monorepo(["a", "b", "c", "d"]);
    const seen: (string | undefined)[] = [];
    for (const { file, program } of projects.programsFor(files)) {
      expect(projects.size).toBe(1);
      seen.push(program?.getSourceFile(file)?.fileName);
    }
    expect(seen).toEqual(files);
    expect(projects.size).toBe(0);
  });

  test("are released where the walk through many files is left early", () => {
    const projects = new Projects(new Documents());
    for (const _ of projects.programsFor(monorepo(["a", "b"]))) break;
    expect(projects.size).toBe(0);
  });

  test("asked for singly stay alive, up to three, the last used ones", () => {
    const projects = new Projects(new Documents());
    const [a = "", b = "", c = "", d = ""] = monorepo(["a", "b", "c", "d"]);
    const first = projects.programFor(a).program;
    projects.programFor(b);
    projects.programFor(c);
    expect(projects.programFor(a).program).toBe(first);
    projects.programFor(d);
    expect(projects.size).toBe(3);
    expect(projects.programFor(a).program).toBe(first);
    projects.release();
    expect(projects.size).toBe(0);
  });

  test("of one project are the same as long as nothing changes, and made anew where it does", () => {
    const documents = new Documents();
    const projects = new Projects(documents);
    const [a = ""] = monorepo(["a"]);
    const first = projects.programFor(a).program;
    documents.refresh();
    projects.refresh();
    expect(projects.programFor(a).program).toBe(first);
    documents.set(a, "export const b = 2;\n");
    const second = projects.programFor(a).program;
    expect(second).not.toBe(first);
    expect(library(second)).toBe(library(first));
    projects.release();
  });

  test("of projects that follow one another share the library's declarations", () => {
    const projects = new Projects(new Documents());
    const libraries = new Set<unknown>();
    for (const { program } of projects.programsFor(monorepo(["a", "b", "c"]))) {
      expect(library(program)).toBeDefined();
      libraries.add(library(program));
    }
    expect(libraries.size).toBe(1);
  });
});
