import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { fieldsOf, fieldValue, outputKinds, type Schema, schemaOfKind } from "./schema";

const root = JSON.parse(readFileSync("../../docs/reference/workflow.schema.json", "utf8")) as Schema;

test("each kind of output has a form, whose fields say what they take", () => {
  expect(outputKinds(root).length).toBeGreaterThanOrEqual(8);
  for (const kind of outputKinds(root)) expect(fieldsOf(root, schemaOfKind(root, kind)!).map(({ name }) => name)).toContain("required");
  const fields = Object.fromEntries(fieldsOf(root, schemaOfKind(root, "transcode")!).map((field) => [field.name, field]));
  expect(fields["container"]).toMatchObject({ kind: "choice", default: "mp4" });
  expect(fields["video"]).toMatchObject({ kind: "union", options: ["copy", "drop"] });
  expect(fields["quality"]).toMatchObject({ kind: "union", options: ["measure"] });
  expect(fieldsOf(root, fields["quality"]!.inner!).map(({ name, isRequired }) => [name, isRequired])[0]).toEqual(["target", true]);
  expect(fields["watermarks"]).toMatchObject({ kind: "list" });
  expect(fields["required"]).toMatchObject({ kind: "flag", default: true });
  expect(fieldsOf(root, fields["video"]!.inner!).find(({ name }) => name === "frame_rate")).toMatchObject({ kind: "text", isNumeric: true, example: "25" });
  expect(fieldsOf(root, schemaOfKind(root, "snapshots")!).find(({ name }) => name === "at")).toMatchObject({ kind: "words", isNumeric: false });
});

test("a number becomes a number only in a field that takes numbers", () => {
  expect(fieldValue("25", { isNumeric: true })).toBe(25);
  expect(fieldValue("10%", { isNumeric: true })).toBe("10%");
  expect(fieldValue("25", { isNumeric: false })).toBe("25");
});
