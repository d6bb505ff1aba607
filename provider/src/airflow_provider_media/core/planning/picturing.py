"""Output plans of images: snapshots, sampled snapshots and animated images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import filters, pacing, stills
from airflow_provider_media.core.ffmpeg.graph import Output, Stream, options
from airflow_provider_media.core.media.expectation import Expectation, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.media.info import VideoStream
from airflow_provider_media.core.outputs import (
    AnimatedImageSpec,
    SampleSnapshotSpec,
    SnapshotSpec,
    Watermark,
)
from airflow_provider_media.core.planning import cost, names
from airflow_provider_media.core.planning.geometry import Placement, Size, place
from airflow_provider_media.core.planning.output_plan import NO_PICTURE, OutputContext, OutputPlan, PlannedArtifact
from airflow_provider_media.core.planning.timing import (
    SLACK,
    Span,
    on_grid,
    picture_times,
    sample_times,
    span_of,
    stream_seconds,
    whole,
)
from airflow_provider_media.core.planning.toning import toned
from airflow_provider_media.core.planning.units import MOST_INPUTS
from airflow_provider_media.core.planning.watermarks import PictureClock, watermarked
from airflow_provider_media.core.plans import Artifact, Overlay

ANIMATED_SECONDS = 3
"""Length in seconds of an animated image without a stated end."""
SUMMANDS = 32
"""Limit on additions in a row: expressions for two hundred pictures are nested no deeper than forty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Pictures to take at rising times."""

    times: tuple[float, ...]
    """Seconds."""
    every: Fraction | None = None
    """Seconds between evenly spaced times that begin at 0; None for other times."""

    def expression(self) -> str:
        """Return an ffmpeg expression for the number of pictures that are due by the time ``%s``."""
        if self.every is not None:
            return f"min(floor((%s+{SLACK})*{self.every.denominator}/{self.every.numerator})+1,{len(self.times)})"
        return _sum([f"gte(%s,{max(0.0, time - SLACK):.6f})" for time in self.times])


def _sum(terms: Sequence[str]) -> str:
    """Return a sum that ffmpeg can read.

    ffmpeg refuses expressions that are nested deeper than a hundred levels. A row of a hundred additions is nested that
    deep.
    """
    if len(terms) <= SUMMANDS:
        return "+".join(terms)
    return "+".join(f"({'+'.join(terms[n : n + SUMMANDS])})" for n in range(0, len(terms), SUMMANDS))


def due(output: OutputContext, video: VideoStream, spec: SnapshotSpec | SampleSnapshotSpec) -> Due:
    """Return when the pictures of an output are taken, in the source's order."""
    if isinstance(spec, SnapshotSpec):
        return Due(times=tuple(sorted(picture_times(output.media, video, spec.at))))
    times = sample_times(output.media, video, spec.every)
    return Due(times=times, every=spec.every.value if spec.every.unit == "seconds" else None)


def snapshots(output: OutputContext, spec: SnapshotSpec | SampleSnapshotSpec) -> OutputPlan:
    """Plan snapshots. Each picture is the first frame at or after its time."""
    if (video := output.media.main_video) is None:
        return OutputPlan(output=output.name, required=spec.required, left_out=(output.missing(NO_PICTURE),))
    wanted, spot = due(output, video, spec), _spot(video, spec.width, spec.height, spec.fit, step=1)
    marks = output.context.watermarks if spec.watermarks is None else spec.watermarks
    sketch = _Sketch(output=output, video=video, spot=spot, marks=tuple(marks), form=spec.format, quality=spec.quality)
    count, naming = len(wanted.times), names.NamedOutput(name=output.name, path=spec.path, preset=spec.preset)
    made = _by_seeking(sketch, wanted) if output.reader.seek else (_by_full_decode(sketch, wanted),)
    numbered = count > 1
    key = (
        output.context.naming.series(naming, spec.format, count, spot.frame)
        if numbered
        else output.context.naming.file(naming, spec.format, spot.frame)
    )
    artifacts = []
    first = 1
    for outputs, overlays, times in made:
        artifact = Artifact(
            output=output.name,
            file=sketch.file(numbered=numbered),
            key=key,
            count=len(times),
            first_number=first,
            series=numbered,
            expect=Expectation(
                image=ExpectedImage(format=spec.format, width=spot.frame.width, height=spot.frame.height)
            ),
            times=times,
        )
        work = cost.PICTURE * len(times)
        seconds = float(len(times)) if output.reader.seek else output.media.duration
        artifacts.append(
            PlannedArtifact(
                label=output.name, artifact=artifact, outputs=outputs, cost=work, seconds=seconds, overlays=overlays
            )
        )
        first += len(times)
    return OutputPlan(output=output.name, required=spec.required, artifacts=tuple(artifacts))


