"""Sources of draws, made by the real ffmpeg: each picture tells its number and which way is up, and the sound tells the
time.

A picture has a red, a green and a blue corner, a background whose colour changes each eighth frame, and bars that write
its number in bits. The sound of a track is a tone that rises or falls without repeating itself.
"""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.draws import Draw, Look, Track
from tests.media import ffmpeg

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]

COLOURS = np.array(
    ((150, 150, 60), (60, 150, 150), (150, 60, 150), (110, 110, 110), (190, 120, 60), (60, 120, 60)), np.uint8
)
"""Backgrounds, one after the other."""
GAINS = np.array((1.0, 0.6, 0.5, 0.2, 0.4, 0.3, 0.3, 0.2), np.float32)
"""Loudness of the channels, so that none passes for another."""
QUIET = {"SVT_LOG": "1", "LC_ALL": "C"}
MUXERS = {"fmp4": ("-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof"), "mpg": ("-f", "mpeg")}
ENCODERS = {
    "h264": ("libx264", "-preset", "ultrafast", "-crf", "14"),
    "hevc": ("libx265", "-preset", "ultrafast", "-crf", "16"),
    "mpeg2video": ("mpeg2video", "-q:v", "3"),
    "mpeg1video": ("mpeg1video", "-q:v", "3"),
    "mpeg4": ("mpeg4", "-q:v", "3"),
    "flv1": ("flv", "-q:v", "3"),
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"),
    "vp9": ("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"),
    "av1": ("libsvtav1", "-preset", "12", "-crf", "24"),
    "mjpeg": ("mjpeg", "-q:v", "3"),
    "prores": ("prores_ks",),
    "ffv1": ("ffv1",),
    "ffv1_rgb": ("ffv1",),
    "rgb": ("libx264rgb", "-preset", "ultrafast", "-crf", "8"),
    "qtrle": ("qtrle",),
}
SOUND_ENCODERS = {"mp3": "libmp3lame", "opus": "libopus", "vorbis": "libvorbis"}
LOSSLESS = ("ffv1", "ffv1_rgb", "qtrle", "mjpeg", "prores")
"""Codecs whose every picture stands alone."""
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}


