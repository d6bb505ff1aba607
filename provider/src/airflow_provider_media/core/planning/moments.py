"""Moments: one picture of an output, by the same filter graph with which the output is made.

The graph of a moment is the graph of the whole output with two changes. Reading begins shortly before the moment, on
the clock of the whole source. And after the filters of time, only the frames on display at the moment remain, so that
scaling, tone mapping and watermarks run on these alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import stills
from airflow_provider_media.core.ffmpeg.graph import Decoded, Filtered, Input, Output, Stream, apply, options
from airflow_provider_media.core.ffmpeg.sandbox import SOURCE
from airflow_provider_media.core.media.expectation import Expectation, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.media.notation import Offset
from airflow_provider_media.core.outputs import (
    AnimatedImageSpec,
    OutputSpec,
    SampleSnapshotSpec,
    SnapshotSpec,
    TranscodeSpec,
    VideoSettings,
)
from airflow_provider_media.core.planning.errors import OutputUnknown, PictureUnavailable
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan, PlanContext, PlannedArtifact
from airflow_provider_media.core.planning.picturing import animated_span
from airflow_provider_media.core.planning.plan import PlannedWorkflow, SourceIdentity, plan_context
from airflow_provider_media.core.planning.source_reader import LONGEST_LEAD, SourceReader, is_seekable, lateness
from airflow_provider_media.core.planning.timing import SLACK
from airflow_provider_media.core.planning.toning import toned
from airflow_provider_media.core.planning.transcoding import trim_span
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Artifact, Unit

FILE = "picture.jpg"
QUALITY = 95
"""Quality of the JPEG: differences to the output's own picture cannot be seen."""
LEAD = 2.0
"""Seconds before the moment from which frames are decoded: enough for every filter that looks at neighbours."""
UNINDEXED_LEAD = 12.0
"""Seconds before the moment from which a file without an index is read: longer than GOPs are."""
FRAMES_BEFORE = 4
"""Frames before the moment that filters of single fields need."""
TIMING = frozenset({"fps", "trim", "setpts", "settb", "tpad", "select", "interleave", "setfield"})
"""Filters that choose frames or change their times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One picture to take of an output."""

    output: str
    """Name of the output."""
    at: float = 0.0
    """Seconds from the output's beginning; for snapshots, seconds of the source. A time past the end means the last
    frame."""
    rendition: str | None = None
    """Name of a ladder's rung; the largest one when absent."""


def plan_picture(
    workflow: PlannedWorkflow,
    media: MediaInfo,
    moment: Moment,
    *,
    source: SourceIdentity,
    tools: str,
    overlays: Mapping[str, str] | None = None,
) -> Unit:
    """Return the unit that makes one JPEG with the picture of a workflow's output at a moment.

    :param tools: tool versions, on which the unit's key depends.
    :param overlays: versions of watermarks' images and fonts by URI, on which the key depends as well.
    :raises OutputUnknown: when the workflow has no output of this name, or the output no rung of this name.
    :raises PictureUnavailable: when the output has no picture, or the source has none.
    """
    if moment.output not in workflow.outputs:
        raise OutputUnknown(
            f"workflow {workflow.name!r} has no output {moment.output!r}; it has {', '.join(workflow.outputs)}",
            output=moment.output,
        )
    media = replace(media, is_decode_deferred=False)
    context = plan_context(workflow, media, source=source)
    builder = UnitBuilder(media=media, source=source, tools=tools, versions=overlays or {})
    return _unit(workflow.outputs[moment.output], moment, context, builder)


def _unit(spec: OutputSpec, moment: Moment, context: PlanContext, builder: UnitBuilder) -> Unit:
    video = context.media.main_video
    if video is None:
        raise PictureUnavailable("the source has no picture: choose a source with video", output=moment.output)
    if isinstance(spec, SnapshotSpec | SampleSnapshotSpec):
        return builder.unit([_still(spec, moment, context)], required=True)
    if isinstance(spec, TranscodeSpec) and spec.video == "copy":
        # A copy keeps the source's picture, which nothing scales, tone maps or marks.
        kept = VideoSettings(dynamic_range="keep", variable_frame_rate="keep")
        spec = spec.model_copy(update={"container": "mp4", "video": kept, "audio": "drop", "watermarks": ()})
    chosen, seen = _chosen(_planned(spec, moment, context, SourceReader(media=context.media)), moment)
    begin = _begin(spec, moment, context)
    planned = _moving(chosen, seen, _window(seen, begin, min(moment.at, seen.duration), context.media, video))
    return replace(builder, late=_lateness).unit([planned], required=True)


def _lateness(media: MediaInfo, file: Input, indexes: frozenset[int]) -> float:
    """Return the seconds by which to move the used streams of an input, so that they have the times of the source."""
    late = lateness(media, file, indexes)
    start = float(dict(file.options).get("ss", 0)) if file.file == f"file:{SOURCE}" else 0.0
    return late + start - media.start if start else late


def _planned(spec: OutputSpec, moment: Moment, context: PlanContext, reader: SourceReader) -> OutputPlan:
    plan = kind_of(spec).plan(OutputContext(name=moment.output, context=context, reader=reader), spec)
    if not plan.artifacts:
        reasons = "; ".join(left.reason for left in plan.left_out) or f"{spec.kind} has no picture"
        raise PictureUnavailable(f"output {moment.output} has no picture: {reasons}", output=moment.output)
    return plan


