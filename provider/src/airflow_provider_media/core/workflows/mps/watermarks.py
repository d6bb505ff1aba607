"""Watermarks of a request: images whose place and size stand in ``RawParameter``."""

from __future__ import annotations

from typing import Any

from airflow_provider_media.core.workflows.mps.part import Part
from airflow_provider_media.core.workflows.mps.places import address_of

MOST = 10
CORNERS = {"TopLeft": "top_left", "TopRight": "top_right", "BottomLeft": "bottom_left", "BottomRight": "bottom_right"}
STILL = dict.fromkeys(("once", "repeat_last_frame", "repeat"))
"""How often a moving picture is shown, which makes no difference for one that stands still."""


def watermarks_of(task: Part) -> dict[str, Any]:
    """The watermarks of a task, as an output writes them; empty where it names none.

    :raises ConfigurationError: naming what cannot be honoured.
    """
    marks = [_watermark(mark) for mark in task.parts("WatermarkSet", MOST)]
    return {"watermarks": marks} if marks else {}


def _watermark(mark: Part) -> dict[str, Any]:
    mark.only("Definition", "RawParameter", "StartTimeOffset", "EndTimeOffset")
    if mark.get("Definition", 0) != 0:
        raise mark.wrong("Definition", "names a template, and there are none here: give 0, and the image in RawParameter")
    raw = mark.part("RawParameter")
    raw.only("Type", "CoordinateOrigin", "XPos", "YPos", "ImageTemplate")
    raw.one_of("Type", {"image": None})
    image = raw.part("ImageTemplate")
    image.only("ImageContent", "Width", "Height", "RepeatType")
    image.one_of("RepeatType", STILL, "repeat")
    if str(image.get("Height", "0px")).strip() not in {"0", "0px", "0%"}:
        raise image.wrong("Height", f"is {image.get('Height')!r}: images keep their shape here; give Width alone, and 0px")
    return {
        "image": address_of(image.part("ImageContent")),
        "corner": raw.one_of("CoordinateOrigin", CORNERS, "TopLeft"),
        "x": raw.get("XPos", "0px"),
        "y": raw.get("YPos", "0px"),
        "size": image.get("Width", "10%"),
        **span(mark),
    }


def span(task: Part) -> dict[str, str]:
    """When something begins and ends, as our notation has it; 0 is the beginning, or the end."""
    fields = (("start", "StartTimeOffset"), ("end", "EndTimeOffset"))
    return {own: f"{task.get(theirs)}s" for own, theirs in fields if task.get(theirs)}
