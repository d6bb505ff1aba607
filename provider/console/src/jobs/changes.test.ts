import { diffLines } from "diff";
import { expect, test } from "vitest";

import { linesOf } from "./changes";

const shown = (before: string[], after: string[]): string[] =>
  linesOf(diffLines(`${before.join("\n")}\n`, `${after.join("\n")}\n`)).map(({ sign, text }) => sign + text);

test("changed lines have a sign, equal lines have none", () => expect(shown(["a", "b"], ["a", "c"])).toEqual([" a", "-b", "+c"]));

test("many equal lines are left out except beside a change", () => {
  const equal = ["1", "2", "3", "4", "5", "6", "7", "8"];
  expect(shown([...equal, "old", ...equal], [...equal, "new", ...equal])).toEqual([" …", " 6", " 7", " 8", "-old", "+new", " 1", " 2", " 3", " …"]);
});
