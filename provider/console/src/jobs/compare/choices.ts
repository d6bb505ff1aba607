import type { PublishedFile } from "../../rest/jobs";
import { filePath } from "../filePath";

/** What a frame can be asked of. */
export interface Choice {
  value: string;
  label: string;
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
    return { value: decodeURIComponent(filePath(file.uri, manifest)), label: rendition ? `${file.output} · ${rendition}` : file.output };
  });
}

/** Returns the time of the frame that is some frames away, within the video. */
export function stepped(seconds: number, frames: number, rate: number, duration: number): number {
  const frame = Math.round(seconds * rate) + frames;
  const last = Math.max(0, Math.floor(duration * rate) - 1);
  return Math.min(Math.max(frame, 0), last) / rate;
}
