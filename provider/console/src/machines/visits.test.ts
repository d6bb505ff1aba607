import { expect, test } from "vitest";

import type { Visit } from "../rest/machines";
import { iterationsOf, logOf, mapsOf, timeline } from "./visits";

const visit = (fields: Partial<Visit>): Visit => ({
  state: "A",
  type: "Pass",
  status: "succeeded",
  started: "2026-12-01T10:00:00Z",
  ended: "2026-12-01T10:00:01Z",
  input: null,
  output: null,
  error: null,
  cause: null,
  variables: {},
  task: "A",
  map_index: null,
  media: [],
  maps: [],
  iterations: [],
  ...fields,
});

test("iterations are ordered by number and show their worst status", () => {
  const inside = (iterations: number[], status: string) => visit({ maps: ["Out", "In"].slice(0, iterations.length), iterations, status });
  const visits = [inside([10], "succeeded"), inside([2], "failed"), inside([2, 0], "succeeded"), visit({})];
  expect(iterationsOf(visits, "Out").map(({ number, status, visits: { length } }) => [number, status, length])).toEqual([
    [2, "failed", 2],
    [10, "succeeded", 1],
  ]);
  expect(iterationsOf(visits, "In").map(({ number }) => number)).toEqual([0]);
  expect(mapsOf(visits)).toEqual(["Out", "In"]);
});

test("log of a visit is that of its mapped task", () => {
  expect(logOf("d", "a+b", visit({}))).toBe("/dags/d/runs/a%2Bb/tasks/A");
  expect(logOf("d", "r", visit({ map_index: 3 }))).toBe("/dags/d/runs/r/tasks/A/mapped/3");
  expect(logOf("d", "r", visit({ task: null }))).toBeUndefined();
});

test("bar of what still runs reaches until now", () => {
  const visits = [visit({}), visit({ started: "2026-12-01T10:00:02Z", ended: null })];
  expect(timeline(visits, Date.parse("2026-12-01T10:00:04Z"))).toEqual([
    { from: 0, length: 0.25 },
    { from: 0.5, length: 0.5 },
  ]);
});
