"""Filters that outputs are made with, each option with its reason; every function takes streams and returns one.

Options are documented at https://ffmpeg.org/ffmpeg-filters.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from airflow_provider_media.core.ffmpeg.graph import Stream, apply

Fit = Literal["stretch", "pad", "crop", "blur"]
Transfer = Literal["smpte2084", "arib-std-b67"]

BLUR_SHARE = 8
"""How much smaller the blurred background is made before it is blurred: unseen in the result, and many times cheaper."""


def deinterlaced(picture: Stream, *, top_first: bool, mixed: bool = False) -> Stream:
    """One progressive frame per frame of two fields.

    :param mixed: whether some frames are progressive, which their own flags tell.
    """
    return apply(
        "bwdif",
        picture,
        mode="send_frame",  # keeps the frame rate; send_field would double it
        parity="tff" if top_first else "bff",  # from the probe, because frames' own flags are often wrong
        deint="interlaced" if mixed else "all",  # all: the stream was found to be interlaced as a whole
    )


def normalised(picture: Stream, size: tuple[int, int], pixel_format: str, *, interlaced: bool, ratio: str = "sar") -> Stream:
    """Pictures of changing size, shape and samples as pictures of one kind, each fitted into the canvas without distortion.

    :param size: width and height of the canvas in square pixels.
    :param interlaced: whether lines of two fields must not be mixed.
    :param ratio: expression of the sample aspect ratio of a frame at ``t`` seconds.
    """
    width, height = size
    fitted = apply(
        "scale",
        picture,
        w=f"max(2,trunc(min({width},{height}*iw*({ratio})/ih)/2)*2)",
        h=f"max(2,trunc(min({height},{width}*ih/(iw*({ratio})))/2)*2)",
        eval="frame",  # sizes are those of each frame, not of the first one
        interl=1 if interlaced else None,
    )
    # eval=frame, as above: what is left over at the edges changes with the picture's shape.
    padded = apply("pad", fitted, w=width, h=height, x="(ow-iw)/2", y="(oh-ih)/2", eval="frame")
    return formatted(square(padded), pixel_format)


def tagged(picture: Stream, *, matrix: str, primaries: str, transfer: str, full_range: bool) -> Stream:
    """A picture whose samples stay as they are, and which states how they mean colours: filters and encoders go by that."""
    return apply(
        "setparams",
        picture,
        colorspace=matrix,
        color_primaries=primaries,
        color_trc=transfer,
        range="full" if full_range else "limited",
    )


def differenced(picture: Stream, *, matrix: str, ten_bit: bool) -> Stream:
    """Red, green and blue as brightness and differences of colour in limited range, each sample in its own place.

    :param matrix: how they are computed.
    """
    samples = apply("scale", picture, out_color_matrix=matrix, out_range="limited")
    return formatted(samples, "yuv444p10le" if ten_bit else "yuv444p")


def turned(picture: Stream, clockwise: int, *, mirrored: bool = False) -> Stream:
    """A picture turned by quarters.

    :param clockwise: degrees, as ffprobe reads them from the first row of a display matrix.
    :param mirrored: whether that matrix reflects the picture, too.
    """
    if mirrored:
        # Flipping turns the first row round: what is left to turn is half a turn more than it says.
        picture, clockwise = apply("hflip", picture), (clockwise + 180) % 360
    for _ in range(clockwise // 90):
        picture = apply("transpose", picture, dir="clock")
    return picture


def tone_mapped(picture: Stream, *, transfer: Transfer) -> Stream:
    """BT.709 in eight bits out of BT.2020 with PQ or HLG."""
    # Light is mapped in linear floats, where adding and scaling is physically right. The input is named, because a stream that
    # does not tag its frames would otherwise be refused.
    linear = apply(
        "zscale", picture, transferin=transfer, matrixin="bt2020nc", primariesin="bt2020", transfer="linear", npl=100
    )  # npl: diffuse white of SDR in cd/m2
    narrow = apply("zscale", apply("format", linear, pix_fmts="gbrpf32le"), primaries="bt709")
    # hable keeps detail in lights and shadows; desat=0 keeps the colour of lights, which the default bleaches.
    mapped = apply("tonemap", narrow, tonemap="hable", desat=0)
    return formatted(apply("zscale", mapped, transfer="bt709", matrix="bt709", range="limited"), "yuv420p")


def formatted(picture: Stream, pixel_format: str) -> Stream:
    """Samples in one layout."""
    return apply("format", picture, pix_fmts=pixel_format)


def square(picture: Stream) -> Stream:
    """Square pixels: what was stretched is in the size by now."""
    return apply("setsar", picture, sar=1)


def scaled(picture: Stream, size: tuple[int, int]) -> Stream:
    """A picture of another size, in the limited range that players expect of video."""
    return apply("scale", picture, w=size[0], h=size[1], out_range="limited")


def fitted(picture: Stream, frame: tuple[int, int], inner: tuple[int, int], fit: Fit, *, ten_bit: bool = False) -> Stream:
    """A picture in a frame.

    :param frame: width and height of the result.
    :param inner: width and height of the scaled picture; smaller than the frame where it is padded, larger where it is cropped.
    """
    whole = square(scaled(picture, inner))
    if inner == frame:
        return whole
    if any(side % 2 for side in (*frame, *inner)):
        # crop and pad count in whole samples of colour, which lie two pixels apart in most video: none of the sides would be as asked.
        whole = formatted(whole, "yuv444p")
    if fit == "crop":
        return apply("crop", whole, w=frame[0], h=frame[1])
    if fit == "blur":
        return overlaid(_blurred(picture, frame), whole, "(W-w)/2", "(H-h)/2", ten_bit=ten_bit)
    return apply("pad", whole, w=frame[0], h=frame[1], x="(ow-iw)/2", y="(oh-ih)/2")


def _blurred(picture: Stream, frame: tuple[int, int]) -> Stream:
    small = (max(2, frame[0] // BLUR_SHARE), max(2, frame[1] // BLUR_SHARE))
    covering = apply("scale", picture, w=small[0], h=small[1], force_original_aspect_ratio="increase", out_range="limited")
    cropped = square(apply("crop", covering, w=small[0], h=small[1]))
    return square(scaled(apply("gblur", cropped, sigma=f"{max(small) / 32:.2f}"), frame))


def tiled(cells: Stream, columns: int, rows: int) -> Stream:
    """Sheets of cells, row by row; the last one is black where it has none."""
    return apply("tile", cells, layout=f"{columns}x{rows}")


def paletted(picture: Stream) -> Stream:
    """256 colours chosen for this very picture, as GIF has them."""
    # stats_mode=diff counts the earlier colour of what changes, so that a scene which comes last would have none of its own.
    # rectangle repaints only what has changed, which keeps files small.
    palette = apply("palettegen", picture, stats_mode="full")
    return apply("paletteuse", picture, palette, dither="sierra2_4a", diff_mode="rectangle")


def as_still(picture: Stream, *, matrix: Literal["bt601", "keep"], full_range: bool) -> Stream:
    """Samples as a picture format stores them.

    :param matrix: ``bt601`` for JPEG and WebP, whose readers assume it (JFIF 1.02; RFC 9649), while video is often BT.709.
    :param full_range: whether black is 0 and white 255, as JFIF says.
    """
    return apply(
        "scale",
        picture,
        out_color_matrix="bt601" if matrix == "bt601" else None,
        out_range="full" if full_range else "limited",
    )


def translucent(overlay: Stream, opacity: float, *, white: float = 1.0) -> Stream:
    """An overlay that lets through what is under it.

    :param white: share of the signal's range that its white takes: less than all in HDR, where all is blinding.
    """
    clear = formatted(overlay, "rgba")
    if opacity == white == 1:
        return clear
    shade = white if white < 1 else None
    return apply("colorchannelmixer", clear, aa=f"{opacity:.3f}", rr=shade, gg=shade, bb=shade)


def overlaid(
    picture: Stream, overlay: Stream, x: str, y: str, *, ten_bit: bool = False, shown: tuple[float, float] | None = None
) -> Stream:
    """A picture with another over it.

    :param x: expression of the overlay's left edge; ``W`` and ``w`` are the widths of picture and overlay.
    :param y: expression of its upper edge, likewise.
    :param shown: seconds between which it shows; always when absent.
    """
    return apply(
        "overlay",
        picture,
        overlay,
        x=x,
        y=y,
        format="yuv420p10" if ten_bit else None,  # the default of eight bits would band what is kept in ten
        enable=f"between(t,{shown[0]:.3f},{shown[1]:.3f})" if shown else None,
    )


def merged(channels: Sequence[Stream]) -> Stream:
    """Mono sounds as the channels of one, in their order."""
    # aformat before: a channel's own name must not decide where it goes.
    mono = [apply("aformat", channel, channel_layouts="mono") for channel in channels]
    return apply("amerge", *mono, inputs=len(mono))


GAP_SECONDS = 0.04
"""Seconds by which sound may leave its picture before it is put right: EBU R 37 allows 40 ms of sound that is early, and 60 of late."""
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""Layouts of outputs by their channels."""


