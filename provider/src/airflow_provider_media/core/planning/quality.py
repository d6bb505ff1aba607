"""Measurements of quality: each encoded picture against what it should show of the source, at the source's size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import filters, pacing, vmaf
from airflow_provider_media.core.ffmpeg.graph import Decoded, Input, Output, Stream, options
from airflow_provider_media.core.media.info import VideoStream
from airflow_provider_media.core.outputs import Watermark
from airflow_provider_media.core.planning import cost
from airflow_provider_media.core.planning.geometry import Placement, Size, place
from airflow_provider_media.core.planning.output_plan import OutputContext, PlannedMeasurement
from airflow_provider_media.core.planning.source_reader import GUARDS
from airflow_provider_media.core.planning.timing import Span, off_grid
from airflow_provider_media.core.planning.toning import toned
from airflow_provider_media.core.planning.watermarks import PictureClock, watermarked
from airflow_provider_media.core.plans import Overlay, Sampling

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

    output: OutputContext
    video: VideoStream
    span: Span
    rate: Fraction | None
    """Frames per second; None where frames keep their own times."""
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
    model = vmaf.model_of(size.short_side)
    # Samples are taken before scaling and tone mapping, which cost most.
    reference, overlays = _reference(encoded, _sampled(vmaf.from_zero(paced(encoded)), encoded), size)
    own = _sampled(vmaf.from_zero(Decoded(Input(f"file:{file}", options(**GUARDS)), 0, "video")), encoded)
    form = "yuv420p10le" if encoded.ten_bit else "yuv420p"
    rendition = filters.formatted(filters.square(filters.scaled(own, size)), form)
    log = f"{file}.vmaf.json"
    scored = vmaf.scored(rendition, filters.formatted(reference, form), model=model, log=log)
    rate = encoded.rate or encoded.video.frame_rate
    measured = min(encoded.span.seconds, float(SAMPLES * SAMPLE_SECONDS))
    return PlannedMeasurement(
        output=Output("-", (scored,), options(f="null")),
        overlays=overlays,
        log=log,
        model=model,
        size=size,
        frame_rate=rate,
        sampling=_sampling(encoded),
        seconds=encoded.span.seconds,
        cost=cost.VMAF * cost.pixel_seconds(*size, float(rate), measured),
    )


def reference_size(video: VideoStream, spot: Placement) -> Size:
    """Return the largest size of an output's shape that enlarges nothing of the source; not below the output's own."""
    source = Size(video.display_width, video.display_height)
    scale = max(1, -(-source.short_side // min(spot.frame)) + 1)
    whole = place(source, spot.frame.width * scale, spot.frame.height * scale, spot.fit).frame
    if whole.short_side > LARGEST:
        whole = place(
            whole, LARGEST if whole.width <= whole.height else None, LARGEST if whole.height < whole.width else None
        ).frame
    return max(whole, spot.frame, key=lambda size: size.short_side)


def paced(encoded: Encoded) -> Stream:
    """Return the source's video at the times of the encoded video's frames."""
    media, video, span, rate = encoded.output.media, encoded.video, encoded.span, encoded.rate
    picture = encoded.output.reader.picture(span, keeps_times=rate is None)
    if rate is None:
        return picture
    behind, variable = off_grid(media, video, span, rate), not video.constant_frame_rate
    return pacing.paced(picture, rate, seconds=span.seconds, whole=span.whole, behind=behind, variable=variable)


def _sampled(picture: Stream, encoded: Encoded) -> Stream:
    if (sampling := _sampling(encoded)) is None:
        return picture
    rate = encoded.rate or encoded.video.frame_rate
    return vmaf.sampled(picture, every=sampling.every, seconds=sampling.seconds, rate=rate)


def _sampling(encoded: Encoded) -> Sampling | None:
    """Return how a long video is sampled; None where all of it is measured."""
    if encoded.span.seconds <= SAMPLES * SAMPLE_SECONDS:
        return None
    rate = encoded.rate or encoded.video.frame_rate
    every = int(Fraction(encoded.span.seconds) * rate / SAMPLES)
    return Sampling(every=every / rate, seconds=round(SAMPLE_SECONDS * rate) / rate)


def _reference(encoded: Encoded, picture: Stream, size: Size) -> tuple[Stream, tuple[Overlay, ...]]:
    own = place(Size(encoded.video.display_width, encoded.video.display_height), *size, encoded.spot.fit, upscale=True)
    shown = filters.fitted(toned(picture, encoded.video, own.inner), size, own.inner, own.fit, ten_bit=encoded.ten_bit)
    clock = PictureClock(duration=encoded.span.seconds, frame_rate=encoded.video.frame_rate)
    return watermarked(shown, encoded.marks, size, clock, ten_bit=encoded.ten_bit)
