"""Measurements of quality: each encoded picture against what it should show of the source, at the source's size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import filters, vmaf
from airflow_provider_media.core.ffmpeg.graph import Decoded, Input, Output, Stream, options
from airflow_provider_media.core.media.info import VideoStream
from airflow_provider_media.core.outputs import Watermark
from airflow_provider_media.core.planning import cost
from airflow_provider_media.core.planning.geometry import Placement, Size, place
from airflow_provider_media.core.planning.output_plan import PlannedMeasurement
from airflow_provider_media.core.planning.source_reader import GUARDS
from airflow_provider_media.core.planning.toning import display_size, toned
from airflow_provider_media.core.planning.watermarks import PictureClock, watermarked
from airflow_provider_media.core.plans import Overlay, QualityComparison

SAMPLES = 30
"""Samples of a long video, evenly spread."""
SAMPLE_SECONDS = 2
"""Length of a sample. Shorter videos than all samples together are measured whole."""
UNMEASURED = "quality is not measured, because VMAF has no model for HDR"
LARGEST = 2160
"""Pixels of the short side above which no model was trained; larger pictures are compared in this size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What an encoded video shows of the source."""

    video: VideoStream
    picture: Stream
    """The source's frames at the times of the encoded ones, before their colours and their size change."""
    seconds: float
    rate: Fraction
    """Frames per second; the mean of uneven ones."""
    spot: Placement
    marks: tuple[Watermark, ...] = ()
    ten_bit: bool = False


def measurement(encoded: Encoded, file: str) -> PlannedMeasurement:
    """Plan the measurement of an encoded video.

    The reference is the source as the workflow wants it shown, without the loss of scaling and encoding: cropped, tone
    mapped and watermarked at the source's size. The encoded video is scaled up to that size, as a player scales it.

    :param file: name of the encoded video's file in its unit.
    """
    size = reference_size(encoded.video, encoded.spot)
    reference, overlays = _reference(encoded, size)
    own = _sampled(Decoded(Input(f"file:{file}", options(**GUARDS)), 0, "video"), encoded)
    rendition = filters.square(filters.scaled(own, size))
    form = "yuv420p10le" if encoded.ten_bit else "yuv420p"
    both = [vmaf.from_zero(filters.formatted(picture, form)) for picture in (rendition, reference)]
    comparison = QualityComparison(
        model=vmaf.model_of(size.short_side),
        width=size.width,
        height=size.height,
        is_sampled=_interval(encoded) is not None,
        log=f"{file}.vmaf.json",
        times=f"{file}.times.txt",
    )
    scored = vmaf.scored(*both, model=comparison.model, log=comparison.log)
    measured = min(encoded.seconds, float(SAMPLES * SAMPLE_SECONDS))
    return PlannedMeasurement(
        output=Output("-", (scored,), vmaf.comparing_options(comparison.times)),
        overlays=overlays,
        comparison=comparison,
        seconds=encoded.seconds,
        cost=cost.VMAF * cost.pixel_seconds(*size, float(encoded.rate), measured),
    )


def reference_size(video: VideoStream, spot: Placement) -> Size:
    """Return the largest size of an output's shape that enlarges nothing of the source; not below the output's own."""
    source = display_size(video)
    scale = max(1, -(-source.short_side // min(spot.frame)) + 1)
    whole = place(source, spot.frame.width * scale, spot.frame.height * scale, spot.fit).frame
    if whole.short_side > LARGEST:
        whole = place(
            whole, LARGEST if whole.width <= whole.height else None, LARGEST if whole.height < whole.width else None
        ).frame
    return max(whole, spot.frame, key=lambda size: size.short_side)


def _reference(encoded: Encoded, size: Size) -> tuple[Stream, tuple[Overlay, ...]]:
    video = encoded.video
    own = place(display_size(video), *size, encoded.spot.fit, upscale=True)
    # Samples are taken before tone mapping and scaling, which cost most.
    picture = toned(_sampled(encoded.picture, encoded), video, own.inner)
    shown = filters.fitted(picture, size, own.inner, own.fit, ten_bit=encoded.ten_bit)
    clock = PictureClock(duration=encoded.seconds, frame_rate=video.frame_rate)
    return watermarked(shown, encoded.marks, size, clock, ten_bit=encoded.ten_bit)


def _sampled(picture: Stream, encoded: Encoded) -> Stream:
    if (every := _interval(encoded)) is None:
        return picture
    seconds = round(SAMPLE_SECONDS * encoded.rate) / encoded.rate
    return vmaf.sampled(picture, every=every, seconds=seconds, rate=encoded.rate)


def _interval(encoded: Encoded) -> Fraction | None:
    """Return the seconds from one sample to the next, in whole frames; None where all of the video is measured."""
    if encoded.seconds <= SAMPLES * SAMPLE_SECONDS:
        return None
    return int(Fraction(encoded.seconds) * encoded.rate / SAMPLES) / encoded.rate
