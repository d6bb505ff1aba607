import Hls, { Events } from "hls.js";
import { type RefObject, useEffect, useRef, useState } from "react";

import { t } from "../../i18n";

const AUTOMATIC = -1; // hls.js's own sign for the level that it chooses

/** One entry of a menu. */
export interface Option {
  value: string;
  label: string;
}

/** A menu of the player; `value` is empty for what the player chooses by itself. */
export interface Menu {
  options: Option[];
  value: string;
  choose: (value: string) => void;
}

/** Plays a playlist by hls.js, or a single file by the browser itself, and returns the menus of what can be chosen. */
export function useStream(video: RefObject<HTMLVideoElement | null>, url: string, isPlaylist: boolean) {
  const engine = useRef<Hls | null>(null);
  const [levels, setLevels] = useState<Option[]>([]);
  const [audios, setAudios] = useState<Option[]>([]);
  const [level, setLevel] = useState("");
  const [audio, setAudio] = useState("");
  const [error, setError] = useState<Error>();
  useEffect(() => {
    if (!isPlaylist || !video.current) return;
    const hls = new Hls();
    engine.current = hls;
    hls.on(Events.MANIFEST_PARSED, (_, { levels: found }) =>
      setLevels(found.map(({ height, bitrate }, index) => ({ value: String(index), label: `${height}p · ${Math.round(bitrate / 1000)} kbit/s` }))),
    );
    hls.on(Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) =>
      setAudios(audioTracks.map(({ name, lang }, index) => ({ value: String(index), label: name || lang || String(index + 1) }))),
    );
    hls.on(Events.AUDIO_TRACK_SWITCHED, () => setAudio(String(hls.audioTrack)));
    hls.on(Events.ERROR, (_, failure) => {
      if (failure.fatal) setError(new Error(t("playbackFailed", { reason: failure.details })));
    });
    hls.loadSource(url);
    hls.attachMedia(video.current);
    return () => hls.destroy();
  }, [video, url, isPlaylist]);
  const chooseLevel = (value: string) => {
    if (engine.current) engine.current.nextLevel = value === "" ? AUTOMATIC : Number(value);
    setLevel(value);
  };
  const chooseAudio = (value: string) => {
    if (engine.current) engine.current.audioTrack = Number(value);
  };
  const quality: Menu = { options: levels, value: level, choose: chooseLevel };
  const sound: Menu = { options: audios, value: audio, choose: chooseAudio };
  return { quality, sound, error };
}
