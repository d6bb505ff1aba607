import type { Job, PublishedFile } from "../rest/jobs";

/** How far one step goes: the time of a frame, or a fixed time where nobody knows the frame rate. */
export interface Pace {
  /** Frames per second as verification measured them, such as `24000/1001`. */
  rate: string | undefined;
  stepSeconds: number;
}

const UNKNOWN: Pace = { rate: undefined, stepSeconds: 0.04 };

/** Returns the pace of a published video; frames at uneven times have no rate. */
export function paceOf({ facts }: Pick<PublishedFile, "facts">): Pace {
  const rate = String(facts?.["exact_frame_rate"] ?? "");
  const [, frames, seconds = "1"] = /^([1-9]\d*)(?:\/([1-9]\d*))?$/.exec(rate) ?? [];
  return frames ? { rate, stepSeconds: Number(seconds) / Number(frames) } : UNKNOWN;
}

/** Returns the pace of the fastest video that a job has published. */
export function fastestPace({ outputs }: Pick<Job, "outputs">): Pace {
  const known = outputs.map(paceOf).filter(({ rate }) => rate !== undefined);
  return known.reduce((fastest, pace) => (pace.stepSeconds < fastest.stepSeconds ? pace : fastest), known[0] ?? UNKNOWN);
}
