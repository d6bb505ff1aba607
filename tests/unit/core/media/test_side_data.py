"""Static HDR metadata as ffmpeg's log words it."""

import pytest

from airflow_provider_media.core.media.keyframes import mastering_display
from airflow_provider_media.core.media.side_data import logged_side_data

DISPLAY = (
    "[info]       Mastering display metadata: has_primaries:1 has_luminance:1 r(0.6800,0.3200) g(0.2650,0.6900)"
    " b(0.1500 0.0600) wp(0.3127, 0.3290) min_luminance=0.000122, max_luminance=1000.000000"
)
LIGHT = "[info]       Content light level metadata: MaxCLL=1000, MaxFALL=400"


def test_display_and_light_levels_have_the_names_of_ffprobe():
    found = mastering_display({**logged_side_data(DISPLAY), **logged_side_data(LIGHT)})
    assert [float(value) for value in found.chromaticities] == [0.265, 0.69, 0.15, 0.06, 0.68, 0.32, 0.3127, 0.329]
    assert [float(value) for value in found.luminances] == [1000, 0.000122]
    assert (found.max_content, found.max_average) == (1000, 400)


@pytest.mark.parametrize(
    "line", ["", "[info]   Stream #0:0: Video: av1", "[info]       Content light level metadata: MaxCLL=, MaxFALL="]
)
def test_line_without_metadata_gives_none(line):
    assert logged_side_data(line) == {}
