import { expect, test } from "vitest";

import { generated } from "./generated.fixture";
import { moveKey } from "./moves";
import { NotEditable } from "./NotEditable";
import { type Fields, read } from "./source";

const HEAD = "# What many people edit.\nname: shared\n\noutputs: # all of them\n";
const SMALL = `  # For old telephones,
  # and for slow lines.
  small: # 360p
    preset: h264-360p # nobody has more
    # required: true
`;
const FACTS = "  facts: {kind: probe_report} # for the archive\n";
const LARGE = `  # For the web.
  large:
    description: |
      # no comment
      Two lines.
    preset: h264-720p
    # crf: 20
`;
const END = "# End of the outputs.\npriority: low\n";
const TEXT = `${HEAD}${SMALL}${FACTS}\n${LARGE}${END}`;
const namesOf = (text: string): string[] => Object.keys(read(text).value!["outputs"] as Fields);

test("output goes down with its comments, and blank lines stay", () => {
  expect(moveKey(TEXT, ["outputs", "small"], 1)).toBe(`${HEAD}${FACTS}${SMALL}\n${LARGE}${END}`);
});

test("last output goes up with its comments, not with those of the next part", () => {
  expect(moveKey(TEXT, ["outputs", "large"], -1)).toBe(`${HEAD}${SMALL}${LARGE}\n${FACTS}${END}`);
});

test.each([
  ["comment between blank lines stays where it is", "outputs:\n  a: 1\n\n  # Of both.\n\n  b: 2\n", "outputs:\n  b: 2\n\n  # Of both.\n\n  a: 1\n"],
  ["comment right below goes along where no output follows it", "outputs:\n  a: 1\n  # Of a.\n\n  b: 2\n  # Of b.\n", "outputs:\n  b: 2\n  # Of b.\n\n  a: 1\n  # Of a.\n"],
  ["comment at the margin belongs to the output below", "outputs:\n  a: 1\n# Of b.\n  b: 2\n", "outputs:\n# Of b.\n  b: 2\n  a: 1\n"],
  ["last line without a break gets one", "outputs:\n  a: 1\n  b: 2 # b", "outputs:\n  b: 2 # b\n  a: 1"],
  ["line breaks of Windows stay", "outputs:\r\n  a: 1 # a\r\n  b: 2", "outputs:\r\n  b: 2\r\n  a: 1 # a"],
  ["outputs in braces change places", "outputs: {a: {kind: x}, b: 2} # both\n", "outputs: {b: 2, a: {kind: x}} # both\n"],
])("%s", (_, text, moved) => {
  expect(moveKey(text, ["outputs", "a"], 1)).toBe(moved);
  expect(moveKey(moved, ["outputs", "a"], -1)).toBe(text);
});

test.each([
  ["above the first output", "outputs:\n  a: 1\n  b: 2\n", "a", -1],
  ["below the last output", "outputs:\n  a: 1\n  b: 2\n", "b", 1],
  ["past a comment after a comma", "outputs: {\n  a: 1, # a\n  b: 2\n}\n", "a", 1],
  ["before the anchor that it names", "outputs:\n  a: &x {kind: x}\n  b: *x\n", "b", -1],
] as const)("output cannot go %s", (_, text, name, by) => {
  expect(() => moveKey(text, ["outputs", name], by)).toThrow(NotEditable);
});

test.each(Array.from({ length: 200 }, (_, seed) => seed))("generated workflow %d: every output goes down and up again", (seed) => {
  const text = generated(seed);
  const names = namesOf(text);
  for (const [index, name] of names.slice(0, -1).entries()) {
    const moved = moveKey(text, ["outputs", name], 1);
    expect(namesOf(moved)).toEqual(names.toSpliced(index, 2, names[index + 1]!, name));
    expect(moved.split(/\r?\n/).toSorted()).toEqual(text.split(/\r?\n/).toSorted());
    expect(moveKey(moved, ["outputs", name], -1)).toBe(text);
  }
});
