import { Box } from "@chakra-ui/react";
import Hls, { Events } from "hls.js";
import { useEffect, useRef, useState } from "react";

import { t } from "../i18n";
import { Choice } from "../parts/Choice";
import { Failure } from "../parts/Failure";

const AUTOMATIC = -1; // hls.js's own sign for the level that it chooses

/** A player of a package or of a single file, with a choice of the rendition. */
export default function Player({ url, isPlaylist }: { url: string; isPlaylist: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const engine = useRef<Hls | null>(null);
  const [levels, setLevels] = useState<Array<{ height: number; bitrate: number }>>([]);
  const [level, setLevel] = useState(AUTOMATIC);
  const [error, setError] = useState<Error>();
  useEffect(() => {
    if (!isPlaylist || !video.current) return;
    const hls = new Hls();
    engine.current = hls;
    hls.on(Events.MANIFEST_PARSED, (_, { levels: found }) => setLevels(found));
    hls.on(Events.ERROR, (_, failure) => {
      if (failure.fatal) setError(new Error(t("playbackFailed", { reason: failure.details })));
    });
    hls.loadSource(url);
    hls.attachMedia(video.current);
    return () => hls.destroy();
  }, [url, isPlaylist]);
  const choose = (value: string) => {
    const chosen = value === "" ? AUTOMATIC : Number(value);
    if (engine.current) engine.current.nextLevel = chosen;
    setLevel(chosen);
  };
  const options = levels.map(({ height, bitrate }, index) => ({ value: String(index), label: `${height}p · ${Math.round(bitrate / 1000)} kbit/s` }));
  return (
    <Box as="section" aria-label={t("player")} maxW="860px">
      {error && <Failure error={error} />}
      {/* Captions are within the stream; hls.js offers them as tracks of the video. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video ref={video} controls playsInline src={isPlaylist ? undefined : url} style={{ width: "100%", background: "black", maxHeight: "60vh" }} />
      {levels.length > 1 && <Choice label={t("quality")} any={t("automatic")} value={level === AUTOMATIC ? "" : String(level)} options={options} onChange={choose} />}
    </Box>
  );
}
