"""Operators that make one file from another: transcoded, copied, trimmed or watermarked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_media.operators.output import OutputOperator

__all__ = ["TranscodeOperator", "WatermarkOperator"]

Stream = Mapping[str, Any] | str


class TranscodeOperator(OutputOperator):
    """Make one file with the source's video and audio, encoded or copied.

    :param container: ``mp4``, ``mkv``, ``webm``, ``ts``, ``mov``, or for audio alone ``m4a``, ``mp3``, ``flac``,
        ``ogg``, ``wav``.
    :param video: video settings such as ``{"codec": "h265", "crf": 24, "height": 720}``, or ``"copy"``, or ``"drop"``
        (templated).
    :param audio: audio settings such as ``{"bitrate": 128000, "loudness": -16}``, or ``"copy"``, or ``"drop"``
        (templated).
    :param trim: the part to keep, such as ``{"start": 10, "end": "-5"}`` (templated).
    :param watermarks: watermarks in the form of a workflow file (templated).
    :param quality: ``measure`` compares the video with the source after encoding (VMAF); a target such as
        ``{"target": 93, "max_bitrate": 4_000_000}`` finds the crf that reaches it, too (templated).
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "transcode"

    def __init__(
        self,
        *,
        container: str | None = None,
        video: Stream | None = None,
        audio: Stream | None = None,
        trim: Mapping[str, Any] | None = None,
        watermarks: Sequence[Mapping[str, Any]] | None = None,
        quality: Mapping[str, Any] | str | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        streams = {"video": video, "audio": audio, "trim": trim, "watermarks": watermarks, "quality": quality}
        super().__init__(spec={"container": container, "preset": preset, **streams}, **kwargs)


class WatermarkOperator(TranscodeOperator):
    """Lay one image or one text over the video. All other settings work as in :class:`TranscodeOperator`.

    :param image: URI of a PNG, JPEG or WebP image; give either ``image`` or ``text`` (templated).
    :param text: text to show, drawn literally (templated).
    :param corner: ``top_left``, ``top_right``, ``bottom_left``, ``bottom_right`` or ``center``.
    :param x: horizontal distance from the corner, such as ``"24px"`` or ``"2%"`` of the video's width.
    :param y: vertical distance from the corner, such as ``"24px"`` or ``"2%"`` of the video's height.
    :param size: width of an image, in px or percent of the video's width; or line height of a text, in px or percent of
        its height.
    :param opacity: above 0, up to 1.
    :param color: colour of a text, such as ``#ffffff``.
    :param font: URI of a TrueType or OpenType font for a text.
    :param start: when the watermark appears, in seconds, percent or as timecode (templated).
    :param end: when the watermark disappears (templated).
    """

    def __init__(
        self,
        *,
        image: str | None = None,
        text: str | None = None,
        corner: str | None = None,
        x: str | None = None,
        y: str | None = None,
        size: str | None = None,
        opacity: float | None = None,
        color: str | None = None,
        font: str | None = None,
        start: str | float | None = None,
        end: str | float | None = None,
        **kwargs: Any,
    ) -> None:
        what = {"image": image, "text": text, "color": color, "font": font, "opacity": opacity}
        where = {"corner": corner, "x": x, "y": y, "size": size, "start": start, "end": end}
        watermark = {name: value for name, value in {**what, **where}.items() if value is not None}
        super().__init__(watermarks=[watermark], **kwargs)
