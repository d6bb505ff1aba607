"""Estimates of a plan: bytes of its outputs, and processor seconds of its units.

Bit rates that a workflow states are taken as they are. Constant quality is estimated by bits per pixel, up to the
stated ceiling: what a picture shows decides, so that the estimate is meant to be right within a factor of three.
Processor seconds are the cost of a unit, which schedules it anyway, times the measured seconds of the unit of cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from airflow_provider_media.core.ffmpeg import sound
from airflow_provider_media.core.ffmpeg.encoders import PROBED, VideoCodec
from airflow_provider_media.core.media.expectation import ExpectedAudio, ExpectedImage, ExpectedVideo
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.outputs import (
    AudioSettings,
    LadderSpec,
    OutputSpec,
    TranscodeSpec,
    VideoSettings,
)
from airflow_provider_media.core.outputs.video import DEFAULT_CRF, crf_or_default
from airflow_provider_media.core.plans import Artifact, Plan, Unit

PROCESSOR_SECONDS = 1.5
"""Seconds of one processor core per unit of cost: 25 frames of 1080p by x264 at medium speed.

Measured by encoding four seconds of 1080p25: 1.1 s for a test pattern, 2.5 s for a picture full of noise."""
BITS_PER_PIXEL: Mapping[VideoCodec, float] = {"h264": 0.1, "h265": 0.065, "av1": 0.05, "vp9": 0.06}
"""Bits per pixel of each frame at the codec's default constant rate factor, in 1080p25.

