import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { fieldsOf, type Schema, schemaOfKind } from "../workflows/editor/schema";
import { plain, translated } from "./help";
import { help as ko } from "./help.ko";
import { help as zh } from "./help.zh";

const root = JSON.parse(readFileSync("../../docs/reference/workflow.schema.json", "utf8")) as Schema;

/** Options that are called alike in all languages: codecs and formats. */
const NAMES = new Set([
  "AAC", "AV1", "DASH", "H.264 (AVC)", "H.265 (HEVC)", "HLS", "JPEG", "MP3", "MP4", "Matroska", "Opus", "QuickTime", "VP9", "Vorbis", "WebM", "WebP",
]);

/** The sentences and words of a schema that people read. */
function textsOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) => {
    if (name === "description" && typeof value === "string") return [plain(value)];
    return name === "x-labels" ? Object.values(value as Record<string, string>) : textsOf(value);
  });
}

/** Names of fields, places in templates, colours and numbers of several digits. */
const values = (text: string): string[] => text.match(/\w*\{?\w+_\w+\}?|#[\da-f]{6,8}|\d[\d,]*\d/g) ?? [];
const codecOf = (schema: Schema) => fieldsOf(schema, schemaOfKind(schema, "ladder")!).find(({ name }) => name === "codec");
const described = [...new Set(textsOf(root))].filter((text) => !NAMES.has(text)).toSorted();

test.each(Object.entries({ ko, zh }))("each description and option of the schema has a translation in %s, and none more", (_, help) => {
  expect(Object.keys(help).toSorted()).toEqual(described);
});

test.each(Object.entries({ ko, zh }))("translations in %s name the same fields and values as the English sentences", (_, help) => {
  for (const [english, text] of Object.entries(help)) for (const value of values(english)) expect(text, english).toContain(value);
});

test("forms show the descriptions of the schema in the person's language", () => {
  const translatedRoot = translated(root, ko);
  expect(codecOf(translatedRoot)).toEqual({ ...codecOf(root), help: "모든 단계의 코덱." });
  expect(translated(root, {})).toEqual(root);
});
