"""Names of hardware encoders."""

from __future__ import annotations

from typing import Literal

HardwareEncoder = Literal["nvenc", "qsv", "vaapi", "videotoolbox"]

HARDWARE_ENCODERS: tuple[HardwareEncoder, ...] = ("nvenc", "qsv", "vaapi", "videotoolbox")
"""Hardware encoders in the order in which ``encoder: auto`` tries them.

An Intel device has Quick Sync and VA-API; Quick Sync has more of the device's rate control."""
