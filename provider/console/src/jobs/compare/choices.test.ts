import { expect, test } from "vitest";

import { choicesOf, numberAt, stepped } from "./choices";

const MANIFEST = "s3://out/vod/.media/jobs/17/manifest.json";
const file = (path: string, type: string) => ({ output: "o", file: path.split("/").slice(-2).join("/"), uri: `s3://out/vod/${path}`, size: 1, media_type: type, facts: { exact_frame_rate: "24000/1001" } });
const FILM = { rate: "24000/1001", stepSeconds: 1001 / 24000 };

test("videos and renditions can be compared, parts and sounds cannot", () => {
  const files = [
    file("a film/mp4.mp4", "video/mp4"),
    file("a/stream/720p/init.mp4", "video/mp4"),
    file("a/stream/720p/1.m4s", "video/iso.segment"),
    file("a/stream/720p/playlist.m3u8", "application/vnd.apple.mpegurl"),
    file("a/stream/720p/iframes.m3u8", "application/vnd.apple.mpegurl"),
    file("a/stream/audio_eng/playlist.m3u8", "application/vnd.apple.mpegurl"),
    file("a/poster.jpg", "image/jpeg"),
  ];
  expect(choicesOf(files, MANIFEST)).toEqual([
    { value: "a film/mp4.mp4", label: "o", pace: FILM },
    { value: "a/stream/720p/playlist.m3u8", label: "o · 720p", pace: FILM },
  ]);
});

test.each([
  [1, 1, 1.04],
  [0, -1, 0],
  [1.99, 1, 1.96],
  [0.333, 1, 0.36],
])("step from %d s by %d frames is %d s", (from, frames, to) => expect(stepped(from, frames, { rate: "25", stepSeconds: 0.04 }, 2)).toBeCloseTo(to, 6));

test("a thousand steps through a film at 23.976 frames per second miss no frame", () => {
  let at = 0;
  for (let frame = 1; frame <= 1_000; frame += 1) {
    at = stepped(at, 1, FILM, 60);
    expect(at).toBeCloseTo((frame * 1001) / 24000, 9);
    expect(numberAt(at, FILM)).toBe(frame);
  }
  expect(stepped(59, 100, FILM, 60)).toBeCloseTo((1438 * 1001) / 24000, 9);
});
