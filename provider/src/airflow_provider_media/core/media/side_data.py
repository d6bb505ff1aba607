"""Static HDR metadata in ffmpeg's log: AV1 and VP9 hold it in frames that ffprobe has no decoder for."""

from __future__ import annotations

import re

_POINT = r"\(([\d.]+)[, ]+([\d.]+)\)"
_LOGGED = {
    re.compile(rf" r{_POINT} "): ("red_x", "red_y"),
    re.compile(rf" g{_POINT} "): ("green_x", "green_y"),
    re.compile(rf" b{_POINT} "): ("blue_x", "blue_y"),
    re.compile(rf" wp{_POINT} "): ("white_point_x", "white_point_y"),
    re.compile(r" min_luminance=([\d.]+), max_luminance=([\d.]+)"): ("min_luminance", "max_luminance"),
    re.compile(r" MaxCLL=(\d+), MaxFALL=(\d+)"): ("max_content", "max_average"),
}


def logged_side_data(line: str) -> dict[str, str]:
    """Return the static HDR metadata in a line of ffmpeg's log, by ffprobe's names."""
    found: dict[str, str] = {}
    for pattern, names in _LOGGED.items():
        if match := pattern.search(line):
            found |= dict(zip(names, match.groups(), strict=True))
    return found
