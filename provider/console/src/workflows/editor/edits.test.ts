import { globSync, readFileSync } from "node:fs";

import { diffLines } from "diff";
import { expect, test } from "vitest";
import { Lexer } from "yaml";

import { startState, textOf } from "../../parts/codeText";
import { duplicateKey, removeValue, renameKey, setValue } from "./edits";
import { generated } from "./generated.fixture";
import { NotEditable } from "./NotEditable";
import { type Fields, isFields, type Path, read, valueAt } from "./source";

const TOP = "../..";
const shipped = globSync([`${TOP}/include/workflows/*.yaml`, `${TOP}/provider/src/airflow_provider_media/project/include/workflows/*.yaml`]);
const texts = Object.fromEntries(shipped.map((path) => [path, readFileSync(path, "utf8")]));
const cases = Object.entries({ ...texts, ...Object.fromEntries(Array.from({ length: 200 }, (_, seed) => [`generated ${seed}`, generated(seed)])) });

/** Paths of all values that are neither mappings nor lists. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, [...path, index]));
  if (isFields(value)) return Object.entries(value).flatMap(([name, field]) => leaves(field, [...path, name]));
  return [path];
}

/** Paths of all mappings with fields. */
function mappings(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => mappings(item, [...path, index]));
  if (!isFields(value)) return [];
  return [...(Object.keys(value).length > 0 ? [path] : []), ...Object.entries(value).flatMap(([name, field]) => mappings(field, [...path, name]))];
}

const comments = (text: string): string[] => [...new Lexer().lex(text)].filter((token) => token.startsWith("#"));

/** Lines that a text has lost, and those that it has gained. */
function changed(before: string, after: string): { lost: string[]; gained: string[] } {
  const parts = diffLines(before.replaceAll("\r", ""), after.replaceAll("\r", ""), { ignoreNewlineAtEof: true });
  const linesOf = (chosen: typeof parts) => chosen.flatMap(({ value }) => value.split(/\r?\n/)).filter(Boolean);
  return { lost: linesOf(parts.filter(({ removed }) => removed)), gained: linesOf(parts.filter(({ added }) => added)) };
}

test("there are shipped workflows to look at", () => expect(shipped.length).toBeGreaterThanOrEqual(7));

test.each(cases)("%s: text is the same after it was opened", (_, text) => {
  expect(textOf(startState(text))).toBe(text);
  expect(read(text).value).toBeDefined();
});

test.each(cases)("%s: new value of a field changes only its line", (_, text) => {
  const { value } = read(text);
  for (const path of leaves(value)) {
    const next = setValue(text, path, "another: value");
    expect(valueAt(read(next).value, path)).toBe("another: value");
    const { lost, gained } = changed(text, next);
    expect([lost.length, gained.length], `${path.join(".")}\n${next}`).toEqual([1, 1]);
    expect(comments(next)).toEqual(comments(text));
  }
});

test.each(cases)("%s: new field changes no other line", (_, text) => {
  for (const path of mappings(read(text).value)) {
    const next = setValue(text, [...path, "added"], { deep: [{ one: 1, two: "two" }] });
    expect(valueAt(read(next).value, [...path, "added", "deep", 0, "two"])).toBe("two");
    expect(changed(text, next).lost.length, next).toBeLessThanOrEqual(1); // the line of its own braces, or the last one
    expect(comments(next)).toEqual(comments(text));
  }
});

test.each(cases)("%s: removed field takes only its own line along", (_, text) => {
  const { value } = read(text);
  for (const path of leaves(value)) {
    const next = removeValue(text, path);
    expect(leaves(read(next).value).length).toBe(leaves(value).length - 1);
    const { lost } = changed(text, next);
    expect(lost.length, `${path.join(".")}\n${next}`).toBeLessThanOrEqual(path.length);
    const kept = comments(text).filter((comment) => !lost.some((line) => line.includes(comment)));
    expect(comments(next)).toEqual(expect.arrayContaining(kept));
  }
});

test.each(cases)("%s: output is duplicated and renamed where it stands", (_, text) => {
  const outputs = read(text).value?.["outputs"] as Fields;
  for (const name of Object.keys(outputs)) {
    const twice = duplicateKey(text, ["outputs", name], "copy");
    expect(valueAt(read(twice).value, ["outputs", "copy"])).toEqual(outputs[name]);
    expect(removeValue(twice, ["outputs", "copy"])).toBe(text);
    const renamed = renameKey(text, ["outputs", name], "other");
    expect(renameKey(renamed, ["outputs", "other"], name)).toBe(text);
  }
});

test("a workflow is made from an empty text", () => {
  let text = setValue("", ["name"], "new");
  text = setValue(text, ["outputs", "mp4"], { preset: "h264-720p" });
  text = setValue(text, ["outputs", "mp4", "watermarks", 0, "image"], "s3://in/logo.png");
  text = setValue(text, ["outputs", "mp4", "watermarks", 0, "corner"], "top_left");
  text = setValue(text, ["tags"], ["a", "b"]);
  expect(text).toBe(
    "name: new\n\noutputs:\n  mp4:\n    preset: h264-720p\n    watermarks:\n      - image: s3://in/logo.png\n        corner: top_left\ntags: [a, b]\n",
  );
});

test("last output that is deleted leaves empty outputs behind", () => {
  expect(removeValue("name: a\noutputs:\n  x:\n    preset: p # why\n", ["outputs", "x"])).toBe("name: a\noutputs: {} # why\n");
  expect(removeValue("name: a\noutputs:\n  x:\n    preset: p\n", ["outputs", "x", "preset"])).toBe("name: a\noutputs:\n  x: {}\n");
  expect(setValue("name: a\noutputs: {}\n", ["outputs", "x", "kind"], "ladder")).toBe("name: a\noutputs:\n  x:\n    kind: ladder\n");
});

test("item of a list stays while its only field is written anew, and goes when it is removed", () => {
  const text = "outputs:\n  x:\n    preset: p\n    watermarks:\n      - text: a # mark\n";
  const empty = removeValue(text, ["outputs", "x", "watermarks", 0, "text"]);
  expect(empty).toBe("outputs:\n  x:\n    preset: p\n    watermarks:\n      - {} # mark\n");
  expect(setValue(empty, ["outputs", "x", "watermarks", 0, "text"], "b")).toBe(text.replace("text: a", "text: b"));
  expect(removeValue(text, ["outputs", "x", "watermarks", 0])).toBe("outputs:\n  x:\n    preset: p\n");
});

test("settings become a word, and a word settings, beside their comment", () => {
  const text = "outputs:\n  x: # main\n    video: # small\n      height: 480\n    audio: drop # silent\n";
  expect(setValue(text, ["outputs", "x", "video"], "copy")).toBe("outputs:\n  x: # main\n    video: copy # small\n    audio: drop # silent\n");
  const settings = setValue(text, ["outputs", "x", "audio"], { codec: "aac" });
  expect(settings).toBe("outputs:\n  x: # main\n    video: # small\n      height: 480\n    audio:\n      codec: aac # silent\n");
});

test("a value within an alias, and a text with mistakes, are left to the text", () => {
  expect(() => setValue("a: &x {b: 1, d: 1}\nc: *x\n", ["c", "b"], 2)).toThrow(NotEditable);
  expect(() => setValue("a: [1\n", ["a"], 2)).toThrow(NotEditable);
  expect(() => renameKey("outputs: {a: {}, b: {}}\n", ["outputs", "a"], "b")).toThrow(NotEditable);
});