_PlannedPictures = tuple[tuple[Output, ...], tuple[Overlay, ...], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    """The look of the pictures of one output."""

    output: OutputContext
    video: VideoStream
    spot: Placement
    marks: tuple[Watermark, ...]
    form: stills.StillFormat
    quality: int

    def file(self, *, numbered: bool) -> str:
        return f"{self.output.name}.%05d.{self.form}" if numbered else f"{self.output.name}.{self.form}"

    def clock(self, times: tuple[float, ...]) -> PictureClock:
        return PictureClock(duration=self.output.media.duration, frame_rate=self.video.frame_rate, times=times)

    def finish(self, picture: Stream, clock: PictureClock) -> tuple[Stream, tuple[Overlay, ...]]:
        fitted = filters.fitted(
            toned(picture, self.video, self.spot.inner), self.spot.frame, self.spot.inner, self.spot.fit
        )
        marked, overlays = watermarked(fitted, self.marks, self.spot.frame, clock)
        return stills.still(marked, self.form), overlays

    def options(self, count: int, *, numbered: bool) -> dict[str, str]:
        # update: a name without a number is one file, not a series that lacks its number.
        return {
            **stills.still_options(self.form, self.quality),
            "frames:v": str(count),
            **({} if numbered else {"update": "1"}),
        }


def _by_full_decode(sketch: _Sketch, wanted: Due) -> _PlannedPictures:
    """Plan all pictures in one pass over the source."""
    chosen = pacing.picked(sketch.output.reader.picture(whole(sketch.output.media)), wanted.expression())
    picture, overlays = sketch.finish(chosen, sketch.clock(wanted.times))
    numbered = len(wanted.times) > 1
    output = Output(
        sketch.file(numbered=numbered), (picture,), options(**sketch.options(len(wanted.times), numbered=numbered))
    )
    return (output,), overlays, wanted.times


def _by_seeking(sketch: _Sketch, wanted: Due) -> tuple[_PlannedPictures, ...]:
    """Plan each picture with a seek of its own, in groups that one command makes."""
    groups = [wanted.times[n : n + MOST_INPUTS] for n in range(0, len(wanted.times), MOST_INPUTS)]
    return tuple(_by_seeking_in_group(sketch, group, numbered=len(wanted.times) > 1) for group in groups)


def _by_seeking_in_group(sketch: _Sketch, times: Sequence[float], *, numbered: bool) -> _PlannedPictures:
    outputs: list[Output] = []
    overlays: list[Overlay] = []
    for number, time in enumerate(times, start=1):
        picture, own = sketch.finish(sketch.output.reader.still(time), sketch.clock((time,)))
        file = sketch.file(numbered=numbered)
        outputs.append(
            Output(file % number if numbered else file, (picture,), options(**sketch.options(1, numbered=False)))
        )
        overlays += own
    return tuple(outputs), tuple(dict.fromkeys(overlays)), tuple(times)


def _spot(video: VideoStream, width: int | None, height: int | None, fit: filters.Fit, *, step: int) -> Placement:
    return place(Size(video.display_width, video.display_height), width, height, fit, step=step)


def animated_span(output: OutputContext, spec: AnimatedImageSpec) -> Span | None:
    """Return the part of the source that an animated image shows, or None where the source ends before it."""
    if spec.end is not None:
        return span_of(output.media, spec.start, spec.end)
    rest = span_of(output.media, spec.start, None)
    return rest and Span(start=rest.start, end=min(rest.end, rest.start + ANIMATED_SECONDS))


def animated(output: OutputContext, spec: AnimatedImageSpec) -> OutputPlan:
    """Plan an animated image."""
    video, span = output.media.main_video, animated_span(output, spec)
    if video is None or span is None:
        reason = (
            NO_PICTURE if video is None else f"it begins after the end of a source of {output.media.duration:.3f} s"
        )
        return OutputPlan(output=output.name, required=spec.required, left_out=(output.missing(reason),))
    spot = _spot(video, spec.width, spec.height, spec.fit, step=2)
    paced = pacing.paced(output.reader.picture(span), spec.frame_rate, seconds=span.seconds, whole=span.whole)
    picture = toned(paced, video, spot.inner)
    picture = filters.fitted(picture, spot.frame, spot.inner, spot.fit)
    marks = output.context.watermarks if spec.watermarks is None else spec.watermarks
    picture, overlays = watermarked(
        picture, marks, spot.frame, PictureClock(duration=span.seconds, frame_rate=video.frame_rate)
    )
    picture = filters.paletted(picture) if spec.format == "gif" else stills.still(picture, "webp")
    file = f"{output.name}.{spec.format}"
    naming = names.NamedOutput(name=output.name, path=spec.path, preset=spec.preset)
    planned = PlannedArtifact(
        label=output.name,
        artifact=Artifact(
            output=output.name,
            file=file,
            key=output.context.naming.file(naming, spec.format, spot.frame),
            expect=Expectation(
                video=(
                    ExpectedVideo(
                        codec=spec.format,
                        width=spot.frame.width,
                        height=spot.frame.height,
                        frame_rate=spec.frame_rate,
                        duration=on_grid(stream_seconds(output.media, video, span), spec.frame_rate),
                    ),
                )
            ),
        ),
        outputs=(
            Output(file, (picture,), options(**stills.animated_options(spec.format, spec.quality, loop=spec.loop))),
        ),
        cost=cost.pixel_seconds(*spot.frame, float(spec.frame_rate), span.seconds),
        seconds=span.seconds,
        overlays=overlays,
    )
    return OutputPlan(output=output.name, required=spec.required, artifacts=(planned,))
