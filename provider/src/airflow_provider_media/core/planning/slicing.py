"""Slicing of long videos: which artifacts are encoded in slices, and the units that join the slices of one file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.ffmpeg import pacing
from airflow_provider_media.core.ffmpeg.graph import Output
from airflow_provider_media.core.ffmpeg.joining import join_command
from airflow_provider_media.core.media.expectation import Expectation, ExpectedVideo
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.slices import Join, JoinedPart, SourceSpan
from airflow_provider_media.core.planning.output_plan import PlannedArtifact
from airflow_provider_media.core.planning.slices import FrameRange, VideoSlice, slices_of
from airflow_provider_media.core.planning.source_reader import AROUND, is_seekable, read_around
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Artifact, Unit
from airflow_provider_media.core.serde import digest

SLICE_COST = 600.0
"""Cost that the planner gives a slice: ten minutes of 1080p25 encoding at medium speed."""
MOST_SLICES = 512
"""Most slices of a plan, for which Airflow makes as many tasks; it maps a task over 1,024 at most."""
SHORTEST = 30.0
"""Least seconds of a slice that the planner chooses: each slice decodes a little more than it shows."""

Slicing = Literal["auto", "off"] | float
Replan = Callable[[PlannedArtifact, VideoSlice], PlannedArtifact]
"""Plans an artifact again, with a reader of one slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlicedArtifact:
    """One artifact in slices: what is encoded, and how it is joined."""

    whole: PlannedArtifact
    """The artifact with the content key of its joined file."""
    slices: tuple[PlannedArtifact, ...]
    sound: PlannedArtifact | None
    join: Join

    @property
    def parts(self) -> Iterator[PlannedArtifact]:
        """Everything that is encoded."""
        yield from self.slices
        if self.sound:
            yield self.sound

    @property
    def content_keys(self) -> Iterator[str]:
        """Content keys of the joined file and of its parts."""
        yield self.whole.artifact.content_key
        yield from (part.artifact.content_key for part in self.parts)

    def unit(self, builder: UnitBuilder, *, required: bool, is_finished: bool) -> Unit:
        """Return the unit that joins the slices."""
        whole, sound = self.whole, self.join.sound
        assert whole.sliced is not None
        command = join_command(
            whole.artifact.file,
            sound=sound.file if sound else None,
            duration=whole.seconds,
            muxing=whole.sliced.muxing,
            tracks="a",
        )
        return Unit(
            name=f"join {whole.label}",
            commands=(command,),
            artifacts=(whole.artifact,),
            cost=whole.measurement.cost if whole.measurement else 0.0,
            required=required,
            join=self.join,
            is_finished=is_finished,
            measurements=builder.measurements([whole]),
        )


