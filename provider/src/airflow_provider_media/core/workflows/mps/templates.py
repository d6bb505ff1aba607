"""The service's preset templates as outputs of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.workflows.mps.part import Part

PEAK = 2
"""Peak of a rung's bit rate as a multiple of its average: Apple's authoring rules for HLS allow twice the average."""


def _file(codec: str, kilobits: int, rate: int, audio: int = 48, **size: int) -> dict[str, Any]:
    sound = {"bitrate": 1000 * audio, "channels": 2, "sample_rate": 44100}
    video = {"codec": codec, "bitrate": 1000 * kilobits, "frame_rate": rate, **size, "orientation": "source"}
    return {"container": "mp4", "video": video, "audio": sound}


def _sound(container: str, kilobits: int) -> dict[str, Any]:
    return {
        "container": container,
        "video": "drop",
        "audio": {"bitrate": 1000 * kilobits, "channels": 2, "sample_rate": 44100},
    }


TRANSCODES: dict[int, dict[str, Any]] = {
    10: _file("h264", 256, 24, width=320),
    20: _file("h264", 512, 24, width=640),
    30: _file("h264", 1024, 24, width=1280),
    40: _file("h264", 2500, 24, width=1920),
    70: _file("h264", 3072, 30, height=1440),
    80: _file("h264", 6144, 30, height=2160),
    510: _file("h265", 250, 15, height=240),
    520: _file("h265", 600, 24, height=480),
    530: _file("h265", 800, 25, height=720),
    540: _file("h265", 1400, 30, height=1080),
    570: _file("h265", 2048, 30, height=1440),
    580: _file("h265", 4096, 30, height=2160),
    100010: _file("h264", 400, 25, 64, height=360),
    100020: _file("h264", 1000, 25, 64, height=540),
    100030: _file("h264", 1800, 25, 128, height=720),
    100040: _file("h264", 2500, 25, 128, height=1080),
    100070: _file("h264", 3000, 25, 160, height=1440),
    100080: _file("h264", 6000, 25, 160, height=2160),
    875: {"container": "mp4", "video": "copy", "audio": "copy"},
    **{number: _sound("m4a", rate) for number, rate in ((1100, 24), (1110, 48), (1120, 96), (1130, 192), (1140, 256))},
    **{number: _sound("mp3", rate) for number, rate in ((1010, 128), (1020, 320))},
}
"""Templates of transcodes with one file."""
PICTURES: dict[str, dict[int, dict[str, Any]]] = {
    "SnapshotByTimeOffsetTaskSet": {10: {"format": "jpg"}},
    "SampleSnapshotTaskSet": {10: {"format": "jpg", "every": "10%"}},
    "ImageSpriteTaskSet": {
        10: {"format": "jpg", "every": "10s", "columns": 10, "rows": 10, "width": 142, "height": 80}
    },
    "AnimatedGraphicTaskSet": {20000: {"format": "gif", "frame_rate": 2}, 20001: {"format": "webp", "frame_rate": 2}},
}
"""Templates of pictures, by the name of their field in a request."""


def rung(short_side: int, bitrate: int) -> dict[str, int]:
    """Return a rung of a ladder; ``bitrate`` in bits per second."""
    return {"short_side": short_side, "bitrate": bitrate, "max_bitrate": PEAK * bitrate}


_RUNGS = ((240, 256), (480, 512), (720, 512), (1080, 1024), (1440, 3072), (2160, 6144))
LADDERS: dict[int, dict[str, Any]] = {
    10: {
        "protocols": ["hls"],
        "frame_rate": 24,
        "renditions": [rung(side, 1000 * kilobits) for side, kilobits in _RUNGS],
        "audio": [{"bitrate": 48_000}],
    },
}
"""Templates of adaptive streams; rungs above the source's size are left out."""


def template(task: Part, known: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """Return the template that a task names.

    :raises ConfigurationError: when the service has no such template.
    """
    number = task.get("Definition")
    if isinstance(number, bool) or not isinstance(number, int) or number not in known:
        raise task.wrong(
            "Definition", f"is {number!r}: there is no such template; there are {', '.join(map(str, sorted(known)))}"
        )
    return known[number]
