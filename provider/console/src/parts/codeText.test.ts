import { expect, test } from "vitest";

import type { Diagnostic } from "../rest/definitions";
import { markOf, offsetIn, positionIn, smallestChange, startState, textOf } from "./codeText";

const diagnostic = (given: Partial<Diagnostic>): Diagnostic =>
  ({ severity: "error", code: "c", message: "Not a number.", hint: "", path: [], line: 2, column: 3, part: "text", ...given });

test.each(["", "a\nb\n", "a\r\nb\r\n", "a\r\nb\nc\r\n"])("line breaks of %j stay as they are", (text) => {
  const state = startState(text);
  expect(textOf(state)).toBe(text);
  const start = text.indexOf("b") + 1;
  expect(positionIn(state, offsetIn(state, state.doc.length))).toBe(state.doc.length);
  expect(state.doc.sliceString(positionIn(state, start) - 1, positionIn(state, start))).toBe(start ? "b" : "");
  expect(positionIn(state, 1000)).toBe(state.doc.length);
});

test.each([
  ["aa", "aaa", 1],
  ["a: 1\nb: 2", "a: 1\nb: 3", 2],
  ["abc", "", 3],
  ["", "abc", 3],
  ["aba", "a", 2],
])("%j becomes %j by a change of %d characters", (from, to, size) => {
  const { start, end, insert } = smallestChange(from, to);
  expect(from.slice(0, start) + insert + from.slice(end)).toBe(to);
  expect(insert.length + end - start).toBe(size);
});

test.each([
  [diagnostic({ hint: "Give one." }), { from: 7, to: 11, severity: "error", message: "Not a number.\nGive one." }],
  [diagnostic({ line: null, column: null }), { from: 0, to: 4, severity: "error", message: "Not a number." }],
  [diagnostic({ line: 9, column: 99, severity: "warning" }), { from: 11, to: 11, severity: "warning", message: "Not a number." }],
])("diagnostic %# marks the rest of its line", (given, mark) => {
  expect(markOf(startState("a: 1\r\nb: two"), given)).toEqual(mark);
});
