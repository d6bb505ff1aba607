"""Decode needs of outputs that may read less than the whole source."""

from __future__ import annotations

from airflow_provider_media.core.outputs import AnimatedImageSpec, SampleSnapshotSpec, SnapshotSpec, TranscodeSpec
from airflow_provider_media.core.planning import cost
from airflow_provider_media.core.planning.output_kind import DecodeNeed
from airflow_provider_media.core.planning.output_plan import OutputContext
from airflow_provider_media.core.planning.picturing import animated_span, due
from airflow_provider_media.core.planning.timing import Span
from airflow_provider_media.core.planning.transcoding import trim_span

MAX_SEEKS = 320
"""Limit on pictures of one output that are found by seeking.

Each picture opens the source once more, and the plan holds its command."""


def transcode_need(output: OutputContext, spec: TranscodeSpec) -> DecodeNeed:
    """Return the need of a transcode: a trimmed one may seek, and has to where it copies or encodes in two passes."""
    is_two_pass = getattr(spec.video, "passes", 1) == 2
    span = trim_span(output.media, spec)
    if span and not span.whole:
        must = "copy" in (spec.video, spec.audio) or is_two_pass
        return DecodeNeed(decodes_all=False, seek_cost=span_cost(output, span), must_seek=must)
    return DecodeNeed(decodes_all=not spec.audio_only and spec.video not in ("copy", "drop") and not is_two_pass)


def encodes_whole_video(spec: TranscodeSpec) -> bool:
    """Return whether a transcode encodes the whole video of every source that has a video."""
    return not spec.audio_only and spec.video not in ("copy", "drop") and spec.trim is None


def snapshot_need(output: OutputContext, spec: SnapshotSpec | SampleSnapshotSpec) -> DecodeNeed:
    """Return the need of snapshots, of which a few can be found by seeking."""
    video = output.media.main_video
    pictures = len(due(output, video, spec).times) if video else 0
    if video is None or pictures > MAX_SEEKS:
        return DecodeNeed()
    return DecodeNeed(decodes_all=False, seek_cost=cost.seek_seconds(output.media, pictures))


def animated_need(output: OutputContext, spec: AnimatedImageSpec) -> DecodeNeed:
    """Return the need of an animated image, which may seek to its span."""
    span = animated_span(output, spec)
    return DecodeNeed(decodes_all=False, seek_cost=span_cost(output, span)) if span else DecodeNeed()


def span_cost(output: OutputContext, span: Span) -> float:
    """Return the seconds that are decoded when an output seeks to one span."""
    return span.seconds + cost.seek_seconds(output.media, 1)
