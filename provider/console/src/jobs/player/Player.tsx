import { Box, HStack, Text } from "@chakra-ui/react";
import { type KeyboardEvent, useRef } from "react";

import { t } from "../../i18n";
import { Failure } from "../../parts/Failure";
import { clock } from "../../parts/format";
import type { Job, PublishedFile } from "../../rest/jobs";
import { fileUrl } from "../fileUrl";
import { fastestPace } from "../frameRate";
import { IconButton } from "./IconButton";
import { type Command, commandOf } from "./keys";
import { PlayerMenu } from "./PlayerMenu";
import { SeekBar } from "./SeekBar";
import { useCaptions } from "./useCaptions";
import { useCells } from "./useCells";
import { usePlayback } from "./usePlayback";
import { useStream } from "./useStream";

/** A player of a package or of a single file, with menus of renditions, captions and sounds. */
export default function Player({ job, film }: { job: Job; film: PublishedFile }) {
  const box = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const isPlaylist = film.file.endsWith(".m3u8");
  const url = fileUrl(job, film);
  const { quality, sound, error } = useStream(video, url, isPlaylist);
  const captions = useCaptions(video);
  const playback = usePlayback(video);
  const cells = useCells(job);
  const { stepSeconds } = fastestPace(job);
  const run = (command: Command) => {
    if (command.do === "captions") captions.choose(captions.value ? "" : (captions.options[0]?.value ?? ""));
    else if (command.do === "fullscreen") void (document.fullscreenElement ? document.exitFullscreen() : box.current?.requestFullscreen());
    else if (video.current) act(video.current, command, stepSeconds);
  };
  const press = (event: KeyboardEvent) => {
    const command = commandOf(event, (event.target as HTMLElement).tagName);
    if (!command) return;
    event.preventDefault();
    run(command);
  };
  return (
    <Box as="section" aria-label={t("player")} maxW="860px">
      {error && <Failure error={error} />}
      <Box ref={box} as="fieldset" aria-label={t("playerKeys")} tabIndex={0} onKeyDown={press} minW={0} bg="black" color="white" rounded="md">
        {/* Captions are within the stream; hls.js offers them as tracks of the video. */}
        {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
        <video
          ref={video}
          playsInline
          src={isPlaylist ? undefined : url}
          style={{ width: "100%", maxHeight: "60vh", cursor: "pointer", display: "block" }}
          onClick={() => run({ do: "play" })}
        />
        <Box px={3} pt={2} pb={1}>
          <SeekBar time={playback.time} duration={playback.duration} cells={cells} onSeek={(seconds) => video.current && (video.current.currentTime = seconds)} />
          <HStack gap={2} wrap="wrap">
            <IconButton shape={playback.isPaused ? "play" : "pause"} label={t(playback.isPaused ? "playerPlay" : "playerPause")} onClick={() => run({ do: "play" })} />
            <IconButton shape={playback.isMuted ? "mute" : "sound"} label={t(playback.isMuted ? "playerUnmute" : "playerMute")} onClick={() => run({ do: "mute" })} />
            <Text fontSize="xs" whiteSpace="nowrap" flex={1}>
              {clock(Math.floor(playback.time))} / {clock(playback.duration)}
            </Text>
            <PlayerMenu label={t("quality")} any={t("automatic")} menu={quality} least={2} />
            <PlayerMenu label={t("playerCaptions")} any={t("playerOff")} menu={captions} least={1} />
            <PlayerMenu label={t("playerSound")} any={false} menu={sound} least={2} />
            <IconButton shape="fullscreen" label={t("playerFullscreen")} onClick={() => run({ do: "fullscreen" })} />
          </HStack>
        </Box>
      </Box>
    </Box>
  );
}

function act(video: HTMLVideoElement, command: Command, stepSeconds: number): void {
  const seek = (seconds: number) => (video.currentTime = Math.min(Math.max(seconds, 0), video.duration || 0));
  if (command.do === "play") void (video.paused ? video.play() : video.pause());
  else if (command.do === "mute") video.muted = !video.muted;
  else if (command.do === "volume") video.volume = Math.min(Math.max(video.volume + command.by, 0), 1);
  else if (command.do === "seek") seek(video.currentTime + command.by);
  else if (command.do === "jump") seek(command.share * (video.duration || 0));
  else if (command.do === "step") {
    video.pause();
    seek(video.currentTime + command.frames * stepSeconds);
  }
}
