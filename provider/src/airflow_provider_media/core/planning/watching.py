"""Which unit is the first to decode a source whose video was foretold from its packets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.plans import Unit, Watch
from airflow_provider_media.core.specs import LadderSpec, OutputSpec, TranscodeSpec


def decodes_all(outputs: Iterable[OutputSpec]) -> bool:
    """Whether an output that a job cannot do without decodes the whole video of any source that has one."""
    return any(map(_decodes_all, outputs))


def watched(units: Sequence[Unit], outputs: Mapping[str, OutputSpec], media: MediaInfo) -> tuple[Unit, ...]:
    """The units of a plan, one of which watches what the decoder makes of a video that was foretold.

    :raises ValueError: when none decodes the whole video; such a source must not be foretold.
    """
    video = media.main_video
    if video is None or not media.foretold:
        return tuple(units)
    whole = {name for name, spec in outputs.items() if _decodes_all(spec)}
    number = next((number for number, unit in enumerate(units) if _goes_through(unit, whole)), None)
    if number is None:
        raise ValueError("the video was foretold, and no unit decodes it")
    watch = Watch(stream=video.index, frames=video.frame_count)
    return (*units[:number], replace(units[number], watch=watch), *units[number + 1 :])


def _decodes_all(spec: OutputSpec) -> bool:
    if isinstance(spec, TranscodeSpec):
        return spec.required and not spec.audio_only and spec.video not in ("copy", "drop") and spec.trim is None
    return isinstance(spec, LadderSpec) and spec.required


def _goes_through(unit: Unit, whole: set[str]) -> bool:
    return unit.required and any(artifact.output in whole and artifact.expect.video for artifact in unit.artifacts)
