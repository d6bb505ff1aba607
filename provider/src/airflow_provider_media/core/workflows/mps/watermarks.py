"""Watermarks of a request: images with place and size in ``RawParameter``."""

from __future__ import annotations

from typing import Any

from airflow_provider_media.core.workflows.mps.part import Part
from airflow_provider_media.core.workflows.mps.places import address_of

MOST = 10
CORNERS = {"TopLeft": "top_left", "TopRight": "top_right", "BottomLeft": "bottom_left", "BottomRight": "bottom_right"}
STILL = dict.fromkeys(("once", "repeat_last_frame", "repeat"))
"""Repeat modes of an animated image; they make no difference for a still image."""


def watermarks_of(task: Part) -> dict[str, Any]:
    """Return the watermarks of a task, in the form of an output; empty if the task has none.

    :raises ConfigurationError: with the name of an unsupported field.
    """
    marks = [_watermark(mark) for mark in task.parts("WatermarkSet", MOST)]
    return {"watermarks": marks} if marks else {}


def _watermark(mark: Part) -> dict[str, Any]:
    mark.only("Definition", "RawParameter", "StartTimeOffset", "EndTimeOffset")
    if mark.get("Definition", 0) != 0:
        raise mark.wrong(
            "Definition", "names a template, and there are none here: give 0, and the image in RawParameter"
        )
    raw = mark.part("RawParameter")
    raw.only("Type", "CoordinateOrigin", "XPos", "YPos", "ImageTemplate")
    raw.one_of("Type", {"image": None})
    image = raw.part("ImageTemplate")
    image.only("ImageContent", "Width", "Height", "RepeatType")
    image.one_of("RepeatType", STILL, "repeat")
    if str(image.get("Height", "0px")).strip() not in {"0", "0px", "0%"}:
        raise image.wrong(
            "Height", f"is {image.get('Height')!r}: images keep their shape here; give Width alone, and 0px"
        )
    return {
        "image": address_of(image.part("ImageContent")),
        "corner": raw.one_of("CoordinateOrigin", CORNERS, "TopLeft"),
        "x": raw.get("XPos", "0px"),
        "y": raw.get("YPos", "0px"),
        "size": image.get("Width", "10%"),
        **span(mark),
    }


def span(task: Part) -> dict[str, str]:
    """Return start and end in this package's notation; 0 means the beginning, or the end."""
    fields = (("start", "StartTimeOffset"), ("end", "EndTimeOffset"))
    return {own: f"{task.get(theirs)}s" for own, theirs in fields if task.get(theirs)}
