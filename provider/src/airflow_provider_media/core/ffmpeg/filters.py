"""Filters of outputs, each option with its reason; every function takes streams and returns one stream.

Options are documented at https://ffmpeg.org/ffmpeg-filters.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from airflow_provider_media.core.ffmpeg.graph import Stream, apply

Fit = Literal["stretch", "pad", "crop", "blur"]
Transfer = Literal["smpte2084", "arib-std-b67"]

BLUR_SHARE = 8
"""Factor by which the background shrinks before the blur: invisible in the result, and many times cheaper."""


def deinterlaced(picture: Stream, *, top_first: bool, mixed: bool = False) -> Stream:
    """Deinterlace: make one progressive frame from each frame of two fields.

    :param mixed: whether some frames are progressive; each frame's own flag then decides.
    """
    return apply(
        "bwdif",
        picture,
        mode="send_frame",  # keeps the frame rate; send_field would double it
        parity="tff" if top_first else "bff",  # from the probe, because the flags of frames are often wrong
        deint="interlaced" if mixed else "all",  # all: probing found the whole stream interlaced
    )


def normalised(
    picture: Stream, size: tuple[int, int], pixel_format: str, *, interlaced: bool, ratio: str = "sar"
) -> Stream:
    """Fit frames of changing size, aspect ratio and pixel format into one canvas, without distortion.

    :param size: width and height of the canvas in square pixels.
    :param interlaced: whether frames hold two fields, whose lines must not be mixed.
    :param ratio: expression of the sample aspect ratio of a frame at ``t`` seconds.
    """
    width, height = size
    fitted = apply(
        "scale",
        picture,
        w=f"max(2,trunc(min({width},{height}*iw*({ratio})/ih)/2)*2)",
        h=f"max(2,trunc(min({height},{width}*ih/(iw*({ratio})))/2)*2)",
        eval="frame",  # compute the size of each frame, not of the first one alone
        interl=1 if interlaced else None,
    )
    # eval=frame, as above: the padding changes with the frame's aspect ratio.
    padded = apply("pad", fitted, w=width, h=height, x="(ow-iw)/2", y="(oh-ih)/2", eval="frame")
    return formatted(square(padded), pixel_format)


def tagged(picture: Stream, *, matrix: str, primaries: str, transfer: str, full_range: bool) -> Stream:
    """Tag video with its colours, without changing samples: filters and encoders go by the tags."""
    return apply(
        "setparams",
        picture,
        colorspace=matrix,
        color_primaries=primaries,
        color_trc=transfer,
        range="full" if full_range else "limited",
    )


def differenced(picture: Stream, *, matrix: str, ten_bit: bool) -> Stream:
    """Convert RGB to YUV in limited range, without chroma subsampling.

    :param matrix: the matrix of the conversion.
    """
    samples = apply("scale", picture, out_color_matrix=matrix, out_range="limited")
    return formatted(samples, "yuv444p10le" if ten_bit else "yuv444p")


def turned(picture: Stream, clockwise: int, *, mirrored: bool = False) -> Stream:
    """Rotate video in steps of 90 degrees.

    :param clockwise: degrees, as ffprobe reads them from the first row of a display matrix.
    :param mirrored: whether that matrix also flips the video.
    """
    if mirrored:
        # A flip reverses the first row, so the remaining rotation is 180 degrees more than the row states.
        picture, clockwise = apply("hflip", picture), (clockwise + 180) % 360
    for _ in range(clockwise // 90):
        picture = apply("transpose", picture, dir="clock")
    return picture


def tone_mapped(picture: Stream, *, transfer: Transfer) -> Stream:
    """Tone-map BT.2020 video with PQ or HLG to BT.709 in eight bits."""
    # Tone mapping runs in linear floats, where adding and scaling light is physically right. The input's colours are
    # stated here, because zscale would otherwise refuse a stream without tags.
    linear = apply(
        "zscale",
        picture,
        transferin=transfer,
        matrixin="bt2020nc",
        primariesin="bt2020",
        transfer="linear",
        npl=100,  # diffuse white of SDR in cd/m2
    )
    narrow = apply("zscale", apply("format", linear, pix_fmts="gbrpf32le"), primaries="bt709")
    # hable keeps detail in highlights and shadows; desat=0 keeps the colour of highlights, which the default
    # desaturates.
    mapped = apply("tonemap", narrow, tonemap="hable", desat=0)
    return formatted(apply("zscale", mapped, transfer="bt709", matrix="bt709", range="limited"), "yuv420p")


def formatted(picture: Stream, pixel_format: str) -> Stream:
    """Convert samples to one pixel format."""
    return apply("format", picture, pix_fmts=pixel_format)


def square(picture: Stream) -> Stream:
    """Declare square pixels: the size includes any stretching by now."""
    return apply("setsar", picture, sar=1)


def scaled(picture: Stream, size: tuple[int, int]) -> Stream:
    """Scale video, in the limited range that players expect of video."""
    return apply("scale", picture, w=size[0], h=size[1], out_range="limited")


def fitted(
    picture: Stream, frame: tuple[int, int], inner: tuple[int, int], fit: Fit, *, ten_bit: bool = False
) -> Stream:
    """Fit video into a frame.

    :param frame: width and height of the result.
    :param inner: width and height of the scaled video: smaller than the frame for padding, larger for cropping.
    """
    whole = square(scaled(picture, inner))
    if inner == frame:
        return whole
    if any(side % 2 for side in (*frame, *inner)):
        # crop and pad count in whole chroma samples, two pixels apart in most video: odd sizes would not come out as
        # asked.
        whole = formatted(whole, "yuv444p")
    if fit == "crop":
        return apply("crop", whole, w=frame[0], h=frame[1])
    if fit == "blur":
        return overlaid(_blurred(picture, frame), whole, "(W-w)/2", "(H-h)/2", ten_bit=ten_bit)
    return apply("pad", whole, w=frame[0], h=frame[1], x="(ow-iw)/2", y="(oh-ih)/2")


def _blurred(picture: Stream, frame: tuple[int, int]) -> Stream:
    small = (max(2, frame[0] // BLUR_SHARE), max(2, frame[1] // BLUR_SHARE))
    covering = apply(
        "scale", picture, w=small[0], h=small[1], force_original_aspect_ratio="increase", out_range="limited"
    )
    cropped = square(apply("crop", covering, w=small[0], h=small[1]))
    return square(scaled(apply("gblur", cropped, sigma=f"{max(small) / 32:.2f}"), frame))


def tiled(cells: Stream, columns: int, rows: int) -> Stream:
    """Tile cells into sheets, row by row; the last sheet is black where it has no cell."""
    return apply("tile", cells, layout=f"{columns}x{rows}")


def paletted(picture: Stream) -> Stream:
    """Reduce video to a palette of 256 colours of its own, as GIF needs."""
    # full: stats_mode=diff counts the earlier colour of each changed pixel, so the last scene would get no colours of
    # its own. rectangle repaints only the changed area, which keeps files small.
    palette = apply("palettegen", picture, stats_mode="full")
    return apply("paletteuse", picture, palette, dither="sierra2_4a", diff_mode="rectangle")


def as_still(picture: Stream, *, matrix: Literal["bt601", "keep"], full_range: bool) -> Stream:
    """Convert samples to the matrix and range that an image format stores.

    :param matrix: ``bt601`` for JPEG and WebP, whose readers assume it (JFIF 1.02; RFC 9649); video is often BT.709.
    :param full_range: whether black is 0 and white 255, as JFIF says.
    """
    return apply(
        "scale",
        picture,
        out_color_matrix="bt601" if matrix == "bt601" else None,
        out_range="full" if full_range else "limited",
    )


def translucent(overlay: Stream, opacity: float, *, white: float = 1.0) -> Stream:
    """Make an overlay partly transparent.

    :param white: share of the signal's range for the overlay's white: below 1 in HDR, where full range is blinding.
    """
    clear = formatted(overlay, "rgba")
    if opacity == white == 1:
        return clear
    shade = white if white < 1 else None
    return apply("colorchannelmixer", clear, aa=f"{opacity:.3f}", rr=shade, gg=shade, bb=shade)


def overlaid(
    picture: Stream, overlay: Stream, x: str, y: str, *, ten_bit: bool = False, shown: tuple[float, float] | None = None
) -> Stream:
    """Lay an overlay over video.

    :param x: expression of the overlay's left edge; ``W`` and ``w`` are the widths of video and overlay.
    :param y: expression of the overlay's top edge, likewise.
    :param shown: start and end in seconds of the overlay's display; always displayed when absent.
    """
    return apply(
        "overlay",
        picture,
        overlay,
        x=x,
        y=y,
        format="yuv420p10" if ten_bit else None,  # the default of eight bits would cause banding in ten-bit video
        enable=f"between(t,{shown[0]:.3f},{shown[1]:.3f})" if shown else None,
    )


def merged(channels: Sequence[Stream]) -> Stream:
    """Merge mono streams into the channels of one stream, in their order."""
    # aformat first: a channel's own name must not decide the channel's place.
    mono = [apply("aformat", channel, channel_layouts="mono") for channel in channels]
    return apply("amerge", *mono, inputs=len(mono))


GAP_SECONDS = 0.04
"""Seconds by which audio may drift from video before a correction.

