import { expect, test } from "vitest";

import { difference } from "./difference";

test("difference shows changed lines between those around them", () => {
  const before = `${Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n")}\n`;
  const lines = difference(before, before.replace("line 10\n", "line ten\n"));
  expect(lines.filter(({ sign }) => sign !== " ")).toEqual([
    { sign: "@", text: "8" },
    { sign: "-", text: "line 10" },
    { sign: "+", text: "line ten" },
  ]);
  expect(lines.length).toBe(9);
  expect(difference(before, before)).toEqual([]);
});