def make_source(made: Draw, folder: Path) -> Path:
    """The file that a draw describes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"source{made.suffix}"
    parts = _parts(made, folder)
    if len(parts) == 1:
        parts[0].rename(path)
    elif made.container == "ts":
        path.write_bytes(b"".join(part.read_bytes() for part in parts))
    else:
        _concatenate(made, parts, path)
    if made.turned or made.mirrored:
        upright = path.rename(folder / f"upright{made.suffix}")
        flip = ("-display_hflip",) if made.mirrored else ()
        _run(
            "-display_rotation", str(made.turned), *flip, "-i", upright, "-map", "0", "-c", "copy", *_muxer(made), path
        )
    if made.clock == "trimmed":
        whole = path.rename(folder / f"whole{made.suffix}")
        _run("-ss", "0.3", "-i", whole, "-map", "0", "-c", "copy", *_muxer(made), path)
    if made.damage:
        path.write_bytes(damaged(path.read_bytes(), made.damage, random.Random(made.seed)))
    return path


def damaged(data: bytes, kind: str, rng: random.Random) -> bytes:
    """The bytes of a file that a disk or a network has spoilt.

    :param kind: ``cut``, ``flipped``, ``doubled`` or ``zeroed``.
    """
    spoilt, size = bytearray(data), len(data)
    at, length = rng.randrange(size // 20, size), rng.randrange(1, max(2, size // 50))
    match kind:
        case "cut":
            del spoilt[at:]
        case "flipped":
            for _ in range(rng.randrange(1, 6)):
                spoilt[rng.randrange(size // 20, size)] ^= 1 << rng.randrange(8)
        case "doubled":
            spoilt[at:at] = spoilt[at : at + length]
        case _:
            spoilt[at : at + length] = bytes(len(spoilt[at : at + length]))
    return bytes(spoilt)


def picture(number: int, width: int, height: int) -> Pixels:
    """The picture of a number, upright: height by width by three."""
    x, y = np.arange(width) / width, np.arange(height) / height
    image = np.empty((height, width, 3), np.uint8)
    image[:] = COLOURS[number // 8 % len(COLOURS)]
    top, left, right = y < 0.22, x < 0.25, x >= 0.75
    image[np.ix_(top, left)] = (220, 30, 30)
    image[np.ix_(top, right)] = (30, 200, 30)
    image[np.ix_(y >= 0.78, left)] = (30, 30, 220)
    # The second row writes another number, so that neighbours differ in more than one bar.
    for first, value in ((0.28, number), (0.52, number * 37 + 11)):
        for bit in range(8):
            bar = (x >= bit / 8) & (x < (bit + 1) / 8)
            image[np.ix_((y >= first) & (y < first + 0.2), bar)] = 235 if value >> bit & 1 else 20
    return image


def sound(track: Track, *, number: int, start: float, seconds: float) -> Samples:
    """Samples by channels of a track from a moment on."""
    times = start + np.arange(round(seconds * track.sample_rate)) / track.sample_rate
    # From 300 Hz on 400 Hz more each second; or, in every second track, from 2700 Hz on 400 Hz less.
    slope, base = (400, 300) if number % 2 == 0 else (-400, 2700)
    wave = 0.4 * np.sin(2 * np.pi * (base * times + slope / 2 * times**2) + number)
    return (wave[:, None] * GAINS[: track.channels]).astype(np.float32)


def _parts(made: Draw, folder: Path) -> list[Path]:
    if not made.is_joined:
        return [_part(made, folder, 0, made.frames, made.looks[:1], made.tracks, "whole")]
    sounds = (made.sound_after,) if made.sound_after else made.tracks
    first = _part(made, folder, 0, made.middle, made.looks[:1], made.tracks, "first")
    return [first, _part(made, folder, made.middle, made.frames, made.looks[-1:], sounds, "second")]


def _part(
    made: Draw, folder: Path, begin: int, end: int, looks: tuple[Look, ...], tracks: tuple[Track, ...], name: str
) -> Path:
    """Frames from one to another, with the sound of that time, as a file."""
    seconds = float((end - begin) / made.rate)
    inputs: list[str | Path] = []
    for look in looks:
        raw = folder / f"{name}.rgb"
        raw.write_bytes(_frames(made, look, begin, end))
        rate = made.rate * (2 if made.fields else 1)
        late = ("-itsoffset", str(made.late_picture)) if made.late_picture else ()
        size = f"{look.width}x{look.height}"
        inputs += [
            *late,
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-video_size",
            size,
            "-framerate",
            str(rate),
            "-i",
            raw,
        ]
    for number, track in enumerate(tracks):
        raw = folder / f"{name}.{number}.f32"
        wave = sound(track, number=number, start=float(begin / made.rate), seconds=seconds * track.share)
        raw.write_bytes(wave.tobytes())
        late = ("-itsoffset", str(track.start)) if track.start else ()
        form = ("-f", "f32le", "-ar", str(track.sample_rate), "-ch_layout", LAYOUTS[track.channels])
        inputs += [*late, *form, "-i", raw]
    maps = [option for number in range(len(looks) + len(tracks)) for option in ("-map", str(number))]
    path = folder / f"{name}{made.suffix}"
    options = [option for look in looks for option in _picture_options(made, look)]
    _run(*inputs, *maps, *options, *_sound_options(made, tracks), *_clock_options(made, begin), *_muxer(made), path)
    return path


def _frames(made: Draw, look: Look, begin: int, end: int) -> bytes:
    if made.fields:  # two moments for each frame, which are woven later
        return b"".join(picture(number, look.width, look.height).tobytes() for number in range(2 * begin, 2 * end))
    return b"".join(picture(number, look.width, look.height).tobytes() for number in range(begin, end))


def _picture_options(made: Draw, look: Look) -> list[str]:
    filters = [f"setsar={look.sample_aspect_ratio}"]
    if made.uneven:
        kept = random.Random(made.seed)
        missing = "+".join(f"eq(n,{number})" for number in range(1, made.frames) if kept.random() < 0.35) or "0"
        filters.append(f"select='not({missing})'")
    if made.fields:
        first = "top" if made.fields == "tff" else "bottom"
        filters += [f"tinterlace=mode=interleave_{first}", f"setfield={made.fields}"]
    limits = "full" if made.full_range or look.pixel_format.startswith("yuvj") else "limited"
    if look.pixel_format.startswith(("yuv", "gray")):
        filters.append(
            f"scale=out_range={limits}:out_color_matrix={made.matrix or 'smpte170m'}:interl={int(bool(made.fields))}"
        )
    options = ["-vf", ",".join(filters), "-pix_fmt", look.pixel_format, "-c:v", *ENCODERS[made.codec]]
    options += ["-threads", "1", "-fps_mode", "passthrough" if made.uneven else "cfr"]
    options += [] if made.uneven else ["-r", str(made.rate)]
    options += [] if made.codec in LOSSLESS else ["-g", str(made.gop)]
    options += (
        ["-bf", "2" if made.reordered and made.gop > 1 else "0"]
        if made.codec in ("h264", "mpeg2video", "mpeg4")
        else []
    )
    options += ["-color_range", "pc"] if made.full_range else []
    options += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"] if made.matrix else []
    return options + _own_options(made)


def _own_options(made: Draw) -> list[str]:
    if made.codec == "hevc":
        frames = 2 if made.reordered and made.gop > 1 else 0
        tag = ["-tag:v", "hvc1"] if made.container in ("mp4", "mov", "fmp4") else []
        return ["-x265-params", f"log-level=none:pools=none:bframes={frames}", *tag]
    if made.codec == "h264" and made.fields:
        return ["-x264-params", f"{made.fields}=1"]
    if made.codec == "mpeg2video" and made.fields:
        return ["-flags", "+ildct+ilme"]
    return ["-strict", "unofficial"] if made.codec in ("mpeg2video", "mpeg1video", "mjpeg", "mpeg4") else []


def _sound_options(made: Draw, tracks: tuple[Track, ...]) -> list[str]:
    if not tracks:
        return []
    default = [
        option
        for n in range(len(tracks))
        for option in (f"-disposition:a:{n}", "default" if n == made.main_track else "0")
    ]
    codec = tracks[0].codec
    surround = ["-mapping_family", "1"] if codec == "opus" and tracks[0].channels > 2 else []
    return ["-c:a", SOUND_ENCODERS.get(codec, codec), *surround, *(default if len(tracks) > 1 else [])]


def _clock_options(made: Draw, begin: int) -> list[str]:
    """Options by which a part begins at another time than 0."""
    if begin and made.clock == "on":
        return ["-output_ts_offset", "1000", "-mpegts_flags", "+initial_discontinuity"]
    if begin and made.clock in ("back", "unflagged"):
        return ["-mpegts_flags", "+initial_discontinuity"] if made.clock == "back" else []
    if made.is_joined and not made.clock and made.container == "ts":
        # Beyond 0 the muxer moves nothing, so that the second part begins where the first one ends.
        return ["-output_ts_offset", str(1 + float(begin / made.rate))]
    offset = {"offset": "5.25", "negative": "-0.3", "wrap": "95441.7"}.get(made.clock)  # 2**33 / 90000 is 95443.7
    keep = ["-avoid_negative_ts", "disabled"] if made.clock == "negative" else []
    return ["-output_ts_offset", offset, *keep] if offset else []


def _concatenate(made: Draw, parts: list[Path], path: Path) -> None:
    """Parts in one file without encoding them again."""
    if made.codec == "h264":  # parameters stand in the stream itself, as where a recorder changes them
        plain = [part.with_suffix(".h264") for part in parts]
        for part, stream in zip(parts, plain, strict=True):
            _run("-i", part, "-map", "0:v", "-c", "copy", stream)
        joined = path.with_suffix(".h264")
        joined.write_bytes(b"".join(stream.read_bytes() for stream in plain))
        pictures: list[str | Path] = ["-r", str(made.rate), "-i", joined]
    else:
        pictures = ["-f", "concat", "-i", _list(parts)]
    heard = ["-f", "concat", "-i", _list(parts), "-map", "0:v", "-map", "1:a"] if made.tracks else ["-map", "0:v"]
    _run("-fflags", "+genpts", *pictures, *heard, "-c", "copy", *_muxer(made), path)


def _list(parts: list[Path]) -> Path:
    path = parts[0].with_name("parts.txt")
    path.write_text("ffconcat version 1.0\n" + "".join(f"file '{part.name}'\n" for part in parts))
    return path


def _muxer(made: Draw) -> tuple[str, ...]:
    return MUXERS.get(made.container, ())


def _run(*arguments: str | Path) -> None:
    argv = [ffmpeg(), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=300, env=os.environ | QUIET)
    assert done.returncode == 0, f"{argv}\n{done.stderr}"
