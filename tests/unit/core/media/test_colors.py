"""Colours that a source means, and those that are encoded of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.colors import (
    Colors,
    encoded_colors,
    is_fully_tagged,
    is_rgb,
    needs_conversion,
    source_colors,
)
from tests.planned import video

UNTAGGED = {"color_space": "", "color_primaries": "", "color_transfer": "", "color_range": ""}
MATRICES = ("bt709", "smpte170m", "bt470bg", "bt2020nc", "fcc", "smpte240m")


@pytest.mark.parametrize(
    ("width", "height", "matrix"),
    [
        (1920, 1080, "bt709"),
        (1280, 720, "bt709"),
        (720, 1280, "bt709"),
        (720, 576, "bt470bg"),
        (352, 288, "bt470bg"),
        (720, 480, "smpte170m"),
        (640, 360, "smpte170m"),
        (320, 240, "smpte170m"),
    ],
)
def test_untagged_source_means_what_players_assume_of_its_size(width, height, matrix):
    colors = source_colors(video(width=width, height=height, **UNTAGGED))
    assert (colors.matrix, colors.primaries) == (matrix, matrix)
    assert colors.transfer == ("bt709" if matrix == "bt709" else "smpte170m")
    assert colors.range == "tv"


def test_stated_colors_are_kept():
    stated = {"color_space": "smpte170m", "color_primaries": "bt709", "color_transfer": "gamma22", "color_range": "pc"}
    assert source_colors(video(**stated)) == Colors(
        matrix="smpte170m", primaries="bt709", transfer="gamma22", full_range=True
    )


@pytest.mark.parametrize(
    "facts", [{"color_range": "pc"}, {"pixel_format": "yuvj420p", "color_range": ""}, {"pixel_format": "gbrp"}]
)
def test_full_range_detected_by_tag_or_pixel_format_encoded_limited(facts):
    source = video(**facts)
    assert source_colors(source).range == "pc"
    assert encoded_colors(source, keep_range=False).range == "tv"


def test_bt2020_in_sdr_keeps_primaries_that_players_know():
    source = video(color_space="bt2020nc", color_primaries="", color_transfer="")
    assert source_colors(source) == Colors(matrix="bt2020nc", primaries="bt709", transfer="bt709")


@pytest.mark.parametrize(
    ("dynamic_range", "tags", "transfer"),
    [
        ("hdr10", {}, "smpte2084"),
        ("dolby_vision", {}, "smpte2084"),
        ("hlg", {}, "arib-std-b67"),
        ("hlg", {"color_transfer": "bt2020-10"}, "bt2020-10"),
    ],
)
def test_untagged_hdr_means_bt2020_with_its_transfer(dynamic_range, tags, transfer):
    source = video(dynamic_range=dynamic_range, **{**UNTAGGED, **tags})
    assert source_colors(source) == Colors(matrix="bt2020nc", primaries="bt2020", transfer=transfer)
    assert encoded_colors(source, keep_range=True) == source_colors(source)


def test_hdr_that_is_mapped_becomes_bt709():
    mapped = encoded_colors(video(dynamic_range="hdr10", color_space="bt2020nc"), keep_range=False)
    assert mapped == Colors(matrix="bt709", primaries="bt709", transfer="bt709")


@pytest.mark.parametrize(
    "form",
    [
        "rgb24",
        "bgr0",
        "0rgb",
        "argb",
        "gbrp",
        "gbrap",
        "gbrp10le",
        "rgba64be",
        "pal8",
        "gray",
        "gray10le",
        "monow",
        "ya8",
        "x2rgb10le",
    ],
)
def test_rgb_and_gray_are_converted_to_bt709(form):
    source = video(pixel_format=form, **UNTAGGED)
    assert is_rgb(source)
    assert needs_conversion(source)
    assert not is_fully_tagged(source)
    assert encoded_colors(source, keep_range=False).matrix == "bt709"


@pytest.mark.parametrize("form", ["yuv420p", "yuvj444p", "nv12", "yuva420p", "p010le", "yuyv422"])
def test_brightness_and_differences_need_no_conversion(form):
    assert not is_rgb(video(pixel_format=form))
    assert not needs_conversion(video(pixel_format=form))
    assert is_fully_tagged(video(pixel_format=form))


@pytest.mark.parametrize("matrix", ["ycgco", "bt2020c", "ictcp", "gbr"])
def test_matrix_that_players_do_not_know_is_converted(matrix):
    source = video(color_space=matrix)
    assert needs_conversion(source)
    assert encoded_colors(source, keep_range=True).matrix == "bt709"


@pytest.mark.parametrize("lost", list(UNTAGGED))
def test_source_that_lacks_a_tag_is_not_fully_tagged(lost):
    assert not is_fully_tagged(video(**{lost: ""}))


TAG = st.sampled_from(["", *MATRICES, "ycgco", "gbr"])


@given(
    st.integers(2, 4000),
    st.integers(2, 4000),
    TAG,
    st.sampled_from(["yuv420p", "gbrp", "gray", "yuvj420p"]),
    st.sampled_from(["sdr", "hdr10", "hlg"]),
    st.booleans(),
)
def test_encoded_colors_are_always_complete_and_known(width, height, matrix, form, dynamic_range, keep):
    source = video(
        width=width,
        height=height,
        pixel_format=form,
        dynamic_range=dynamic_range,
        **{**UNTAGGED, "color_space": matrix},
    )
    colors = encoded_colors(source, keep_range=keep)
    assert colors.matrix in MATRICES
    assert colors.primaries
    assert colors.transfer
    assert not colors.full_range
