import { expect, test } from "vitest";

import { fastestPace, paceOf } from "./frameRate";

const video = (rate: unknown) => ({ output: "o", file: "f", uri: "u", size: 1, media_type: "video/mp4", facts: { exact_frame_rate: rate } });

test.each([
  ["24000/1001", 1001 / 24000],
  ["60", 1 / 60],
])("a step at %s frames per second takes %d s", (rate, stepSeconds) => expect(paceOf(video(rate))).toEqual({ rate, stepSeconds }));

test.each([undefined, null, "", "0", "0/1", "25/0", "fast"])("rate %j is unknown, and a step takes 40 ms", (rate) => {
  expect(paceOf(video(rate))).toEqual({ rate: undefined, stepSeconds: 0.04 });
});

test("a file without facts has no rate", () => expect(paceOf({}).rate).toBeUndefined());

test("fastest known rate counts for a job", () => {
  expect(fastestPace({ outputs: [video("10"), video("24000/1001"), video("12"), video(undefined)] }).rate).toBe("24000/1001");
  expect(fastestPace({ outputs: [video("10")] }).rate).toBe("10");
  expect(fastestPace({ outputs: [] })).toEqual({ rate: undefined, stepSeconds: 0.04 });
});
