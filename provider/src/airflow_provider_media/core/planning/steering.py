"""Steering: the constant rate factors that a search has found for outputs with a target of quality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.outputs import LadderSpec, OutputSpec, TranscodeSpec, VideoSettings
from airflow_provider_media.core.outputs.quality import QualityTarget, target_of
from airflow_provider_media.core.outputs.transcode import VIDEO_CODECS
from airflow_provider_media.core.outputs.video import VideoCodec, crf_or_default
from airflow_provider_media.core.planning.crf_search import RANGE, CrfSearch
from airflow_provider_media.core.planning.rungs import Rung, rungs
from airflow_provider_media.core.planning.source_reader import is_seekable
from airflow_provider_media.core.planning.timing import Span, keeps_frame_times, ladder_rate, whole
from airflow_provider_media.core.planning.toning import display_size
from airflow_provider_media.core.planning.transcoding import trim_span


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """One video whose constant rate factor is searched for."""

    rendition: str
    """Name for people, such as ``720p``; the output's name where the output has one video."""
    spec: TranscodeSpec
    """The video alone, encoded as the output encodes it."""
    codec: VideoCodec
    target: QualityTarget

    @property
    def gop_seconds(self) -> float:
        """Seconds between keyframes."""
        return self.spec.video.gop_seconds if isinstance(self.spec.video, VideoSettings) else 0.0

    def search(self, goal: float) -> CrfSearch:
        """Return the search for a goal, within the target's limits."""
        least, most = RANGE[self.codec]
        lowest = least if self.target.min_crf is None else self.target.min_crf
        highest = most if self.target.max_crf is None else self.target.max_crf
        video = self.spec.video
        start = crf_or_default(self.codec, video.crf if isinstance(video, VideoSettings) else None, None)
        return CrfSearch(
            codec=self.codec, goal=goal, lowest=min(lowest, highest), highest=max(lowest, highest), start=start or 0.0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeredRendition:
    """What a search has found for one video."""

    rendition: str
    crf: float
    vmaf: float
    """Score that the samples reach in the mean."""
    goal: float
    """Score that was wanted of this video."""
    bitrate: float
    """Bits per second of the samples."""
    probes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeredOutput:
    """What a search has found for the videos of one output, and what it cost."""

    renditions: tuple[SteeredRendition, ...]
    samples: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """What was found for the outputs of a job."""

    outputs: Mapping[str, SteeredOutput]
    """By the name of the output."""
    choices: tuple[str, ...] = ()
    """What was found, or what a job will search for; each begins with the name of its output."""
    notes: tuple[str, ...] = ()
    """What was not searched for, and why, likewise."""


def searched_span(spec: OutputSpec, media: MediaInfo) -> Span | None:
    """Return the part of the source that an output shows."""
    return trim_span(media, spec) if isinstance(spec, TranscodeSpec) else whole(media)


def searched_videos(name: str, spec: OutputSpec, media: MediaInfo) -> tuple[Searched, ...]:
    """Return the videos of an output whose constant rate factors are searched for."""
    video, target = media.main_video, _target(spec)
    if video is None or target is None or unsearched_reason(spec, media):
        return ()
    if isinstance(spec, TranscodeSpec):
        return (_transcode(name, spec, target),)
    assert isinstance(spec, LadderSpec)
    return tuple(_rung(rung, spec, video, target) for rung in rungs(display_size(video), spec.renditions))


def unsearched_reason(spec: OutputSpec, media: MediaInfo) -> str | None:
    """Return why no constant rate factor is searched for although the output has a target; None without a reason."""
    video = media.main_video
    if video is None or _target(spec) is None:
        return None
    own = spec if isinstance(spec, LadderSpec) else getattr(spec, "video", None)
    settings = own if isinstance(own, LadderSpec | VideoSettings) else VideoSettings()
    rate = settings.frame_rate
    if settings.encoder != "software":
        return f"encoder: {settings.encoder} has another scale of quality than the software of the search"
    if settings.dynamic_range == "keep" and video.dynamic_range != "sdr":
        return "VMAF has no model for HDR"
    if keeps_frame_times(video, variable_frame_rate=settings.variable_frame_rate, frame_rate=rate):
        return "frames keep their uneven times, at which samples cannot be cut"
    return _unseekable_reason(media)


def _unseekable_reason(media: MediaInfo) -> str | None:
    if media.is_damaged:
        return "the source is damaged, so that seeking finds no samples"
    if not is_seekable(media):
        return f"samples are found by the index of MP4 or Matroska, and the source is {media.format}"
    return None


def is_steered(outputs: Mapping[str, OutputSpec]) -> bool:
    """Return whether an output has a target of quality, for which samples may have to be encoded."""
    return any(map(_target, outputs.values()))


def capped(outputs: Mapping[str, OutputSpec]) -> dict[str, OutputSpec]:
    """Return the outputs with the ceilings of their targets."""
    return {name: _capped(spec, target) if (target := _target(spec)) else spec for name, spec in outputs.items()}


def steered(outputs: Mapping[str, OutputSpec], media: MediaInfo, steering: Steering) -> dict[str, OutputSpec]:
    """Return capped outputs with the constant rate factors that were found."""
    return {
        name: _steered(spec, media, steering.outputs[name]) if name in steering.outputs else spec
        for name, spec in outputs.items()
    }


def found_choices(name: str, found: SteeredOutput, target: QualityTarget, *, is_known: bool) -> Iterator[str]:
    """Yield what was found for the videos of an output, and what it cost."""
    for each in found.renditions:
        shown = f"{name}: " if each.rendition == name else f"{name}: {each.rendition}: "
        wanted = f"target {target.target:g}"
        if each.goal != target.target:
            wanted += f", of this size {each.goal:.1f}"
        verb = "reaches" if each.vmaf >= each.goal - 0.5 else "is the limit and reaches only"
        yield (
            f"{shown}crf {each.crf:g} {verb} VMAF {each.vmaf:.1f} ({wanted}) in samples, at about"
            f" {each.bitrate / 1e6:.2f} Mbit/s"
        )
    if is_known:
        yield f"{name}: an earlier search on this source has found that"
    else:
        samples = "one sample" if found.samples == 1 else f"{found.samples} samples"
        yield f"{name}: the search took {found.cpu_seconds:.0f} processor seconds for {samples}"


def unsearched_note(name: str, reason: str) -> str:
    """Return why no constant rate factor is searched for.

    :param reason: a clause, from ``unsearched_reason``.
    """
    return f"{name}: no crf is searched for the target, because {reason}; its own crf holds, or that of the codec"


def later_choice(name: str) -> str:
    """Return that a plan is not steered yet."""
    return (
        f"{name}: a job searches for the crf that reaches the target; this plan has the crf of the output or the codec"
    )


def preview_choices(outputs: Mapping[str, OutputSpec], media: MediaInfo) -> Iterator[str]:
    """Yield what a job will do about targets."""
    for name, spec in outputs.items():
        if reason := unsearched_reason(spec, media):
            yield unsearched_note(name, reason)
        elif searched_videos(name, spec, media):
            yield later_choice(name)


def _target(spec: OutputSpec) -> QualityTarget | None:
    return target_of(spec.quality) if isinstance(spec, TranscodeSpec | LadderSpec) else None


def _settings(spec: TranscodeSpec) -> VideoSettings:
    codec = VIDEO_CODECS[spec.container][0]
    return spec.video if isinstance(spec.video, VideoSettings) else VideoSettings(codec=codec)


def _transcode(name: str, spec: TranscodeSpec, target: QualityTarget) -> Searched:
    video = _settings(spec)
    alone = {"video": video, "audio": "drop", "watermarks": (), "quality": "measure", "path": None, "preset": None}
    return Searched(rendition=name, spec=spec.model_copy(update=alone), codec=video.codec, target=target)


def _rung(rung: Rung, spec: LadderSpec, video: VideoStream, target: QualityTarget) -> Searched:
    settings = VideoSettings(
        codec=spec.codec,
        crf=rung.rendition.crf,
        max_bitrate=rung.rendition.max_bitrate,
        frame_rate=ladder_rate(video, spec.frame_rate),
        gop_seconds=spec.gop_seconds or spec.segment_seconds,
        speed=spec.speed,
    ).model_copy(update={"width": rung.size.width, "height": rung.size.height, "fit": "stretch"})
    alone = TranscodeSpec(video=settings, audio="drop", watermarks=(), quality="measure")
    return Searched(rendition=rung.name, spec=alone, codec=spec.codec, target=target)


def _capped(spec: OutputSpec, target: QualityTarget) -> OutputSpec:
    def limit(own: int | None) -> int | None:
        return min((each for each in (own, target.max_bitrate) if each), default=None)

    if isinstance(spec, TranscodeSpec):
        video = _settings(spec)
        return spec.model_copy(update={"video": video.model_copy(update={"max_bitrate": limit(video.max_bitrate)})})
    assert isinstance(spec, LadderSpec)
    lower = [each.model_copy(update={"max_bitrate": limit(each.max_bitrate)}) for each in spec.renditions]
    return spec.model_copy(update={"renditions": tuple(lower)})


def _steered(spec: OutputSpec, media: MediaInfo, found: SteeredOutput) -> OutputSpec:
    crfs = {each.rendition: each.crf for each in found.renditions}
    if isinstance(spec, TranscodeSpec):
        (crf,) = crfs.values()
        return spec.model_copy(update={"video": _settings(spec).model_copy(update={"crf": crf})})
    assert isinstance(spec, LadderSpec)
    assert media.main_video is not None
    steps = [
        rung.rendition.model_copy(update={"name": rung.name, "crf": crfs[rung.name]})
        for rung in rungs(display_size(media.main_video), spec.renditions)
    ]
    return spec.model_copy(update={"renditions": tuple(steps)})
