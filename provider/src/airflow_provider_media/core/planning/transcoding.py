"""Output plans of transcodes: one file in another form, encoded or copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

from airflow_provider_media.core.ffmpeg import encoders, filters, pacing
from airflow_provider_media.core.ffmpeg.encoders import VideoEncoding
from airflow_provider_media.core.ffmpeg.graph import Output, Stream, options
from airflow_provider_media.core.ffmpeg.hardware import keeps_captions
from airflow_provider_media.core.media.expectation import Expectation, ExpectedVideo
from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.outputs import TranscodeSpec, VideoSettings
from airflow_provider_media.core.outputs.transcode import VIDEO_CODECS, Container
from airflow_provider_media.core.outputs.video import crf_or_default
from airflow_provider_media.core.planning import copying, cost, names, soundtracks
from airflow_provider_media.core.planning.encoder_choice import with_encoder
from airflow_provider_media.core.planning.geometry import Size, framed
from airflow_provider_media.core.planning.muxers import FOUR_CC, MUXER, RENDITION
from airflow_provider_media.core.planning.omissions import omissions
from airflow_provider_media.core.planning.output_plan import (
    COMMON,
    OutputContext,
    OutputPlan,
    PlannedArtifact,
    SlicedForm,
    kept_whole_because,
)
from airflow_provider_media.core.planning.quality import UNMEASURED, Encoded, measurement
from airflow_provider_media.core.planning.slices import FrameRange
from airflow_provider_media.core.planning.timing import (
    Span,
    exact_rate,
    gop_frames,
    keeps_frame_times,
    off_grid,
    on_grid,
    span_of,
    stream_seconds,
    timed_frames,
    whole,
)
from airflow_provider_media.core.planning.toning import graphics_white, toned
from airflow_provider_media.core.planning.transcode_parts import TranscodePart, not_copied
from airflow_provider_media.core.planning.transcode_sound import heard_part
from airflow_provider_media.core.planning.watermarks import PictureClock, watermarked
from airflow_provider_media.core.plans import Artifact, Overlay

_SHORTEST_TWO_PASS = 1.0
"""Least seconds of video for which two passes are worthwhile."""


def transcode(output: OutputContext, spec: TranscodeSpec) -> OutputPlan:
    """Plan a transcode. The output leaves out what the source lacks.

    :raises SourceUnsuitable: when a required output is to copy a stream that cannot be copied into its container.
    """
    planned = partial(OutputPlan, output=output.name, required=spec.required)
    span = trim_span(output.media, spec)
    if span is None:
        reason = f"the trim leaves nothing of a source of {output.media.duration:.3f} s"
        return planned(left_out=(output.missing(reason),))
    picture, heard = _picture(output, spec, span), heard_part(output, spec, span)
    left_out = tuple(output.missing(part.reason) for part in (picture, heard) if part.reason)
    if not picture.streams and not heard.streams:
        return planned(left_out=left_out or (output.missing("the source has no sound, and its picture is not wanted"),))
    left_out += tuple(map(output.missing, _left_behind(output.media, spec, picture, heard)))
    notes = (UNMEASURED,) if spec.quality and picture.streams and picture.encoded is None else ()
    return planned(artifacts=(_planned(output, spec, span, picture, heard),), left_out=left_out, notes=notes)


def _left_behind(media: MediaInfo, spec: TranscodeSpec, picture: TranscodePart, heard: TranscodePart) -> Iterator[str]:
    """Yield what the source holds beside the video and audio of an output, and the output does not."""
    encoder = spec.video.encoder if isinstance(spec.video, VideoSettings) else "software"
    captions = picture.encoding is None or keeps_captions(picture.encoding.codec, encoder)
    unspoken = tuple(soundtracks.unspoken(heard.tracks, spec.container))
    yield from omissions(
        media, audio=heard.tracks or None, video=bool(picture.streams), captions=captions, more=unspoken
    )


def _planned(
    output: OutputContext, spec: TranscodeSpec, span: Span, picture: TranscodePart, heard: TranscodePart
) -> PlannedArtifact:
    naming = names.NamedOutput(name=output.name, path=spec.path, preset=spec.preset)
    file = f"{output.name}.{spec.container}"
    labels = soundtracks.labels(heard.tracks, spec.container, first=len(picture.streams))
    muxing = {**COMMON, **MUXER[spec.container], **labels}
    settings = {**muxing, **picture.options, **heard.options}
    first = None
    if picture.encoding and _measures_first(spec, span):
        log = f"{output.name}.pass"
        measure = {**picture.options, **encoders.pass_options(picture.encoding, 1, log), "f": "null"}
        first = Output("-", picture.streams, options(**measure))
        settings |= encoders.pass_options(picture.encoding, 2, log)
    written = Output(file, picture.streams + heard.streams, options(**settings))
    if picture.encoding and isinstance(spec.video, VideoSettings) and (video := output.media.main_video):
        written = with_encoder(written, picture.encoding, spec.video, video)
    kept_whole = _kept_whole(spec, picture, span, is_two_pass=first is not None)
    return PlannedArtifact(
        label=output.name,
        artifact=Artifact(
            output=output.name,
            file=file,
            key=output.context.naming.file(naming, spec.container, picture.size),
            expect=Expectation(video=picture.video, audio=heard.audio),
        ),
        outputs=(written,),
        cost=picture.cost + heard.cost,
        seconds=span.seconds,
        overlays=picture.overlays,
        first_pass=first,
        measurement=measurement(picture.encoded, file) if picture.encoded else None,
        sliced=_sliced(output, spec, picture, heard, muxing) if picture.encoding and not kept_whole else None,
        kept_whole=kept_whole if picture.encoding else "",
    )


def _kept_whole(spec: TranscodeSpec, picture: TranscodePart, span: Span, *, is_two_pass: bool) -> str:
    """Return why an encoded film is never made in slices; empty where it can be."""
    if is_two_pass:
        return "two passes share bits over the whole video"
    if spec.container == "ts":
        return "MPEG-TS holds no exact times"
    if not span.whole:
        return "it is trimmed"
    if spec.audio == "copy":
        return "its audio is copied"
    encoder = spec.video.encoder if isinstance(spec.video, VideoSettings) else "software"
    return kept_whole_because(encoder, steady=all(video.frame_rate for video in picture.video))


def _sliced(
    output: OutputContext, spec: TranscodeSpec, picture: TranscodePart, heard: TranscodePart, muxing: Mapping[str, str]
) -> SlicedForm:
    """Return how a transcode of the whole source is made in slices."""
    # Slices are MP4 whatever the container: it keeps times exactly.
    own = Output(f"{output.name}.mp4", picture.streams, options(**COMMON, **RENDITION, **picture.options))
    labels = soundtracks.labels(heard.tracks, spec.container, first=0)
    settings = options(**COMMON, **MUXER[spec.container], **heard.options, **labels)
    sound = Output(f"{output.name}.sound.{spec.container}", heard.streams, settings) if heard.streams else None
    tag = {name: value for name, value in picture.options.items() if name == "tag:v"}
    return SlicedForm(picture=own, alone=own, sound=sound, muxing=options(**muxing, **tag))


def _measures_first(spec: TranscodeSpec, span: Span) -> bool:
    """Return whether a first pass measures where bits are needed.

    x264 refuses to spread few bits over a frame or two.
    """
    return isinstance(spec.video, VideoSettings) and spec.video.passes == 2 and span.seconds >= _SHORTEST_TWO_PASS


def _picture(output: OutputContext, spec: TranscodeSpec, span: Span) -> TranscodePart:
    video = output.media.main_video
    if spec.video == "drop" or spec.audio_only:
        return TranscodePart()
    if video is None:
        return TranscodePart(reason="the source has no picture")
    if spec.video == "copy":
        return _copied(output, spec, span, video)
    return _encoded(output, spec, span, video)


def _encoded(output: OutputContext, spec: TranscodeSpec, span: Span, video: VideoStream) -> TranscodePart:
    wanted = spec.video if isinstance(spec.video, VideoSettings) else VideoSettings()
    rate = None if _keeps_times(wanted, video) else wanted.frame_rate or exact_rate(video)
    keep_range = wanted.dynamic_range == "keep" and video.dynamic_range != "sdr"
    encoding = encoding_of(
        wanted, spec.container, gop_frames(wanted.gop_seconds, rate or video.frame_rate), keep_range=keep_range
    )
    encoding = replace(encoding, mastering=video.mastering if keep_range else None)
    marks = tuple(output.context.watermarks if spec.watermarks is None else spec.watermarks)
    seconds = stream_seconds(output.media, video, span)
    part = None
    if rate and output.reader.slice:
        total = round(Fraction(on_grid(seconds, rate)) * rate)
        part = output.reader.slice.frames(rate, encoding.gop_frames, total)
    spot = framed(Size(video.display_width, video.display_height), wanted)
    shown = Encoded(
        video=video,
        picture=_paced(output, video, span, rate, part),
        seconds=span.seconds,
        rate=rate or video.frame_rate,
        spot=spot,
        marks=marks,
        ten_bit=encoding.ten_bit,
    )
    tone_size = output.context.tone_size
    colored = shown.picture if keep_range else toned(shown.picture, video, tone_size)
    picture, overlays = _fitted(shown, colored, white=graphics_white(video, keep=keep_range))
    picture = filters.formatted(picture, encoding.pixel_format)

    # Only a constant rate fills the time before the first frame.
    late = 0.0 if rate else max(0.0, video.start - output.media.start - span.start)
    tag = {"tag:v": FOUR_CC[spec.container]} if encoding.codec == "h265" and spec.container in FOUR_CC else {}
    pixels = cost.pixel_seconds(*spot.frame, float(rate or video.frame_rate), seconds)
    least_frames = timed_frames(output.media, video) if rate is None and span.whole else None
    return TranscodePart(
        streams=(picture,),
        # cfr: one frame per step of the grid. vfr with the filters' own clock: every frame at its own time.
        options=encoders.video_options(encoding)
        | tag
        | ({"fps_mode": "cfr"} if rate else {"fps_mode": "vfr", "enc_time_base:v": "filter"}),
        video=(_expected(encoding, spot.frame, rate, seconds=seconds - late, least_frames=least_frames),),
        size=spot.frame,
        overlays=overlays,
        cost=cost.encoding(pixels, encoding.codec, wanted.speed, passes=wanted.passes),
        encoding=encoding,
        encoded=shown if spec.quality and not keep_range else None,
    )


def _paced(
    output: OutputContext, video: VideoStream, span: Span, rate: Fraction | None, part: FrameRange | None
) -> Stream:
    """Return the source's video at a constant rate, or a slice of it; without a rate, frames keep their own times."""
    if rate is None:
        return output.reader.picture(span, keeps_times=True)
    behind, variable = off_grid(output.media, video, span, rate), not video.constant_frame_rate
    paced = partial(pacing.paced, rate=rate, seconds=span.seconds, behind=behind, variable=variable)
    if part is None:
        return paced(output.reader.picture(span), whole=span.whole)
    own = output.reader.around(part.span, is_last=part.is_last)
    picture = paced(own, whole=True, first=part.first)
    return picture if part.is_last else pacing.first_frames(picture, part.count)


