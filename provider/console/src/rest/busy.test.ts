import { expect, test } from "vitest";

import { whileBusy } from "./busy";
import { RestError } from "./client";

const failure = (status: number) => new RestError(status, "code", "message", undefined);

test("a server that is busy is asked again, five times", () => {
  expect([0, 4, 5].map((count) => whileBusy.retry(count, failure(429)))).toEqual([true, true, false]);
});

test("any other answer is final", () => {
  expect([failure(422), failure(503), new Error("network")].map((error) => whileBusy.retry(0, error))).toEqual([false, false, false]);
});
