import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";
import { build, type Rolldown } from "vite";

const FIRST_PAGE = 150_000; // bytes, compressed
const ALL_PAGES = 600_000;
const FIRST_FILES = 3; // the entry, what it imports, and the runtime of the bundler
const DOCS = "docs"; // the API's reference, a page of its own in Airflow's menu

type File = Rolldown.OutputChunk | Rolldown.OutputAsset;

const size = (file: File): number => gzipSync(file.type === "chunk" ? file.code : file.source).length;
const sum = (files: Iterable<File>): number => [...files].reduce((total, file) => total + size(file), 0);

/** The file of a name, and every file that a browser needs before it runs that file. */
function needed(files: ReadonlyMap<string, File>, name: string, found = new Set<File>()): Set<File> {
  const file = files.get(name);
  if (!file || found.has(file)) return found;
  found.add(file);
  if (file.type === "chunk") for (const other of file.imports) needed(files, other, found);
  return found;
}

test("pages are small when compressed", { timeout: 120_000 }, async () => {
  const built = (await build({ build: { write: false }, logLevel: "silent" })) as Rolldown.RolldownOutput;
  const files = new Map(built.output.map((file) => [file.fileName, file]));
  const first = needed(files, "main.js");
  const all = [...files.values()].filter((file) => !file.fileName.split("/").at(-1)!.startsWith(DOCS));
  expect(first.size).toBeGreaterThan(1);
  expect(first.size).toBeLessThanOrEqual(FIRST_FILES);
  expect(sum(first)).toBeLessThan(FIRST_PAGE);
  expect(sum(all)).toBeLessThan(ALL_PAGES);
  expect(sum(all)).toBeGreaterThan(sum(first));
});
