"""Adaptive streams of a request: a template of the service, or streams listed in the request."""

from __future__ import annotations

from typing import Any

from airflow_provider_media.core.workflows.mps.part import Part
from airflow_provider_media.core.workflows.mps.templates import LADDERS, rung, template
from airflow_provider_media.core.workflows.mps.transcodes import PICTURE, audio_of, video_of

MOST = 10
STREAMS = "StdExtStreamInfos"


def ladder(task: Part) -> dict[str, Any]:
    """Return the ladder of a task.

    :raises ConfigurationError: with the name of an unsupported field.
    """
    base = template(task, LADDERS)
    streams = list(task.parts(STREAMS, MOST))
    return {**base, **_streams(task, streams)} if streams else base


def _streams(task: Part, streams: list[Part]) -> dict[str, Any]:
    for stream in streams:
        stream.only("Video", "Audio", "RemoveAudio", "RemoveVideo")
        if stream.flag("RemoveVideo"):
            raise stream.wrong("RemoveVideo", "is 1: sound is a stream of its own here, which all pictures share")
    sounds = [_sound(stream.part("Audio")) for stream in streams if not stream.flag("RemoveAudio")]
    if sounds and len(sounds) < len(streams):
        raise task.wrong(
            STREAMS, "removes the sound of some streams: all of them share it here, so give RemoveAudio to all or none"
        )
    videos = [stream.part("Video") for stream in streams]
    settings = [video_of(video) for video in videos]
    return {
        "codec": _same(task, {each["codec"] for each in settings}, "Codec"),
        "renditions": [_rung(video, each) for video, each in zip(videos, settings, strict=True)],
        "audio": [sound for number, sound in enumerate(sounds) if sound not in sounds[:number]],
        # The service uses the first stream's frame rate for all streams.
        "frame_rate": settings[0].get("frame_rate"),
        "gop_seconds": _same(task, {each.get("gop_seconds") for each in settings}, "Gop"),
    }


def _rung(video: Part, settings: dict[str, Any]) -> dict[str, int]:
    video.only(*PICTURE)
    if settings["orientation"] != "source":
        raise video.wrong(
            "ResolutionAdaptive", "is 'close': a rung has the source's shape here, however the picture is held"
        )
    if "height" not in settings:
        raise video.wrong("Height", "is needed: it is the short side of a rung")
    if "bitrate" not in settings:
        raise video.wrong("Bitrate", "is needed in a rung, above 0 and in a Mode that has one")
    made = rung(settings["height"], settings["bitrate"])
    return {**made, **({"max_bitrate": settings["max_bitrate"]} if "max_bitrate" in settings else {})}


def _sound(audio: Part) -> dict[str, Any]:
    settings = audio_of(audio)
    if settings == "copy" or settings["codec"] != "aac":
        raise audio.wrong("Codec", f"is {audio.get('Codec')!r}; there is aac")
    return {name: settings[name] for name in ("bitrate", "channels") if name in settings}


def _same(task: Part, values: set[Any], name: str) -> Any:
    if len(values) > 1:
        raise task.wrong(STREAMS, f"has streams that differ in Video.{name}, which is one for all rungs here")
    return values.pop()
