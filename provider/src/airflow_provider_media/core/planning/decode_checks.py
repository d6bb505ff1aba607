"""Decode checks after a deferred full decode: the first unit that decodes the whole video also checks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.outputs import OutputSpec
from airflow_provider_media.core.planning import cost
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.plans import ExpectedDecode, Unit


def has_full_decode(outputs: Iterable[OutputSpec]) -> bool:
    """Return whether a required output decodes the whole video of every source that has a video."""
    return any(map(_decodes_whole_video, outputs))


def with_decode_check(units: Sequence[Unit], outputs: Mapping[str, OutputSpec], media: MediaInfo) -> list[Unit]:
    """Return the units of a plan. The first full decode among them gets the video that it has to find.

    Where all videos are encoded in slices, one more unit decodes the whole. A unit with something left to make comes
    before finished units: it decodes the video anyway.

    :raises ValueError: when no unit decodes the whole video. The decode of such a source must not be deferred.
    """
    video = media.main_video
    if video is None or not media.is_decode_deferred:
        return list(units)
    whole = {name for name, spec in outputs.items() if _decodes_whole_video(spec)}
    decoding = [number for number, unit in enumerate(units) if _is_full_decode(unit, whole)]
    number = min(decoding, key=lambda number: units[number].is_finished, default=None)
    expected = ExpectedDecode(stream=video.index, frames=video.frame_count, start=video.start, duration=video.duration)
    if number is None:
        if not any(unit.join for unit in units):
            raise ValueError("The decode of the video was deferred, and no unit decodes it.")
        seconds = cost.decoding(video, media.duration)
        check = Unit(name="check of the source", commands=(), artifacts=(), cost=seconds, expected_decode=expected)
        return [check, *units]
    checking = replace(units[number], expected_decode=expected)
    return [*units[:number], checking, *units[number + 1 :]]


def _decodes_whole_video(spec: OutputSpec) -> bool:
    return spec.required and kind_of(spec).decodes_whole_video(spec)


def _is_full_decode(unit: Unit, whole: set[str]) -> bool:
    decoded = [artifact for artifact in unit.artifacts if artifact.output in whole and artifact.expect.video]
    return unit.required and not unit.join and any(artifact.role != "intermediate" for artifact in decoded)
