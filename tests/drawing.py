"""Random sources and workflows: each follows from one seed."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tests.draws import Draw, Look, Track

FULL_RATES = tuple(map(Fraction, ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001")))
"""Rates that MPEG-1 and MPEG-2 know."""
SLOW_RATES = tuple(map(Fraction, ("25/2", "5", "1")))
VARIABLE = ("mp4", "mov", "mkv", "webm", "ts", "flv", "fmp4")
"""Containers that hold frames at uneven times."""
BROADCAST = ("ts", "mpg")
TURNING = ("mp4", "mov", "mkv", "fmp4")
"""Containers with a display matrix, as our muxer writes it."""
CODECS: dict[str, tuple[str, ...]] = {
    "mp4": ("h264", "h264", "hevc", "mpeg4", "vp9", "av1", "mpeg2video", "mjpeg"),
    "mov": ("h264", "hevc", "prores", "mjpeg", "rgb", "qtrle"),
    "mkv": ("h264", "hevc", "mpeg2video", "mpeg4", "vp8", "vp9", "av1", "mjpeg", "prores", "ffv1", "rgb", "ffv1_rgb"),
    "webm": ("vp8", "vp9", "av1"),
    "ts": ("h264", "h264", "hevc", "mpeg2video"),
    "mpg": ("mpeg1video", "mpeg2video"),
    "avi": ("mpeg4", "mjpeg", "ffv1", "h264"),
    "flv": ("flv1", "h264"),
    "fmp4": ("h264", "hevc", "vp9", "av1"),
}
"""Codecs of pictures by container; ``fmp4`` is fragmented MP4."""
SOUNDS: dict[str, tuple[str, ...]] = {
    "mp4": ("aac", "mp3", "ac3", "opus", "flac", "alac"),
    "mov": ("aac", "pcm_s16le", "alac"),
    "mkv": ("aac", "mp3", "ac3", "opus", "flac", "vorbis", "pcm_s16le"),
    "webm": ("opus", "vorbis"),
    "ts": ("aac", "mp2", "ac3", "mp3"),
    "mpg": ("mp2", "ac3"),
    "avi": ("mp3", "pcm_s16le", "ac3"),
    "flv": ("aac", "mp3"),
    "fmp4": ("aac", "opus"),
}
MOST_CHANNELS = {"mp3": 2, "mp2": 2, "ac3": 6}
SAMPLE_RATES: dict[str, tuple[int, ...]] = {
    "opus": (48_000,),
    "mp2": (32_000, 44_100, 48_000),
    "ac3": (32_000, 44_100, 48_000),
    "mp3": (16_000, 22_050, 44_100, 48_000),
    "flv": (22_050, 44_100),
}
ANY_RATE = (8_000, 16_000, 22_050, 44_100, 48_000, 96_000)
SHAPES = (Fraction(4, 3), Fraction(3, 4), Fraction(16, 11), Fraction(64, 45))


def draw(seed: int) -> Draw:
    """The draw of a seed."""
    rng = random.Random(seed)
    container = rng.choice(tuple(CODECS))
    facts: dict[str, Any] = {"seed": seed, "container": container}
    if rng.random() < 0.92:
        facts |= _pictures(rng, container)
    if not facts.get("codec") or rng.random() < 0.8:
        facts |= _sounds(rng, container, has_pictures="codec" in facts)
    made = Draw(**facts)
    made = Draw(**facts | _oddity(rng, made))
    if made.is_joined:  # the second part follows the first one in both picture and sound
        together = {"tracks": tuple(replace(track, start=0, share=1) for track in made.tracks), "late_picture": 0}
        made = replace(made, **together)
    made = replace(made, **_damage(rng))
    return replace(made, outputs=_outputs(rng, made))


def _pictures(rng: random.Random, container: str) -> dict[str, Any]:
    codec = rng.choice(CODECS[container])
    rates = FULL_RATES if codec in ("mpeg1video", "mpeg2video") else FULL_RATES + SLOW_RATES
    rate = rng.choice(rates)
    seconds = rng.uniform(3, 5) if rate <= 5 else rng.uniform(0.8, 2.2)
    uneven = container in VARIABLE and rate >= 12 and rng.random() < 0.15
    interlaced = (
        codec in ("h264", "mpeg2video") and rate in (25, Fraction("30000/1001")) and not uneven and rng.random() < 0.3
    )
    look = _look(rng, container, codec, interlaced=interlaced)
    return {
        "codec": codec,
        "looks": (look,),
        "rate": rate,
        "frames": 1 if rng.random() < 0.03 else max(2, round(seconds * rate)),
        "uneven": uneven,
        "gop": rng.choice((1, 6, 12, 50)),
        "reordered": container not in ("avi", "flv")
        and codec in ("h264", "hevc", "mpeg2video", "mpeg4")
        and rng.random() < 0.4,
        "fields": rng.choice(("tff", "bff")) if interlaced else "",
        "full_range": codec in ("h264", "hevc", "vp9") and rng.random() < 0.15,
        "matrix": "bt709" if codec in ("h264", "hevc") and rng.random() < 0.3 else "",
    }


def _look(rng: random.Random, container: str, codec: str, *, interlaced: bool) -> Look:
    width, height = rng.choice(((160, 90), (128, 96), (72, 128), (90, 160), (64, 48), (34, 26), (161, 91), (97, 73)))
    if interlaced:
        width, height = rng.choice(((160, 96), (128, 96), (96, 128)))
    elif codec in ("av1", "prores", "mpeg1video"):  # whose encoders take no less
        width, height = rng.choice(((160, 90), (128, 96), (72, 128), (64, 64)))
    elif codec == "hevc":
        width, height = rng.choice(((160, 90), (72, 128), (64, 64), (161, 91), (97, 73)))
    odd = width % 2 or height % 2
    formats = {
        "h264": ("yuv420p", "yuv420p", "yuv422p", "yuv420p10le"),
        "hevc": ("yuv420p", "yuv420p", "yuv420p10le"),
        "vp9": ("yuv420p", "yuv444p"),
        "mjpeg": ("yuvj420p", "yuvj422p"),
        "prores": ("yuv422p10le",),
        "ffv1": ("yuv420p", "yuv422p", "gray"),
        "ffv1_rgb": ("gbrp", "bgr0"),
        "rgb": ("rgb24",),
        "qtrle": ("rgb24",),
    }.get(codec, ("yuv420p",))
    if odd and codec in ("h264", "hevc"):
        formats = ("yuv444p",)
    shape = rng.choice(SHAPES) if _has_shape(container, codec) and rng.random() < 0.25 else Fraction(1)
    if codec == "mpeg2video" and shape != 1:
        shape = Fraction(16, 9) * height / width  # its header holds shapes of the whole picture
    return Look(width=width, height=height, pixel_format=rng.choice(formats), sample_aspect_ratio=shape)


def _has_shape(container: str, codec: str) -> bool:
    """Whether a file can say that its pixels are not square."""
    return container not in ("avi", "flv") and codec not in ("mpeg1video", "mjpeg", "ffv1", "ffv1_rgb", "qtrle")


def _sounds(rng: random.Random, container: str, *, has_pictures: bool) -> dict[str, Any]:
    codec = rng.choice(SOUNDS[container])
    channels = min(rng.choice((1, 1, 2, 2, 2, 6, 8)), MOST_CHANNELS.get(codec, 8), 2 if container == "flv" else 8)
    if container == "ts" and codec == "aac":
        channels = min(channels, 6)
    rates = SAMPLE_RATES["flv"] if container == "flv" else SAMPLE_RATES.get(codec, ANY_RATE)
    rate = rng.choice(tuple(rate for rate in rates if codec != "vorbis" or channels <= 2 or rate >= 16_000))
    several = container in ("mp4", "mov", "mkv", "ts") and rng.random() < 0.2
    if several:
        channels = max(channels, 2)  # mono tracks beside each other may be one programme
    track = Track(
        codec=codec,
        channels=channels,
        sample_rate=rate,
        start=rng.choice((0, 0, 0, 0.37)) if has_pictures and container != "avi" else 0,
        share=rng.choice((1, 1, 1, 0.6, 1.3)) if has_pictures else 1,
    )
    is_late = has_pictures and not track.start and container in ("mp4", "mkv", "ts", "mov") and rng.random() < 0.12
    return {
        "tracks": (track,) * (rng.randint(2, 3) if several else 1),
        "main_track": rng.randint(0, 1) if several and container in ("mp4", "mkv", "mov") else 0,
        "late_picture": 0.45 if is_late else 0,
    }


def _oddity(rng: random.Random, made: Draw) -> dict[str, Any]:
    """One thing beyond the ordinary that the container allows, or none."""
    ways = [{}, {}]
    if made.codec and made.container in TURNING:
        turn = {"turned": rng.choice((90, 180, 270)), "mirrored": rng.random() < 0.3}
        ways += [turn, turn] + ([{"clock": "trimmed"}] if made.container in ("mp4", "mov") and made.frames > 20 else [])
    if made.container in (*BROADCAST, "mkv", "flv", "webm"):
        ways.append({"clock": "offset"})
    if made.container == "mkv":
        ways.append({"clock": "negative"})
    if made.container == "ts":
        ways += [{"clock": "wrap"}] + [{"clock": jump} for jump in ("back", "on", "unflagged") if made.frames > 5]
    if made.codec and made.frames > 5 and not (made.fields or made.uneven or made.late_picture or made.full_range):
        ways += _picture_changes(rng, made)
    if made.container == "ts" and made.tracks and made.frames > 5:
        ways += _sound_changes(rng, made)
    return rng.choice(ways)


def _picture_changes(rng: random.Random, made: Draw) -> list[dict[str, Any]]:
    (look,) = made.looks
    can = {
        "ts": ("h264", "hevc", "mpeg2video"),
        "mkv": ("h264", "mjpeg", "vp8", "vp9"),
        "mp4": ("h264",),
        "webm": ("vp8", "vp9"),
    }
    if made.codec not in can.get(made.container, ()) or made.rate < 12:
        return []
    width, height = rng.choice(((96, 96), (128, 72), (64, 80), (200, 112)))
    looks = [Look(width=width, height=height, pixel_format=look.pixel_format)]
    if made.codec == "h264":
        looks.append(
            Look(
                width=look.width, height=look.height, pixel_format=look.pixel_format, sample_aspect_ratio=Fraction(3, 2)
            )
        )
        other = "yuv444p" if look.pixel_format != "yuv444p" or look.width % 2 or look.height % 2 else "yuv420p"
        looks.append(
            Look(width=look.width, height=look.height, pixel_format=other, sample_aspect_ratio=look.sample_aspect_ratio)
        )
    return [{"looks": tuple(rng.sample((look, other), 2)), "reordered": False} for other in looks]


def _sound_changes(rng: random.Random, made: Draw) -> list[dict[str, Any]]:
    track = made.tracks[0]
    channels = rng.choice(
        [count for count in (1, 2, 6) if count != track.channels and count <= MOST_CHANNELS.get(track.codec, 6)]
    )
    rate = rng.choice([rate for rate in (32_000, 44_100, 48_000) if rate != track.sample_rate])
    plain = {"codec": track.codec, "channels": track.channels, "sample_rate": track.sample_rate}
    first = {"tracks": (Track(**plain),), "main_track": 0, "late_picture": 0}
    after = [plain | {"channels": channels}]
    if track.codec != "aac":  # ffmpeg goes on timing AAC in a transport stream by the rate that it met first
        after.append(plain | {"sample_rate": rate})
    return [{**first, "sound_after": Track(**facts)} for facts in after]


def _damage(rng: random.Random) -> dict[str, Any]:
    damage = rng.choice(("cut", "flipped")) if rng.random() < 0.12 else ""
    return {"damage": damage, "integrity": rng.choice(("strict", "tolerant", "tolerant")) if damage else "strict"}


def _outputs(rng: random.Random, made: Draw) -> dict[str, Any]:
    if not made.codec:
        return {"heard": {"kind": "transcode", "container": rng.choice(("m4a", "mp3", "ogg", "flac", "wav"))}}
    of_all = {
        "mp4": {"kind": "transcode", "video": {"speed": "fastest", "crf": 16, **_size(rng, made)}},
        "stream": {
            "kind": "ladder",
            "speed": "fastest",
            "segment_seconds": 1,
            "renditions": [{"short_side": 90, "max_bitrate": 800_000}],
        },
        "shots": {
            "kind": "snapshots",
            "at": sorted(_times(rng)),
            "format": rng.choice(("jpg", "png", "webp")),
            "quality": 95,
        },
        "samples": {"kind": "sampled_snapshots", "every": rng.choice(("10%", "25%", "0.4s")), "format": "png"},
        "loop": {
            "kind": "animated_image",
            "start": rng.choice((0, 0.2)),
            "frame_rate": rng.choice((5, 10, 12)),
            "width": 64,
            "format": rng.choice(("gif", "webp")),
            "quality": 95,
            "required": False,  # there is none of a source that ends before its start
        },
        "sprite": {
            "kind": "sprites",
            "every": rng.choice(("0.3s", "20%")),
            "width": 48,
            "columns": 4,
            "rows": 2,
            "format": "png",
        },
    }
    if made.uneven and rng.random() < 0.5:
        of_all["mp4"]["video"]["variable_frame_rate"] = "keep"
    names = rng.sample(tuple(of_all), rng.choice((1, 2, 2, 3)))
    return {name: of_all[name] for name in names}


def _size(rng: random.Random, made: Draw) -> dict[str, Any]:
    """None, one side, or a frame that the pictures are stretched to."""
    return rng.choice(({}, {}, {"width": 64}, {"width": 64, "height": 64, "fit": "stretch"}))


def _times(rng: random.Random) -> set[str]:
    return {"0s", "100%", f"{rng.uniform(0, 2):.2f}s", f"{rng.randint(1, 99)}%"}