Measured with x264: 0.12 for a test pattern, 0.17 for a picture full of noise; films have less."""
HALVING: Mapping[VideoCodec, float] = {"h264": 6.0, "h265": 6.0, "av1": 10.0, "vp9": 10.0}
"""Steps of the constant rate factor that halve the bits (https://trac.ffmpeg.org/wiki/Encode/H.264 for x264)."""
SMALLER = 0.75
"""Power by which bits grow with pixels: a smaller picture has more detail in each pixel."""
REFERENCE_PIXELS = 1920 * 1080
PACKAGING = 1.02
"""Bytes of a package per byte of its renditions: boxes of segments and playlists."""
IMAGE_BYTES: Mapping[str, float] = {"jpg": 0.15, "webp": 0.08, "png": 1.5, "gif": 0.4}
"""Bytes per pixel of an image, or of a frame of an animated image."""
FLAC_SHARE = 0.6
"""Size of FLAC in proportion to PCM."""

_SOUND_CODECS: Mapping[str, sound.AudioCodec] = {probed: codec for codec, probed in sound.PROBED.items()}
_VIDEO_CODECS: Mapping[str, VideoCodec] = {probed: codec for codec, probed in PROBED.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactEstimate:
    """Estimate of one artifact's size."""

    artifact: Artifact
    rendition: str | None
    """Name of a rung or an audio rendition of a package."""
    size: int
    """Bytes of all its files together."""


def processor_seconds(unit: Unit) -> float:
    """Return the estimated seconds of processor time, of all cores together, that a unit takes."""
    return round(unit.cost * PROCESSOR_SECONDS, 3)


def artifact_estimates(plan: Plan, outputs: Mapping[str, OutputSpec]) -> Iterator[ArtifactEstimate]:
    """Yield the estimated size of every artifact of a plan."""
    names: dict[tuple[str, str], str] = {}
    for package in plan.packages:
        names |= {(package.output, track.file): track.name for track in package.tracks}
    for artifact in chain.from_iterable(unit.artifacts for unit in plan.units):
        if artifact.role == "intermediate":
            continue
        name = names.get((artifact.output, artifact.file))
        rates = _Rates(spec=outputs[artifact.output], media=plan.media, rendition=name)
        bits = sum(rates.video(stream) * stream.duration for stream in artifact.expect.video)
        bits += sum(rates.audio(stream) * stream.duration for stream in artifact.expect.audio)
        size = bits / 8 * (PACKAGING if name else 1) + _image_bytes(artifact.expect.image) * artifact.count
        yield ArtifactEstimate(artifact=artifact, rendition=name, size=round(size))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rates:
    """Bit rates of the streams of one output, as its spec asks for them."""

    spec: OutputSpec
    media: MediaInfo
    rendition: str | None
    """Name of a rung or an audio rendition, if the artifact is one."""

    def video(self, stream: ExpectedVideo) -> float:
        """Return bits per second of a video."""
        if stream.codec in IMAGE_BYTES:
            return IMAGE_BYTES[stream.codec] * 8 * stream.width * stream.height * float(stream.frame_rate or 10)
        if isinstance(self.spec, LadderSpec):
            return self._ladder_video(self.spec, stream)
        if isinstance(self.spec, TranscodeSpec) and self.spec.video == "copy":
            return self._copied_video()
        wanted = getattr(self.spec, "video", None)
        settings = wanted if isinstance(wanted, VideoSettings) else VideoSettings()
        return self._encoded(stream, crf=settings.crf, bitrate=settings.bitrate, most=settings.max_bitrate)

    def audio(self, stream: ExpectedAudio) -> float:
        """Return bits per second of an audio track."""
        if isinstance(self.spec, LadderSpec):
            return float(self.spec.audio[0].bitrate)
        wanted = getattr(self.spec, "audio", None)
        if wanted == "copy":
            track = self.media.main_audio
            return float(track.bit_rate or 128_000) if track else 0.0
        codec = _SOUND_CODECS.get(stream.codec, "aac")
        channels = stream.channels or 2
        pcm = float(channels * (stream.sample_rate or 48_000) * 16)
        if codec in ("pcm", "flac"):
            return pcm if codec == "pcm" else pcm * FLAC_SHARE
        bitrate = wanted.bitrate if isinstance(wanted, AudioSettings) else None
        return float(sound.encoding_of(codec, bitrate=bitrate, channels=channels, sample_rate=None).bitrate)

    def _copied_video(self) -> float:
        video = self.media.main_video
        own = video.bit_rate if video else None
        return float(own or self.media.bit_rate or 0)

    def _ladder_video(self, spec: LadderSpec, stream: ExpectedVideo) -> float:
        named = {rung.name or f"{rung.short_side}p": rung for rung in spec.renditions}
        # A rung of the source's own size takes the place of the next larger one.
        larger = [rung for rung in spec.renditions if rung.short_side >= min(stream.width, stream.height)]
        rung = named.get(self.rendition or "") or min(larger or spec.renditions, key=lambda each: each.short_side)
        return self._encoded(stream, crf=rung.crf, bitrate=rung.bitrate, most=rung.max_bitrate)

    @staticmethod
    def _encoded(stream: ExpectedVideo, *, crf: float | None, bitrate: int | None, most: int | None) -> float:
        if bitrate is not None:
            return float(bitrate)
        codec = _VIDEO_CODECS.get(stream.codec, "h264")
        quality = crf_or_default(codec, crf, None) or 0
        estimated = quality_bit_rate(
            codec, quality, width=stream.width, height=stream.height, frame_rate=stream.frame_rate or Fraction(25)
        )
        return min(estimated, float(most)) if most else estimated


def quality_bit_rate(codec: VideoCodec, crf: float, *, width: int, height: int, frame_rate: Fraction) -> float:
    """Return the estimated bits per second of a video of constant quality."""
    per_pixel = BITS_PER_PIXEL[codec] * 2.0 ** ((DEFAULT_CRF[codec] - crf) / HALVING[codec])
    pixels: float = REFERENCE_PIXELS * (width * height / REFERENCE_PIXELS) ** SMALLER
    # Twice the frames need about half as many bits more, because neighbours are more alike.
    return float(per_pixel * pixels * 25 * float(frame_rate / 25) ** 0.6)


def _image_bytes(image: ExpectedImage | None) -> float:
    return IMAGE_BYTES.get(image.format, 0.15) * image.width * image.height if image else 0.0
