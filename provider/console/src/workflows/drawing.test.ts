import { expect, test } from "vitest";

import { BOX, draw } from "./drawing";

const titles = { source: "Source", byHand: "by hand", split: "Split", join: "Join", destination: "To", besideSource: "beside", notifications: "Told" };
const outputs = { mp4: { kind: "transcode" }, poster: { kind: "snapshots", width: 640, height: 360 }, sheet: { kind: "sprites" } };

test("drawing has a box for each output, and all paths lead from the source to the last box", () => {
  const drawing = draw({ name: "vod", hash: "", settings: { outputs, output: {}, priority: "normal" }, notifications: ["url", "sqs"] }, titles);
  const reached = new Set(["source"]);
  for (const [from, to] of drawing.lines) if (reached.has(from.id)) reached.add(to.id);
  expect([...reached].toSorted()).toEqual(drawing.boxes.map(({ id }) => id).toSorted());
  expect(drawing.lines.filter(([from]) => from.id === "split").map(([, to]) => to.title)).toEqual(Object.keys(outputs));
  expect(drawing.boxes.find(({ title }) => title === "poster")?.detail).toBe("snapshots, 640×360");
  expect(drawing.boxes.at(-1)?.detail).toBe("url, sqs");
});

test.each([1, 2, 50])("no two boxes of a workflow with %d outputs lie on each other", (count) => {
  const many = Object.fromEntries(Array.from({ length: count }, (_, index) => [`o${index}`, { kind: "transcode" }]));
  const { boxes, width, height } = draw({ name: "x", hash: "", settings: { outputs: many, output: {}, priority: "normal" }, notifications: [] }, titles);
  for (const [index, a] of boxes.entries()) {
    expect(a.x + BOX.width).toBeLessThanOrEqual(width);
    expect(a.y >= 0 && a.y + BOX.height <= height).toBe(true);
    for (const b of boxes.slice(index + 1)) expect(Math.abs(a.x - b.x) >= BOX.width || Math.abs(a.y - b.y) >= BOX.height).toBe(true);
  }
});
