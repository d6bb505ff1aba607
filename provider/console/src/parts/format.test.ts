import { expect, test } from "vitest";

import { between, bitRate, clock, size } from "./format";

test.each([
  [0, "0:00"],
  [3.4, "0:03"],
  [59.6, "1:00"],
  [3723, "1:02:03"],
  [-1, "0:00"],
])("clock of %d s is %s", (seconds, shown) => expect(clock(seconds)).toBe(shown));

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [4_036_876, "4.04 MB"],
  [7e15, "7,000 TB"],
])("size of %d bytes is %s", (bytes, shown) => expect(size(bytes)).toBe(shown));

test.each([
  [589_913, "590 kbit/s"],
  [2_801_954, "2.8 Mbit/s"],
  [0, "0 kbit/s"],
])("bit rate of %d is %s", (bits, shown) => expect(bitRate(bits)).toBe(shown));

test("time of what has not ended runs until now", () => {
  expect(between("2026-12-01T10:00:00Z", null, Date.parse("2026-12-01T10:00:05Z"))).toBe(5);
  expect(between("2026-12-01T10:00:00Z", "2026-12-01T10:01:00Z", 0)).toBe(60);
});