def conformed(
    sound: Stream,
    *,
    sample_rate: int,
    channels: int,
    sixteen_bit: bool = False,
    loudness: tuple[float, float] | None = None,
    downmix: str | None = None,
) -> Stream:
    """Sound at one rate and layout, without gaps, from time 0 on.

    :param sample_rate: hertz.
    :param sixteen_bit: whether what is encoded holds no more than 16 bits.
    :param loudness: integrated loudness in LUFS and ceiling in dBTP to reach; as it is when absent.
    :param downmix: how channels that no layout names become stereo, as the filter ``pan`` has it.
    """
    # async=1 fills gaps and trims overlaps, so that sound with broken timestamps stays with its picture; first_pts=0 adds silence
    # where it begins later than the picture; min_hard_comp is how much of both may add up before. Rate and layout are named here, because
    # outputs that shared this filter would all get what the first of them needs: surround sound made of stereo, or 16 bits of 24.
    form: dict[str, object] = {"osr": sample_rate, "ochl": None if downmix else LAYOUTS[channels]}
    form["osf"] = "s16" if sixteen_bit and not loudness else None
    steady = apply("aresample", sound, **{"async": 1, "first_pts": 0, "min_hard_comp": GAP_SECONDS}, **form)
    steady = apply("pan", steady, args=downmix) if downmix else steady
    if loudness:
        # What is measured must be what is heard: mixing down, or spreading one channel over two, changes the level.
        steady = _normalized(apply("aformat", steady, channel_layouts=LAYOUTS[channels]), *loudness, mono=channels == 1)
    return apply("aformat", steady, sample_rates=sample_rate, channel_layouts=LAYOUTS[channels])


def _normalized(sound: Stream, target: float, true_peak: float, *, mono: bool) -> Stream:
    # One pass: it follows the programme with three seconds of look-ahead and limits true peaks, and came within 1 LU of -16 and -23
    # LUFS on speech, music, noise, a tone, 1 s of sound and a programme that falls by 26 LU. Measuring first would decode all of the
    # sound twice. LRA is the widest on offer, because compressing dynamics was not asked for. dual_mono: one channel is heard from two
    # loudspeakers, and would come out 3 LU louder than the same programme in stereo.
    level = apply("loudnorm", sound, I=f"{target:g}", TP=f"{true_peak:g}", LRA=50, dual_mono="true" if mono else None)
    # Sound shorter than its look-ahead comes in one piece, larger than FLAC's encoder takes. And it stamps the last three seconds up to
    # a tenth too late, as if there were silence before them: what goes in is without gaps from 0 on, so samples tell the time.
    return apply("asetpts", apply("asetnsamples", level, nb_out_samples=4096, pad=0), expr="N/SR/TB")