def _fitted(shown: Encoded, picture: Stream, *, white: float) -> tuple[Stream, tuple[Overlay, ...]]:
    """Return a picture in its frame with its watermarks, and the overlays that it needs.

    :param white: share of the signal's range that is white to the eye.
    """
    spot, clock = shown.spot, PictureClock(duration=shown.seconds, frame_rate=shown.video.frame_rate)
    fitted = filters.fitted(picture, spot.frame, spot.inner, spot.fit, ten_bit=shown.ten_bit)
    return watermarked(fitted, shown.marks, spot.frame, clock, ten_bit=shown.ten_bit, white=white)


def _expected(
    encoding: VideoEncoding, frame: Size, rate: Fraction | None, *, seconds: float, least_frames: int | None
) -> ExpectedVideo:
    """Return the expectation of an encoded picture; without a rate, frames keep their own times."""
    return ExpectedVideo(
        codec=encoders.PROBED[encoding.codec],
        width=frame.width,
        height=frame.height,
        frame_rate=rate,
        least_frames=least_frames,
        duration=on_grid(seconds, rate) if rate else seconds,
        bit_depth=10 if encoding.ten_bit else 8,
        gop_frames=encoding.gop_frames if rate else None,
    )


def _keeps_times(wanted: VideoSettings, video: VideoStream) -> bool:
    return keeps_frame_times(video, variable_frame_rate=wanted.variable_frame_rate, frame_rate=wanted.frame_rate)