def why_unsliceable(media: MediaInfo) -> str | None:
    """Return why no video of a source is encoded in slices; None where it can be."""
    video = media.main_video
    if video is None:
        return "the source has no picture"
    if not is_seekable(media):
        return "a seek in the source does not surely find its frame"
    if not video.constant_frame_rate:
        return "the frames of the source come at uneven times"
    if video.formats or media.has_discontinuities:
        return "the source changes in mid-stream"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceLimits:
    """What decides on the length of slices."""

    slicing: Slicing
    """The workflow's field."""
    budget: float
    """Cost above which a pass is worth splitting."""
    most: int = MOST_SLICES
    """Most slices."""

    def slices(self, artifacts: Sequence[PlannedArtifact], media: MediaInfo) -> tuple[VideoSlice, ...]:
        """Return the slices of a source; none where artifacts are not to be sliced.

        :param artifacts: artifacts that share a pass over the source.
        """
        cost = sum(planned.cost for planned in artifacts if _is_film(planned))
        if self.slicing == "off" or (self.slicing == "auto" and cost <= self.budget):
            return ()
        own = max(SHORTEST, media.duration * SLICE_COST / cost // 10 * 10) if self.slicing == "auto" else self.slicing
        return slices_of(media.duration, max(own, float(math.ceil(media.duration / self.most))))


def sliced_artifacts(
    artifacts: Sequence[PlannedArtifact], slices: Sequence[VideoSlice], replan: Replan, builder: UnitBuilder
) -> Mapping[str, SlicedArtifact]:
    """Return those artifacts that are encoded in slices, by the content keys of their unsliced form.

    :param slices: the slices of the source; none where artifacts are not to be sliced.
    """
    return {
        planned.artifact.content_key: _sliced(planned, list(zip(slices, ranges, strict=True)), replan, builder)
        for planned in artifacts
        if slices and _is_film(planned) and not isinstance(ranges := frame_ranges(planned, slices, builder.media), str)
    }


def slicing_choice(planned: PlannedArtifact, slices: Sequence[VideoSlice], media: MediaInfo) -> str | None:
    """Return in how many slices an artifact is encoded, or why in none; None for what is no film."""
    if not _is_film(planned):
        return None
    ranges = frame_ranges(planned, slices, media)
    if isinstance(ranges, str):
        return f"not encoded in slices: {ranges}"
    return f"encoded in {len(slices)} slices of {slices[0].seconds:g} s"


def frame_ranges(
    planned: PlannedArtifact, slices: Sequence[VideoSlice], media: MediaInfo
) -> tuple[FrameRange, ...] | str:
    """Return the frames of each slice of an encoded film; a clause that says why it stays whole, where it does."""
    source, (video, *_) = media.main_video, planned.artifact.expect.video
    reason = why_unsliceable(media) or planned.kept_whole
    if reason or source is None or video.frame_rate is None or video.gop_frames is None:
        return reason or "its keyframes are not on a grid"
    if len(slices) < 2:
        return "the source is shorter than two slices"
    total = round(Fraction(video.duration) * video.frame_rate)
    ranges = tuple(part.frames(video.frame_rate, video.gop_frames, total) for part in slices)
    begin = source.start - media.start
    if ranges[0].span.end <= begin or ranges[-1].span.start >= begin + source.last_frame_start:
        # Audio may begin long before the video, or end long after it.
        return "a slice would hold no frame of the source"
    if any(frames.count <= 0 for frames in ranges):
        return "its keyframes are rarer than slices"
    return ranges


def _is_film(planned: PlannedArtifact) -> bool:
    return planned.sliced is not None or bool(planned.kept_whole)


def _sliced(
    planned: PlannedArtifact, parts: Sequence[tuple[VideoSlice, FrameRange]], replan: Replan, builder: UnitBuilder
) -> SlicedArtifact:
    form, (video, *_) = planned.sliced, planned.artifact.expect.video
    assert form is not None
    assert video.frame_rate is not None
    total = parts[-1][1].end

    def slice_of(part: VideoSlice, frames: FrameRange) -> PlannedArtifact:
        made = _slice(replan(planned, part), part, frames, video)
        span = _span(frames, builder.media)
        return builder.keyed(replace(made, cost=planned.cost * frames.count / total, span=span))

    slices = tuple(slice_of(part, frames) for part, frames in parts)
    sound = builder.keyed(_sound(planned, form.sound)) if form.sound else None
    pieces = tuple(
        JoinedPart(artifact=each.artifact.content_key, file=each.artifact.file, frames=frames.count)
        for each, (_, frames) in zip(slices, parts, strict=True)
    )
    heard = JoinedPart(artifact=sound.artifact.content_key, file=sound.artifact.file) if sound else None
    join = Join(slices=pieces, sound=heard, frame_rate=video.frame_rate)
    key = digest({"join": [part.artifact for part in join.parts], "muxing": form.muxing, "tools": builder.tools})
    whole = replace(planned, artifact=replace(planned.artifact, content_key=key))
    return SlicedArtifact(whole=whole, slices=slices, sound=sound, join=join)


def _span(frames: FrameRange, media: MediaInfo) -> SourceSpan:
    video = media.main_video
    assert video is not None
    begin, end = read_around(frames.span)
    end = max(end, math.ceil(media.duration)) if frames.is_last else end
    # A seek aims a little early, and then finds the keyframe before.
    start = max(0.0, begin + media.start - AROUND)
    return SourceSpan(stream=video.index, start=start, end=end + media.start)


def _slice(planned: PlannedArtifact, part: VideoSlice, frames: FrameRange, video: ExpectedVideo) -> PlannedArtifact:
    form = planned.sliced
    assert form is not None
    file = f"{planned.artifact.file.rpartition('.')[0]}.slice{part.number + 1:04d}.mp4"
    expect = Expectation(video=(replace(video, duration=float(frames.count / frames.rate)),))
    return replace(
        planned,
        label=f"{planned.label} {part.number + 1}/{part.count}",
        artifact=Artifact(output=planned.artifact.output, file=file, role="intermediate", expect=expect),
        outputs=(_from_zero(form.picture, file),),
        alone=(_from_zero(form.alone, file),),
        seconds=frames.span.seconds,
        measurement=None,
        sliced=None,
    )


def _from_zero(output: Output, file: str) -> Output:
    return replace(output, file=file, streams=tuple(pacing.from_zero(stream) for stream in output.streams))


def _sound(planned: PlannedArtifact, output: Output) -> PlannedArtifact:
    expect = Expectation(audio=planned.artifact.expect.audio)
    return PlannedArtifact(
        label=f"sound of {planned.label}",
        artifact=Artifact(output=planned.artifact.output, file=output.file, role="intermediate", expect=expect),
        outputs=(output,),
        cost=0.0,
        seconds=planned.seconds,
    )
