import { expect, test } from "vitest";

import { cellAt, cellsOf } from "./sprite";

const CUES = `WEBVTT

00:00:00.000 --> 00:00:02.000
sprite%201.jpg#xywh=0,0,160,90

01:00:02.500 --> 01:00:04.000
sprite%201.jpg#xywh=160,0,160,90
`;

test("cells have times and rectangles, whatever the line ends are", () => {
  const cells = [
    { start: 0, sheet: "sprite%201.jpg", x: 0, y: 0, width: 160, height: 90 },
    { start: 3602.5, sheet: "sprite%201.jpg", x: 160, y: 0, width: 160, height: 90 },
  ];
  expect(cellsOf(CUES)).toEqual(cells);
  expect(cellsOf(CUES.replaceAll("\n", "\r\n"))).toEqual(cells);
});

test.each([
  [-1, 0],
  [2.1, 0],
  [3602.5, 160],
  [9999, 160],
])("cell at %d s begins %d pixels from the left", (seconds, x) => expect(cellAt(cellsOf(CUES), seconds)?.x).toBe(x));

test("captions are no cells", () => expect(cellsOf("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello\n")).toEqual([]));