def encoding_of(wanted: VideoSettings, container: Container, frames: int, *, keep_range: bool) -> VideoEncoding:
    """Return the encoding that settings mean in a container.

    :param frames: frames between keyframes.
    :param keep_range: whether HDR is kept, which takes ten bits.
    """
    codec = wanted.codec if "codec" in wanted.model_fields_set else VIDEO_CODECS[container][0]
    crf = crf_or_default(codec, wanted.crf, wanted.bitrate)
    return VideoEncoding(
        codec=codec,
        speed=wanted.speed,
        crf=crf,
        bitrate=wanted.bitrate,
        max_bitrate=wanted.max_bitrate,
        gop_frames=frames,
        ten_bit=wanted.bit_depth == 10 or keep_range,
    )


def _copied(output: OutputContext, spec: TranscodeSpec, span: Span, video: VideoStream) -> TranscodePart:
    if reason := copying.video_refusal(output.media, video, spec.container, span):
        return not_copied(output, spec, reason)
    expected = copying.expected_video(output.media, video, span)
    size = Size(video.width, video.height)
    tag = {"tag:v": FOUR_CC[spec.container]} if video.codec == "hevc" and spec.container in FOUR_CC else {}
    return TranscodePart(
        streams=(output.reader.coded(video, span),), options={"c:v": "copy", **tag}, video=(expected,), size=size
    )


def trim_span(media: MediaInfo, spec: TranscodeSpec) -> Span | None:
    """Return the part of the source that a transcode keeps, or None where its trim leaves nothing."""
    return span_of(media, spec.trim.start, spec.trim.end) if spec.trim else whole(media)
