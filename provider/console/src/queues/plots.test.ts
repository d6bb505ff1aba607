import { expect, test } from "vitest";

import type { QueueSpan } from "../rest/queues";
import { roundTop, stacked, waits } from "./plots";

const span = (fields: Partial<QueueSpan>): QueueSpan => ({
  begin: "2026-12-01T10:00:00Z",
  submitted: 0,
  started: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  waited_median: null,
  waited_longest: null,
  ...fields,
});

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [10, 10],
  [11, 20],
  [501, 1000],
])("top of a plot up to %d is %d", (amount, top) => expect(roundTop(amount)).toBe(top));

test("parts of a bar lie on each other", () => {
  const { bars, top } = stacked([span({ succeeded: 3, failed: 1 }), span({})], ["succeeded", "failed"]);
  expect(top).toBe(5);
  expect(bars[0]!.parts.map(({ from, to }) => [from, to])).toEqual([
    [0, 0.6],
    [0.6, 0.8],
  ]);
  expect(bars[1]!.parts.every(({ to }) => to === 0)).toBe(true);
});

test("longest wait lies above the median, and a span without starts is empty", () => {
  const { bars, top } = waits([span({ waited_median: 20, waited_longest: 80 }), span({})]);
  expect([top, bars[0]!.parts.map(({ to }) => to), bars[1]!.parts.map(({ to }) => to)]).toEqual([100, [0.2, 0.8], [0, 0]]);
});
