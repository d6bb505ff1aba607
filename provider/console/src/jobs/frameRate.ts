import type { Job } from "../rest/jobs";

const FRAME_RATE = 25; // steps of a film whose rate nobody has measured

/** Returns the frames per second of the fastest video that a job has published. */
export function frameRate({ outputs }: Job): number {
  const rates = outputs.map(({ facts }) => facts?.["frame_rate"]).filter((rate): rate is number => typeof rate === "number");
  return Math.max(...rates, 0) || FRAME_RATE;
}
