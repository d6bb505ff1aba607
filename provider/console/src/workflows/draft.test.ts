import { expect, test } from "vitest";

import { readDraft } from "./draft";
import { draw } from "./drawing";

const titles = { source: "Source", byHand: "by hand", split: "Split", join: "Join", destination: "To", besideSource: "beside", notifications: "Told" };
const drawn = (text: string) => draw(readDraft("draft", text)!, titles);

test("a draft is drawn with its outputs, places and notifications", () => {
  const { boxes } = drawn("trigger: {bucket: in, prefix: a/}\noutput: {location: s3://out/}\noutputs: {a: {preset: p}, b: {kind: sprites}}\nnotifications: [{url: x}]\n");
  expect(boxes.map(({ id, detail }) => [id, detail])).toEqual([
    ["source", "in/a/"],
    ["split", ""],
    ["output a", "p"],
    ["output b", "sprites"],
    ["join", ""],
    ["destination", "s3://out/"],
    ["notifications", "url"],
  ]);
});

test.each(["", "name: a\n", "outputs: 3\nnotifications: x\ntrigger: []\n", "outputs: {a: , b: 1}\noutput: x\n"])("of the unfinished draft %j is drawn what can be read", (text) => {
  const { boxes, lines, height } = drawn(text);
  const reached = new Set(["source"]);
  for (const [from, to] of lines) if (reached.has(from.id)) reached.add(to.id);
  expect(reached.size).toBe(boxes.length);
  for (const { y } of boxes) expect(y >= 0 && y < height).toBe(true);
});

test.each(["outputs: {a: [}\n", "- a\n- b\n", "only words\n"])("the draft %j cannot be read", (text) => {
  expect(readDraft("draft", text)).toBeUndefined();
});
