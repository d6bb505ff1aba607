import type { PublishedFile } from "../../rest/jobs";
import { filePath } from "../filePath";
import { type Pace, paceOf } from "../frameRate";

/** What a frame can be asked of. */
export interface Choice {
  value: string;
  label: string;
  pace: Pace;
}

const isVideo = ({ file, media_type: type }: PublishedFile): boolean =>
  type.startsWith("video/") && !file.endsWith(".m4s") && !file.endsWith("init.mp4");
const RENDITION = /([^/]+)\/playlist\.m3u8$/;

/**
 * Returns the published videos of a job: single files, and the renditions of packages without their sounds.
 *
 * @param manifest URI of the job's manifest.
 */
export function choicesOf(files: PublishedFile[], manifest: string): Choice[] {
  return files.flatMap((file) => {
    const rendition = RENDITION.exec(file.uri)?.[1];
    const isSound = rendition?.startsWith("audio") ?? false;
    if ((!isVideo(file) && !rendition) || isSound) return [];
    return { value: decodeURIComponent(filePath(file.uri, manifest)), label: rendition ? `${file.output} · ${rendition}` : file.output, pace: paceOf(file) };
  });
}

/** Returns the number of the frame, or of the step, that is nearest to a time. */
export const numberAt = (seconds: number, { stepSeconds }: Pace): number => Math.round(seconds / stepSeconds);

/** Returns the time that is some steps away, within the video. */
export function stepped(seconds: number, steps: number, pace: Pace, duration: number): number {
  const last = Math.max(0, numberAt(duration, pace) - 1);
  return Math.min(Math.max(numberAt(seconds, pace) + steps, 0), last) * pace.stepSeconds;
}
