import { type RefObject, useEffect, useState } from "react";

import type { Menu, Option } from "./useStream";

const isCaptions = ({ kind }: TextTrack): boolean => kind === "captions" || kind === "subtitles";

/** Returns the menu of a video's captions: WebVTT of the stream, and closed captions within the picture. */
export function useCaptions(video: RefObject<HTMLVideoElement | null>): Menu {
  const [options, setOptions] = useState<Option[]>([]);
  const [value, setValue] = useState("");
  useEffect(() => {
    const tracks = video.current?.textTracks;
    if (!tracks) return;
    const look = () => {
      const found = Array.from(tracks);
      setOptions(found.flatMap((track, index) => (isCaptions(track) ? { value: String(index), label: track.label || track.language || String(index + 1) } : [])));
      const shown = found.findIndex((track) => isCaptions(track) && track.mode === "showing");
      setValue(shown < 0 ? "" : String(shown));
    };
    const events = ["addtrack", "removetrack", "change"] as const;
    for (const name of events) tracks.addEventListener(name, look);
    look();
    return () => events.forEach((name) => tracks.removeEventListener(name, look));
  }, [video]);
  const choose = (wanted: string) => {
    for (const [index, track] of Array.from(video.current?.textTracks ?? []).entries()) {
      if (isCaptions(track)) track.mode = String(index) === wanted ? "showing" : "disabled";
    }
  };
  return { options, value, choose };
}
