import { expect, test } from "vitest";

import { tailOf } from "./logTail";

test("lines have time, level and text; marks of groups are left out", () => {
  const lines = [
    { event: "::group::Log message source details" },
    { event: "encoded", timestamp: "2026-12-02T18:30:55.384856Z", level: "info" },
    "a plain line",
    { event: "::endgroup::" },
  ];
  expect(tailOf(lines)).toEqual(["18:30:55  INFO  encoded", "a plain line"]);
});

test("only the last lines are shown", () => {
  const shown = tailOf(Array.from({ length: 100 }, (_, index) => String(index)));
  expect([shown.length, shown.at(-1)]).toEqual([40, "99"]);
});
