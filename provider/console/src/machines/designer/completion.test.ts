import { getLocation } from "jsonc-parser";
import { expect, test } from "vitest";

import { namesAt } from "./completion";
import { readMachine } from "./machineModel";

const TEXT = `{"StartAt": "", "States": {
  "A": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": ""}, "J": {"Type": "Succeed"}}}, "End": true},
  "C": {"Type": "Choice", "": 1, "Choices": [{"": 1, "Next": ""}]},
  "T": {"Type": "Task", "Resource": "", "Catch": [{"ErrorEquals": [""], "Next": "C"}]}
}}`;

function namesAfter(before: string): string[] {
  const offset = TEXT.indexOf(before) + before.length;
  const { path, isAtPropertyKey } = getLocation(TEXT, offset);
  return namesAt(path, isAtPropertyKey, readMachine(TEXT), { errors: ["States.ALL"], operators: ["IsNull"] });
}

test.each([
  ['{"StartAt": "', ["A", "C", "T"]],
  ['"Pass", "Next": "', ["I", "J"]],
  ['{"": 1, "Next": "', ["A", "C", "T"]],
  ['"ErrorEquals": ["', ["States.ALL"]],
])("states and errors are offered after %s", (before, names) => {
  expect(namesAfter(before)).toEqual(names);
});

test("fields and resources are offered where they belong", () => {
  expect(namesAfter('"Choice", "')).toContain("Choices");
  expect(namesAfter('"Choice", "')).not.toContain("Resource");
  expect(namesAfter('"Choices": [{"')).toContain("IsNull");
  expect(namesAfter('"Resource": "')).toContain("media:probe");
  expect(namesAfter('"Type": "')).toContain("Map");
});
