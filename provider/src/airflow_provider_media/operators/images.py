"""Operators that make images: snapshots, animated images, sprites and waveforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_media.operators.output import OutputOperator

__all__ = ["AnimatedImageOperator", "SampleSnapshotOperator", "SnapshotOperator", "SpriteOperator", "WaveformOperator"]

Watermarks = Sequence[Mapping[str, Any]]


class SnapshotOperator(OutputOperator):
    """Take snapshots at given times.

    :param at: times, each in seconds (``12.5``), percent (``"10%"``) or as timecode (``"00:01:02.500"``). A time past
        the end takes the last frame (templated).
    :param format: ``jpg``, ``png`` or ``webp``.
    :param width: width in pixels; with only one side given, the snapshot keeps its aspect ratio.
    :param height: height in pixels.
    :param fit: how the image fills the frame when both sides are given: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param quality: 1 (smallest file) to 100 (best image).
    :param watermarks: watermarks in the form of a workflow file.
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "snapshots"

    def __init__(
        self,
        *,
        at: Sequence[str | float] | None = None,
        format: str | None = None,
        width: int | None = None,
        height: int | None = None,
        fit: str | None = None,
        quality: int | None = None,
        watermarks: Watermarks | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        picture = {"width": width, "height": height, "fit": fit, "quality": quality, "watermarks": watermarks}
        super().__init__(spec={"at": at, "format": format, "preset": preset, **picture}, **kwargs)


class SampleSnapshotOperator(OutputOperator):
    """Take snapshots at equal distances.

    :param every: distance in seconds or percent. ``10`` takes the first frame and one every ten seconds; ``"10%"``
        takes ten snapshots (templated).
    :param format: ``jpg``, ``png`` or ``webp``.
    :param width: width in pixels; with only one side given, the snapshot keeps its aspect ratio.
    :param height: height in pixels.
    :param fit: how the image fills the frame when both sides are given: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param quality: 1 (smallest file) to 100 (best image).
    :param watermarks: watermarks in the form of a workflow file.
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "sampled_snapshots"

    def __init__(
        self,
        *,
        every: str | float | None = None,
        format: str | None = None,
        width: int | None = None,
        height: int | None = None,
        fit: str | None = None,
        quality: int | None = None,
        watermarks: Watermarks | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        picture = {"width": width, "height": height, "fit": fit, "quality": quality, "watermarks": watermarks}
        super().__init__(spec={"every": every, "format": format, "preset": preset, **picture}, **kwargs)


class AnimatedImageOperator(OutputOperator):
    """Make an animated image: a short moving picture without audio.

    :param start: start time in seconds, percent or as timecode; a negative time counts from the end (templated).
    :param end: end time; three seconds after the start when absent (templated).
    :param format: ``gif`` or ``webp``.
    :param frame_rate: frames per second, such as ``10`` or ``"30000/1001"``.
    :param width: width in pixels; 320 when absent.
    :param height: height in pixels.
    :param fit: how the image fills the frame when both sides are given: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param quality: 1 (smallest file) to 100 (best image).
    :param loop: whether the image plays forever or once.
    :param watermarks: watermarks in the form of a workflow file.
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "animated_image"

    def __init__(
        self,
        *,
        start: str | float | None = None,
        end: str | float | None = None,
        format: str | None = None,
        frame_rate: str | float | None = None,
        width: int | None = None,
        height: int | None = None,
        fit: str | None = None,
        quality: int | None = None,
        loop: bool | None = None,
        watermarks: Watermarks | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        picture = {"width": width, "height": height, "fit": fit, "quality": quality, "watermarks": watermarks}
        motion = {"start": start, "end": end, "frame_rate": frame_rate, "loop": loop}
        super().__init__(spec={"format": format, "preset": preset, **motion, **picture}, **kwargs)


class SpriteOperator(OutputOperator):
    """Make sprites: sheets of small pictures, and a WebVTT file that maps times to the pictures.

    :param every: distance between two cells, in seconds or percent (templated).
    :param columns: cells per row of a sheet.
    :param rows: rows per sheet; the operator makes as many sheets as the cells need.
    :param width: width of a cell in pixels.
    :param height: height of a cell in pixels; derived from the aspect ratio when absent.
    :param fit: how a picture fills its cell: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param format: ``jpg``, ``png`` or ``webp``.
    :param quality: 1 (smallest file) to 100 (best image).
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "sprites"

    def __init__(
        self,
        *,
        every: str | float | None = None,
        columns: int | None = None,
        rows: int | None = None,
        width: int | None = None,
        height: int | None = None,
        fit: str | None = None,
        format: str | None = None,
        quality: int | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        cell = {"width": width, "height": height, "fit": fit, "quality": quality}
        super().__init__(
            spec={"every": every, "columns": columns, "rows": rows, "format": format, "preset": preset, **cell},
            **kwargs,
        )


class WaveformOperator(OutputOperator):
    """Make the waveform of one audio track: a picture, and the peaks from which players draw it.

    :param files: ``png`` for the picture, ``json`` for the peaks in version 2 of audiowaveform's format; both when
        absent.
    :param track: number of the audio track, counted from 1; the main track when absent (templated).
    :param start: start time in seconds, percent or as timecode; a negative time counts from the end (templated).
    :param end: end time; the end of the source when absent (templated).
    :param width: width in pixels; 1800 when absent.
    :param height: height in pixels; 280 when absent.
    :param color: colour of the waveform, such as ``"#4a90d9"``.
    :param background: colour behind the waveform; ``transparent`` when absent.
    :param split_channels: whether each channel has a waveform of its own.
    :param preset: name of a preset; the other parameters override its fields.
    """

    kind = "waveform"

    def __init__(
        self,
        *,
        files: Sequence[str] | None = None,
        track: int | None = None,
        start: str | float | None = None,
        end: str | float | None = None,
        width: int | None = None,
        height: int | None = None,
        color: str | None = None,
        background: str | None = None,
        split_channels: bool | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        audio = {"track": track, "start": start, "end": end, "split_channels": split_channels}
        image = {"width": width, "height": height, "color": color, "background": background}
        super().__init__(spec={"files": files, "preset": preset, **audio, **image}, **kwargs)
