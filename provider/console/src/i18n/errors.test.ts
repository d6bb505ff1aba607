import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { errors as ko } from "./errors.ko";
import { errors as zh } from "./errors.zh";

const reference = readFileSync("../../docs/reference/errors.md", "utf8");
const rows = [...reference.matchAll(/^\| `(\w+)` \|.*\| ([^|]+) \| ([^|]+) \|$/gm)].map(([, code, meaning, advice]) => [code!, `${meaning} ${advice}`] as const);

const codesIn = (text: string): string[] => text.match(/`[^`]+`/g) ?? [];

test.each(Object.entries({ ko, zh }))("each code of the reference has a title and advice in %s, and no other has", (_, errors) => {
  expect(rows.length).toBeGreaterThan(50);
  expect(Object.keys(errors).toSorted()).toEqual(rows.map(([code]) => code).toSorted());
  for (const [code, texts] of Object.entries(errors)) expect(texts.every(Boolean), code).toBe(true);
});

test.each(Object.entries({ ko, zh }))("advice in %s names the commands and options of the reference", (_, errors) => {
  for (const [code, english] of rows) expect(codesIn(errors[code]![1]), code).toEqual(expect.arrayContaining(codesIn(english)));
});