EBU R 37 allows audio to be 40 ms early and 60 ms late.
"""
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""Channel layouts of outputs, by number of channels."""


def conformed(
    sound: Stream,
    *,
    sample_rate: int,
    channels: int,
    sixteen_bit: bool = False,
    loudness: tuple[float, float] | None = None,
    downmix: str | None = None,
) -> Stream:
    """Bring audio to one sample rate and layout, without gaps, from time 0 on.

    :param sample_rate: hertz.
    :param sixteen_bit: whether the output's codec holds no more than 16 bits.
    :param loudness: integrated loudness in LUFS and ceiling in dBTP to reach; unchanged when absent.
    :param downmix: arguments of the filter ``pan`` that mix channels without a named layout down to stereo.
    """
    # async=1 fills gaps and trims overlaps, so that audio with broken timestamps stays in sync. first_pts=0 adds
    # silence where audio begins later than video. min_hard_comp is the drift that may add up before a correction. Rate
    # and layout are stated here, because outputs that share this filter would all get what the first of them needs:
    # surround made of stereo, or 16 bits of 24.
    form: dict[str, object] = {"osr": sample_rate, "ochl": None if downmix else LAYOUTS[channels]}
    form["osf"] = "s16" if sixteen_bit and not loudness else None
    steady = apply("aresample", sound, **{"async": 1, "first_pts": 0, "min_hard_comp": GAP_SECONDS}, **form)
    steady = apply("pan", steady, args=downmix) if downmix else steady
    if loudness:
        # loudnorm must measure the audio that is heard: a downmix, or one channel spread over two, changes the level.
        steady = _normalized(apply("aformat", steady, channel_layouts=LAYOUTS[channels]), *loudness, mono=channels == 1)
    return apply("aformat", steady, sample_rates=sample_rate, channel_layouts=LAYOUTS[channels])


def _normalized(sound: Stream, target: float, true_peak: float, *, mono: bool) -> Stream:
    # One pass: loudnorm follows the programme with three seconds of look-ahead and limits true peaks. It came within 1
    # LU of -16 and -23 LUFS on speech, music, noise, a tone, 1 s of audio and a programme that falls by 26 LU. A
    # measuring pass before it would decode all audio twice. LRA is the widest on offer, because nobody asked for
    # compressed dynamics. dual_mono: one channel plays on two loudspeakers, and would come out 3 LU louder than the
    # same programme in stereo.
    level = apply("loudnorm", sound, I=f"{target:g}", TP=f"{true_peak:g}", LRA=50, dual_mono="true" if mono else None)
    # loudnorm returns audio shorter than its look-ahead in one frame, larger than FLAC's encoder takes. It also stamps
    # the last three seconds up to 0.1 s too late, as if silence came before them. Its input has no gaps from 0 on, so
    # the sample count gives the time.
    return apply("asetpts", apply("asetnsamples", level, nb_out_samples=4096, pad=0), expr="N/SR/TB")
