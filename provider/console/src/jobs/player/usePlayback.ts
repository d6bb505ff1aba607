import { type RefObject, useEffect, useState } from "react";

export interface Playback {
  time: number;
  duration: number;
  isPaused: boolean;
  isMuted: boolean;
}

const EVENTS = ["timeupdate", "seeking", "durationchange", "play", "pause", "ended", "volumechange", "loadedmetadata"] as const;

/** Returns where a video is, again with each change. */
export function usePlayback(video: RefObject<HTMLVideoElement | null>): Playback {
  const [playback, setPlayback] = useState<Playback>({ time: 0, duration: 0, isPaused: true, isMuted: false });
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const look = () => {
      const { currentTime: time, duration, paused: isPaused, muted: isMuted } = element;
      setPlayback({ time, duration: Number.isFinite(duration) ? duration : 0, isPaused, isMuted });
    };
    for (const name of EVENTS) element.addEventListener(name, look);
    look();
    return () => EVENTS.forEach((name) => element.removeEventListener(name, look));
  }, [video]);
  return playback;
}
