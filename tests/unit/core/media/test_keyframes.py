"""Keyframes as ffprobe prints them."""

from fractions import Fraction

import pytest

from airflow_provider_media.core.media.info import MasteringDisplay
from airflow_provider_media.core.media.keyframes import KeyframeScan, mastering_display

LINE = (
    "width=320|height=180|pix_fmt=yuv420p|sample_aspect_ratio=1:1|interlaced_frame=0|top_field_first=0|color_range=tv|color_space=bt709|color_primaries=bt709|color_transfer=bt709|side_datum/h_26_45_user_data_unregistered_sei_message:side_data_type=H.26[45]"
    " User Data"
)
HDR = (
    "|side_datum/mastering_display_metadata:side_data_type=Mastering display metadata"
    "|side_datum/mastering_display_metadata:red_x=34000/50000|side_datum/mastering_display_metadata:red_y=16000/50000"
    "|side_datum/mastering_display_metadata:green_x=13250/50000|side_datum/mastering_display_metadata:green_y=34500/50000"
    "|side_datum/mastering_display_metadata:blue_x=7500/50000|side_datum/mastering_display_metadata:blue_y=3000/50000"
    "|side_datum/mastering_display_metadata:white_point_x=15635/50000|side_datum/mastering_display_metadata:white_point_y=16450/50000"
    "|side_datum/mastering_display_metadata:min_luminance=1/10000|side_datum/mastering_display_metadata:max_luminance=10000000/10000"
    "|side_datum/content_light_level_metadata:side_data_type=Content light level metadata"
    "|side_datum/content_light_level_metadata:max_content=1000|side_datum/content_light_level_metadata:max_average=400"
)


def scanned(*lines):
    scan = KeyframeScan()
    for line in lines:
        scan.read(line)
    return scan


def test_formats_are_counted_in_the_order_in_which_they_appear():
    wide = LINE.replace("sample_aspect_ratio=1:1", "sample_aspect_ratio=16:11")
    scan = scanned(wide, LINE, LINE)
    assert scan.count == 3
    assert [(picture.sample_aspect_ratio, times) for picture, times in scan.formats.items()] == [
        (Fraction(16, 11), 1),
        (Fraction(1), 2),
    ]


@pytest.mark.parametrize("unknown", ["unknown", "unspecified", "N/A"])
def test_unknown_colors_and_shapes_are_left_open(unknown):
    line = LINE.replace("bt709", unknown).replace("color_range=tv", f"color_range={unknown}").replace("1:1", "0:1")
    (picture,) = scanned(line).formats
    assert (picture.color_range, picture.color_space, picture.color_primaries, picture.color_transfer) == (
        "",
        "",
        "",
        "",
    )
    assert picture.sample_aspect_ratio == 1


@pytest.mark.parametrize("line", ["", "side_data", "width=N/A|height=180", "width=320"])
def test_line_without_a_size_is_no_keyframe(line):
    assert scanned(line).count == 0


def test_formats_without_end_are_counted_and_few_are_kept():
    scan = scanned(*(LINE.replace("width=320", f"width={n + 2}") for n in range(150)))
    assert (scan.count, len(scan.formats)) == (150, 100)
    scan.read(LINE.replace("width=320", "width=2"))
    assert scan.formats.most_common(1)[0][1] == 2


@pytest.mark.parametrize(
    ("fields", "order"),
    [(("00", "00"), "progressive"), (("11", "00"), "top_first"), (("10", "10", "11"), "bottom_first")],
)
def test_field_order_is_that_of_most_interlaced_keyframes(fields, order):
    line = LINE.replace("interlaced_frame=0|top_field_first=0", "interlaced_frame={}|top_field_first={}")
    scan = scanned(*(line.format(*pair) for pair in fields))
    assert scan.field_order == order
    assert scan.interlaced == sum(pair[0] == "1" for pair in fields)


def test_mastering_display_is_taken_from_first_keyframe_with_one():
    scan = scanned(LINE, LINE + HDR, LINE + HDR.replace("max_content=1000", "max_content=2000"))
    assert scan.mastering
    assert (scan.mastering.max_content, scan.mastering.max_average) == (1000, 400)
    assert scan.mastering.luminances == (1000, Fraction(1, 10_000))
    assert scan.mastering.chromaticities[:2] == (Fraction(265, 1000), Fraction(69, 100))


def test_light_levels_alone_are_kept():
    assert mastering_display({"max_content": 500, "max_average": 0}) == MasteringDisplay(max_content=500)


@pytest.mark.parametrize("lost", ["green_x", "white_point_y", "max_luminance"])
def test_mastering_display_that_lacks_a_value_is_none(lost):
    values = {
        part.split(":")[1].split("=")[0]: part.split("=")[1]
        for part in HDR.split("|")
        if "mastering_display_metadata:" in part
    }
    assert mastering_display(values)
    assert mastering_display({**values, lost: "0/1"}) is None
    assert mastering_display({**values, lost: "1/0"}) is None