def _still(spec: SnapshotSpec | SampleSnapshotSpec, moment: Moment, context: PlanContext) -> PlannedArtifact:
    """Return the picture that a snapshot at this moment would be."""
    fields = {name: getattr(spec, name) for name in ("width", "height", "fit", "watermarks")}
    time = Offset(Fraction(moment.at).limit_denominator(1_000_000), "seconds")
    single = SnapshotSpec.model_construct(
        kind="snapshots", at=(time,), format="jpg", quality=QUALITY, required=True, path=None, preset=None, **fields
    )
    reader = SourceReader(media=context.media, seek=is_seekable(context.media))
    (planned,) = _planned(single, moment, context, reader).artifacts
    (made,) = planned.outputs
    artifact = replace(planned.artifact, file=FILE, key=None)
    return replace(planned, artifact=artifact, outputs=(replace(made, file=FILE),))


def _chosen(plan: OutputPlan, moment: Moment) -> tuple[PlannedArtifact, ExpectedVideo]:
    """Return the artifact of the named rung, else the one with the largest picture."""
    pictures = {planned.label: planned for planned in plan.artifacts if planned.artifact.expect.video}
    if not pictures:
        raise PictureUnavailable(
            f"output {moment.output} is no moving picture: choose a transcode with video, a ladder, snapshots or an"
            " animated image",
            output=moment.output,
        )
    if moment.rendition is not None and moment.rendition not in pictures:
        raise OutputUnknown(
            f"output {moment.output} makes no {moment.rendition!r} of this source; it makes {', '.join(pictures)}",
            output=moment.output,
            rendition=moment.rendition,
        )
    wanted = [pictures[moment.rendition]] if moment.rendition else pictures.values()
    seen = [(planned, planned.artifact.expect.video[0]) for planned in wanted]
    return max(seen, key=lambda pair: pair[1].width * pair[1].height)


def _begin(spec: OutputSpec, moment: Moment, context: PlanContext) -> float:
    """Return the source's time at which an output begins, in seconds."""
    output = OutputContext(name=moment.output, context=context, reader=SourceReader(media=context.media))
    span = None
    if isinstance(spec, TranscodeSpec):
        span = trim_span(context.media, spec)
    elif isinstance(spec, AnimatedImageSpec):
        span = animated_span(output, spec)
    return span.start if span else 0.0


def _moving(planned: PlannedArtifact, seen: ExpectedVideo, window: _Window) -> PlannedArtifact:
    picture = next(stream for stream in planned.outputs[0].streams if stream.kind == "video")
    picture = _rewritten(picture, window)
    if not any(node.name == "tonemap" for node in _filters(picture)):
        picture = toned(picture, window.video, None)
    still = stills.still(picture, "jpg")
    # update: each frame overwrites the one before, so that the frame on display at the moment remains.
    settings = {**stills.still_options("jpg", QUALITY), "update": "1"}
    return PlannedArtifact(
        label=planned.label,
        artifact=Artifact(
            output=planned.artifact.output,
            file=FILE,
            expect=Expectation(image=ExpectedImage(format="jpg", width=seen.width, height=seen.height)),
            times=(window.begin + window.at,),
        ),
        outputs=(Output(FILE, (still,), options(**settings)),),
        cost=0.0,
        seconds=LEAD,
        overlays=planned.overlays,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """The part of an output's time that holds the frame on display at a moment."""

    at: float
    """Seconds from the output's beginning."""
    first: float
    """Seconds at which that frame begins at the earliest."""
    end: float
    """Seconds at which the next frame begins at the latest."""
    begin: float
    """Seconds of the source at which the output begins."""
    media: MediaInfo
    video: VideoStream

    def closed(self, stream: Stream, *, before: float = 0.0) -> Stream:
        return apply("trim", stream, start=f"{max(0.0, self.first - before):.6f}", end=f"{self.end:.6f}")

    def seeking(self, source: Input) -> Input:
        """Return the input, read from shortly before the moment on."""
        if self.media.is_damaged or self.media.has_discontinuities:
            return source
        lead = LEAD if is_seekable(self.media) else UNINDEXED_LEAD
        rare = min(self.video.longest_interval, LONGEST_LEAD)
        place = self.media.start + self.begin + self.at - lead - rare
        if place + min(0.0, self.media.stated_start or 0.0) <= 0:
            return source
        return replace(source, options=options(**{**dict(source.options), "ss": f"{place:.6f}"}))


def _window(seen: ExpectedVideo, begin: float, at: float, media: MediaInfo, video: VideoStream) -> _Window:
    """Return the window of a moment: one step of an output's frame rate, or the longest time that a frame may last."""
    rate = seen.frame_rate
    if rate is None:
        at = min(at, seen.duration - SLACK)
        first, end = at - video.longest_interval - SLACK, at + SLACK
    else:
        # Whole steps: trim rounds to the clock of a stream, which may count whole frames.
        last = max(0, round(Fraction(seen.duration) * rate) - 1)
        step = min(last, math.floor((Fraction(at) + Fraction(SLACK)) * rate))
        at, first, end = float(step / rate), float(max(0, step - 1) / rate), float((step + 1) / rate)
    return _Window(at=at, first=first, end=end, begin=begin, media=media, video=video)


def _rewritten(stream: Stream, window: _Window, *, is_closed: bool = False) -> Stream:
    """Return a stream of the whole output as the stream of a moment."""
    if isinstance(stream, Filtered):
        closes = not is_closed and stream.name in TIMING
        parents = tuple(_rewritten(each, window, is_closed=is_closed or closes) for each in stream.parents)
        made = replace(stream, parents=parents)
        return window.closed(made) if closes else made
    if not isinstance(stream, Decoded) or stream.input.file != f"file:{SOURCE}":
        return stream
    read = replace(stream, input=window.seeking(stream.input))
    return read if is_closed else window.closed(read, before=FRAMES_BEFORE / float(window.video.frame_rate))


def _filters(stream: Stream) -> Iterator[Filtered]:
    if isinstance(stream, Filtered):
        yield stream
        for parent in stream.parents:
            yield from _filters(parent)
