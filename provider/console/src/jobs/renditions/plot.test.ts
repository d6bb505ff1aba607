import { expect, test } from "vitest";

import { floorOf, lineOf, ratesOf, roundUp, stepsOf } from "./plot";

const SEGMENTS = [
  { at: 0, seconds: 4, bits_per_second: 1000 },
  { at: 4, seconds: 1, bits_per_second: 2000 },
];

test("steps are level over the length of each segment", () => expect(stepsOf(SEGMENTS, 5, 2000, 100, 50)).toBe("M0.0,25.0H80.0L80.0,0.0H100.0"));

test("line of quality goes from the floor to the top", () => {
  const points = [
    { at: 0, mean: 50, minimum: 40 },
    { at: 2, mean: 100, minimum: 99 },
  ];
  expect(lineOf(points, 2, 50, 100, 50)).toBe("M0.0,50.0L100.0,0.0");
});

test.each([
  [[99, 97], 90],
  [[90, 80.1], 80],
  [[80], 70],
  [[3], 0],
  [[], 90],
])("floor of the plot below %s is %s", (means, floor) => {
  expect(floorOf(means.map((mean) => ({ at: 0, mean, minimum: mean })))).toBe(floor);
});

test("mean rate weighs segments by their length", () => {
  expect(ratesOf(SEGMENTS)).toEqual({ mean: 1200, peak: 2000 });
  expect(ratesOf([])).toEqual({ mean: 0, peak: 0 });
});

test.each([
  [2_801_954, 5_000_000],
  [1_000, 1_000],
  [1_001, 2_000],
  [6_000, 10_000],
  [0, 1],
])("axis of %d ends at %d", (value, end) => expect(roundUp(value)).toBe(end));
