import { expect, test } from "vitest";

import { drawEditor, neighbour, SIZE } from "./canvas";
import { freeName, partOf } from "./parts";
import { read } from "./source";

const titles = { source: "Source", byHand: "by hand", destination: "To", besideSource: "beside", notifications: "Told", none: "none" };
const presets = [{ name: "poster", kind: "snapshots", description: "", settings: {} }];
const drawn = (text: string) => drawEditor(read(text).value!, presets, titles);

test("each output lies on a way from the source to the notifications", () => {
  const { boxes, lines, width, height } = drawn("name: a\noutputs: {a: {preset: poster}, b: {kind: ladder}}\nnotifications: [{url: x, mode: change}]\n");
  expect(boxes.map(({ id }) => id)).toEqual(["source", "output a", "output b", "destination", "notifications"]);
  expect(boxes[1]).toMatchObject({ kind: "snapshots", detail: "poster" });
  expect(boxes.at(-1)!.detail).toBe("url");
  expect(lines.length).toBe(5);
  for (const { x, y } of boxes) expect(x + SIZE.width <= width && y + SIZE.height <= height).toBe(true);
});

test.each(["", "name: a\n", "outputs: 3\nnotifications: x\ntrigger: []\n", "outputs: {a: , b: 1}\noutput: x\n"])("unfinished text %j is drawn", (text) => {
  expect(drawn(text).boxes.length).toBeGreaterThanOrEqual(3);
});

test("arrows lead from box to box, and end at the edges", () => {
  const { boxes } = drawn("outputs: {a: {kind: x}, b: {kind: x}, c: {kind: x}}\n");
  expect(neighbour(boxes, "source", "ArrowRight")).toBe("output b");
  expect(neighbour(boxes, "output b", "ArrowDown")).toBe("output c");
  expect(neighbour(boxes, "output c", "ArrowDown")).toBeUndefined();
  expect(neighbour(boxes, "output c", "ArrowLeft")).toBe("source");
});

test("places of the text belong to parts, and new outputs get free names", () => {
  expect(partOf(["outputs", "a", "video"])).toBe("output a");
  expect(partOf(["schedule"])).toBe("source");
  expect(partOf([])).toBe("general");
  expect(freeName("h264-720p", { "h264-720p": 1 })).toBe("h264-720p_2");
});
