"""Decode checks after a deferred full decode: the first unit that decodes the whole video also checks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.plans import ExpectedDecode, Unit


def has_full_decode(outputs: Iterable[OutputSpec]) -> bool:
    """Return whether a required output decodes the whole video of every source that has a video."""
    return any(map(_decodes_whole_video, outputs))


def with_decode_check(units: Sequence[Unit], outputs: Mapping[str, OutputSpec], media: MediaInfo) -> list[Unit]:
    """Return the units of a plan. The first full decode among them gets the video that it has to find.

    A unit with something left to make comes before finished units: it decodes the video anyway.

    :raises ValueError: when no unit decodes the whole video. The decode of such a source must not be deferred.
    """
    video = media.main_video
    if video is None or not media.is_decode_deferred:
        return list(units)
    whole = {name for name, spec in outputs.items() if _decodes_whole_video(spec)}
    decoding = [number for number, unit in enumerate(units) if _is_full_decode(unit, whole)]
    number = min(decoding, key=lambda number: units[number].is_finished, default=None)
    if number is None:
        raise ValueError("The decode of the video was deferred, and no unit decodes it.")
    expected = ExpectedDecode(stream=video.index, frames=video.frame_count, start=video.start, duration=video.duration)
    checking = replace(units[number], expected_decode=expected)
    return [*units[:number], checking, *units[number + 1 :]]


def _decodes_whole_video(spec: OutputSpec) -> bool:
    return spec.required and kind_of(spec).decodes_whole_video(spec)


def _is_full_decode(unit: Unit, whole: set[str]) -> bool:
    return unit.required and any(artifact.output in whole and artifact.expect.video for artifact in unit.artifacts)
