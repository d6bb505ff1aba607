"""Samples: short spans of a source, encoded as an output would be and compared as a measurement of it compares."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import vmaf
from airflow_provider_media.core.ffmpeg.graph import Filtered, Output, options
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.notation import Offset
from airflow_provider_media.core.outputs import TranscodeSpec, VideoSettings
from airflow_provider_media.core.outputs.transcode import Trim
from airflow_provider_media.core.planning.names import Naming
from airflow_provider_media.core.planning.output_plan import OutputContext, PlanContext, PlannedArtifact
from airflow_provider_media.core.planning.source_reader import SourceReader, is_seekable
from airflow_provider_media.core.planning.timing import Span
from airflow_provider_media.core.planning.toning import display_size, tone_size, transcode_sizes
from airflow_provider_media.core.planning.transcoding import transcode
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Command

SECONDS = 2.0
"""Least length of a sample.

A sample is as long as the output's GOP, because it begins with a keyframe: frames far from one look worse."""
FEWEST, MOST = 3, 12
"""Samples of a video that is longer than a few samples."""
SHARE = 0.05
"""Share of a video that is sampled, where that is not too few samples or too many."""
WHOLE_SECONDS = 9.0
"""Length up to which the whole video is the only sample."""
EVERY = 3
"""Of so many frames, one is scored: the mean stays within some tenths of a point, for a third of the time."""
LOSSLESS = {"c:v": "ffv1", "f": "matroska"}
"""Options of the encode that shows what the size of a video costs alone."""
_MOST_MARGIN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One encode of a sample."""

    name: str
    """Name of its files."""
    spec: TranscodeSpec
    crf: float | None
    """Constant rate factor; None encodes without loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWork:
    """Commands that encode one sample in several ways and compare each way with the source."""

    encode: Command
    comparisons: Mapping[str, Command]
    """By the name of the trial."""
    files: Mapping[str, str]
    """Names of encoded files, likewise."""
    logs: Mapping[str, str]
    """Names of the files with the scores, likewise."""
    is_smaller: Mapping[str, bool]
    """Whether the encoded video is smaller than what it is compared with, likewise."""


def sample_spans(span: Span, gop_seconds: float) -> tuple[Span, ...]:
    """Return the samples of a span, evenly spread; the span itself where it is short.

    :param gop_seconds: seconds between keyframes of the videos.
    """
    seconds = max(SECONDS, gop_seconds)
    if span.seconds <= max(WHOLE_SECONDS, FEWEST * seconds):
        return (span,)
    count = min(MOST, max(FEWEST, round(span.seconds * SHARE / seconds)))
    middles = [span.start + (number + 0.5) * span.seconds / count for number in range(count)]
    return tuple(Span(start=middle - seconds / 2, end=middle + seconds / 2) for middle in middles)


def margin(scores: Sequence[float]) -> float:
    """Return the points to aim above a target, so that the whole video is hardly a point below it.

    The mean of all is within two standard errors of the samples' mean, in nineteen of twenty cases.
    """
    if len(scores) < 2:
        return 0.0
    return min(_MOST_MARGIN, max(0.0, 2 * statistics.stdev(scores) / math.sqrt(len(scores)) - 1))


def sample_work(trials: Sequence[Trial], span: Span, media: MediaInfo, builder: UnitBuilder) -> SampleWork:
    """Plan the trials of one sample; one decode serves all encodes."""
    planned = {trial.name: _planned(trial, span, media, builder) for trial in trials}
    comparisons, logs, smaller = {}, {}, {}
    for name, each in planned.items():
        measurement, (expected,) = each.measurement, each.artifact.expect.video
        assert measurement is not None
        (scored,) = measurement.output.streams
        assert isinstance(scored, Filtered)
        output = replace(measurement.output, streams=(vmaf.thinned(scored, EVERY),))
        comparing = replace(each, outputs=(output,), measurement=None)
        (comparisons[name],) = builder.unit([comparing], required=True).commands
        logs[name] = measurement.comparison.log
        smaller[name] = expected.width < measurement.comparison.width
    (encode,) = builder.unit(list(planned.values()), required=True).commands
    files = {name: each.artifact.file for name, each in planned.items()}
    return SampleWork(encode=encode, comparisons=comparisons, files=files, logs=logs, is_smaller=smaller)


def _planned(trial: Trial, span: Span, media: MediaInfo, builder: UnitBuilder) -> PlannedArtifact:
    video = trial.spec.video if isinstance(trial.spec.video, VideoSettings) else VideoSettings()
    wanted = video.model_copy(update={"crf": trial.crf})
    trim = Trim(start=_offset(span.start), end=_offset(span.end))
    spec = trial.spec.model_copy(update={"video": wanted, "trim": trim})
    naming = Naming(source=builder.source, template="{output}.{format}", workflow="samples")
    source = media.main_video
    sizes = transcode_sizes(display_size(source), spec) if source else []
    context = PlanContext(media=media, naming=naming, tone_size=tone_size(sizes))
    reader = SourceReader(media=media, seek=is_seekable(media))
    (planned,) = transcode(OutputContext(name=trial.name, context=context, reader=reader), spec).artifacts
    if trial.crf is not None:
        return planned
    (made,) = planned.outputs
    return replace(planned, outputs=(_lossless(made),))


def _lossless(made: Output) -> Output:
    kept = {name: value for name, value in made.options if name in ("fps_mode", "enc_time_base:v")}
    return replace(made, options=options(**kept, **LOSSLESS))


def _offset(seconds: float) -> Offset:
    return Offset(Fraction(seconds).limit_denominator(1_000_000), "seconds")
