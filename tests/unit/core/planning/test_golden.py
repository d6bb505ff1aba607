"""Plans as they are written down in tests/golden/plans: any change of a command is seen, and meant.

``UPDATE_GOLDEN=1 pytest tests/unit/core/planning/test_golden.py`` writes them anew; read the difference before you
commit it.
"""

import os
import re
from pathlib import Path

import pytest

from airflow_provider_media.core.planning.describe import describe
from airflow_provider_media.core.plans import Plan
from tests.planned import audio, media, plan, video

GOLDEN = Path(__file__).parents[3] / "golden" / "plans"

WATERMARKS = [
    {"text": "Hello", "corner": "bottom_left", "size": "8%"},
    {"image": "s3://brand/logo.png", "opacity": 0.5, "end": "5s"},
]
EVERYTHING = {
    "mp4": {"kind": "transcode"},
    "hls": {"kind": "ladder"},
    "poster": {"kind": "snapshots", "at": ["10%"]},
    "shots": {"kind": "sampled_snapshots", "every": "4s", "format": "webp"},
    "teaser": {"kind": "animated_image", "start": "2s"},
    "sprite": {"kind": "sprites", "every": "1s", "columns": 3, "rows": 2},
    "report": {"kind": "probe_report"},
}
CASES = {
    "everything-in-one-pass": lambda: plan(EVERYTHING),
    "everything-of-sound-alone": lambda: plan(EVERYTHING, media(audio(index=0))),
    "pictures-seek-where-nothing-else-decodes": lambda: plan(
        {name: EVERYTHING[name] for name in ("poster", "teaser")}, media(video(seconds=600.0), audio(duration=600.0))
    ),
    "waveforms": lambda: plan(
        {
            "mp4": {"kind": "transcode"},
            "waves": {"kind": "waveform"},
            "channels": {"kind": "waveform", "split_channels": True, "start": "2s", "end": "-1s", "files": ["json"]},
        }
    ),
    "interlaced-hdr-and-rotated": lambda: plan(
        {
            "sdr": {"kind": "transcode"},
            "hdr": {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep"}},
        },
        media(
            video(field_order="top_first", dynamic_range="hdr10", rotation=90, bit_depth=10, color_transfer="smpte2084")
        ),
    ),
    "hardware-encoders": lambda: plan(
        {
            "named": {"kind": "transcode", "video": {"encoder": "nvenc"}},
            "chosen": {"kind": "transcode", "video": {"codec": "av1", "encoder": "auto", "bit_depth": 10}},
            "hls": {
                "kind": "ladder",
                "codec": "h265",
                "encoder": "auto",
                "renditions": [{"short_side": 720, "max_bitrate": 3_200_000}],
            },
        }
    ),
    "two-passes": lambda: plan({"vbr": {"kind": "transcode", "video": {"bitrate": 2_000_000, "passes": 2}}}),
    "two-passes-of-h265": lambda: plan(
        {"vbr": {"kind": "transcode", "video": {"codec": "h265", "bitrate": 2_000_000, "passes": 2}}}
    ),
    "trimmed-copy": lambda: plan(
        {
            "cut": {
                "kind": "transcode",
                "container": "mkv",
                "video": "copy",
                "audio": "copy",
                "trim": {"start": "3s", "end": "-1s"},
            }
        }
    ),
    "watermarks": lambda: plan(
        {"mp4": {"kind": "transcode", "video": {"width": 640}}, "shots": {"kind": "snapshots", "at": ["1s", "8s"]}},
        watermarks=WATERMARKS,
    ),
    "fits": lambda: plan(
        {
            fit: {"kind": "transcode", "video": {"width": 720, "height": 720, "fit": fit}}
            for fit in ("stretch", "pad", "crop", "blur")
        }
    ),
    "codecs": lambda: plan(
        {
            codec: {
                "kind": "transcode",
                "container": "mkv",
                "video": {"codec": codec, "max_bitrate": 2_000_000, "bit_depth": 10},
            }
            for codec in ("h264", "h265", "av1", "vp9")
        }
    ),
    "sound": lambda: plan(
        {
            kind: {"kind": "transcode", "container": kind, "audio": {"loudness": -16, "channels": 2}}
            for kind in ("m4a", "mp3", "flac", "ogg", "wav")
        }
    ),
    "ntsc-ladder-of-two-languages": lambda: plan(
        {"hls": {"kind": "ladder", "audio_tracks": "all", "gop_seconds": 2}},
        media(
            video(frame_rate="30000/1001"),
            audio(language="eng", default=True),
            audio(index=2, language="deu", channels=6),
        ),
    ),
    "variable-frame-rate": lambda: plan(
        {"even": {"kind": "transcode"}, "kept": {"kind": "transcode", "video": {"variable_frame_rate": "keep"}}},
        media(video(frame_rate="2987/100", constant_frame_rate=False)),
    ),
    "optional-outputs-apart": lambda: plan(
        {
            "mp4": {"kind": "transcode"},
            "sprite": {"kind": "sprites", "required": False},
            "gif": {"kind": "animated_image", "required": False},
        }
    ),
}


def readable(made: Plan) -> str:
    """The plan's description with one filter and one option per line."""
    lines = describe(made, with_commands=True).replace("];[", "];\n      [")
    lines = re.sub(r" -(?=[a-z])", "\n    -", lines)
    return "\n".join(line.rstrip() for line in lines.splitlines()) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_plan_is_what_is_written_down(name):
    path, found = GOLDEN / f"{name}.txt", readable(CASES[name]())
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found)
    assert path.exists(), f"{path} is missing: write it with UPDATE_GOLDEN=1"
    assert found == path.read_text()


def test_no_plan_is_written_down_that_is_not_made():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)
