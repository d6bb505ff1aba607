import { globSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { en } from "./en";
import { ko } from "./ko";
import { zh } from "./zh";

const sources = globSync("src/**/*.{ts,tsx}").filter((path) => !path.startsWith("src/i18n"));
const code = sources.map((path) => readFileSync(path, "utf8")).join("\n");
const values = (text: string): string[] => [...text.matchAll(/{{\w+}}/g)].map(String).toSorted();

test("each text is used", () => {
  expect(Object.keys(en).filter((key) => !code.includes(`"${key}"`))).toEqual([]);
});

test.each(Object.entries({ ko, zh }))("texts in %s have the same values to fill in", (_, texts) => {
  for (const [key, text] of Object.entries(en)) expect(values(texts[key as keyof typeof en]), key).toEqual(values(text));
});
