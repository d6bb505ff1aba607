"""Operators that make pictures: snapshots, animated images and sprite sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_media.operators.output import OutputOperator

Watermarks = Sequence[Mapping[str, Any]]


class SnapshotOperator(OutputOperator):
    """Take pictures at given times.

    :param at: times, each in seconds (``12.5``), percent (``"10%"``) or as timecode (``"00:01:02.500"``); a time past the end means
        the last frame (templated).
    :param format: ``jpg``, ``png`` or ``webp``.
    :param width: pixels; with one side given the picture keeps its shape.
    :param height: pixels.
    :param fit: how a picture fills the frame when both sides are given: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param quality: 1 (smallest) to 100 (best).
    :param watermarks: watermarks as a workflow file writes them.
    :param preset: name of a preset whose fields these override.
    """

    kind = "snapshots"

    def __init__(
        self,
        *,
        at: Sequence[str | float] | None = None,
        format: str | None = None,  # noqa: A002 - the workflow's own word
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
    """Take pictures at even distances.

    :param every: distance in seconds or percent: ``10`` takes the first frame and one every ten seconds, ``"10%"`` takes ten pictures
        (templated).
    :param format: ``jpg``, ``png`` or ``webp``.
    :param width: pixels; with one side given the picture keeps its shape.
    :param height: pixels.
    :param fit: how a picture fills the frame when both sides are given: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param quality: 1 (smallest) to 100 (best).
    :param watermarks: watermarks as a workflow file writes them.
    :param preset: name of a preset whose fields these override.
    """

    kind = "sampled_snapshots"

    def __init__(
        self,
        *,
        every: str | float | None = None,
        format: str | None = None,  # noqa: A002 - the workflow's own word
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
    """Make a short moving picture without sound.

    :param start: where it begins, in seconds, percent or as timecode; negative counts from the end (templated).
    :param end: where it ends; three seconds after the start when absent (templated).
    :param format: ``gif`` or ``webp``.
    :param frame_rate: frames per second, such as ``10`` or ``"30000/1001"``.
    :param width: pixels; 320 when absent.
    :param height: pixels.
    :param fit: how the picture fills the frame when both sides are given: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param quality: 1 (smallest) to 100 (best).
    :param loop: whether it plays for ever or once.
    :param watermarks: watermarks as a workflow file writes them.
    :param preset: name of a preset whose fields these override.
    """

    kind = "animated_image"

    def __init__(
        self,
        *,
        start: str | float | None = None,
        end: str | float | None = None,
        format: str | None = None,  # noqa: A002 - the workflow's own word
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
    """Make sheets of small pictures, and the WebVTT file that says which one shows when.

    :param every: distance between two cells, in seconds or percent (templated).
    :param columns: cells per row of a sheet.
    :param rows: rows of a sheet; as many sheets are made as the cells need.
    :param width: width of a cell in pixels.
    :param height: height of a cell in pixels; from the picture's shape when absent.
    :param fit: how a picture fills its cell: ``stretch``, ``pad``, ``crop`` or ``blur``.
    :param format: ``jpg``, ``png`` or ``webp``.
    :param quality: 1 (smallest) to 100 (best).
    :param preset: name of a preset whose fields these override.
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
        format: str | None = None,  # noqa: A002 - the workflow's own word
        quality: int | None = None,
        preset: str | None = None,
        **kwargs: Any,
    ) -> None:
        cell = {"width": width, "height": height, "fit": fit, "quality": quality}
        super().__init__(spec={"every": every, "columns": columns, "rows": rows, "format": format, "preset": preset, **cell}, **kwargs)
