import { expect, test } from "vitest";

import { type Limits, limitsBody } from "./queues";

const limits: Limits = { configured: { active: 100, waiting_normal: 1000, waiting_low: 1000 }, changed: {}, changed_by: null, changed_at: null };

test("change of limits names only what differs from the file", () => {
  expect(limitsBody(limits, { active: "100", waiting_normal: "1000", waiting_low: "0" })).toEqual({ waiting: { low: 0 } });
  expect(limitsBody(limits, { active: "40", waiting_normal: "2000" })).toEqual({ active: 40, waiting: { normal: 2000 } });
  expect(limitsBody(limits, { active: "100" })).toEqual({});
});
