"""Sizes: even, never enlarged, in shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.outputs import VideoSettings
from airflow_provider_media.core.planning.geometry import Size, framed, place, rung_size

SIDES = st.integers(16, 8192)
SOURCES = st.builds(Size, SIDES, SIDES)
FITS = st.sampled_from(["stretch", "pad", "crop", "blur"])


@given(SOURCES, st.integers(90, 4320))
def test_a_rung_is_even_and_never_larger_than_the_source(source, short_side):
    size = rung_size(source, short_side)
    assert size.width % 2 == size.height % 2 == 0
    assert size.width <= source.width
    assert size.height <= source.height
    assert size.short_side <= short_side


@given(SOURCES, st.integers(90, 4320))
def test_a_rung_keeps_the_shape_within_two_pixels(source, short_side):
    size = rung_size(source, short_side)
    scale = min(short_side, source.short_side) / source.short_side
    assert abs(size.width - source.width * scale) <= 2
    assert abs(size.height - source.height * scale) <= 2


def test_portrait_and_landscape_get_the_same_rungs_turned():
    assert rung_size(Size(1920, 1080), 720) == (1280, 720)
    assert rung_size(Size(1080, 1920), 720) == (720, 1280)


@given(SOURCES, SIDES, SIDES, FITS)
def test_a_frame_never_enlarges_the_picture_unless_asked_to(source, width, height, fit):
    spot = place(source, width, height, fit)
    assert spot.inner.width <= source.width + 1, "but for making odd sizes even"
    assert spot.inner.height <= source.height + 1


@given(SOURCES, SIDES, SIDES, FITS)
def test_place_requested_frame_is_exact_but_even_with_upscale(source, width, height, fit):
    spot = place(source, width, height, fit, upscale=True)
    assert spot.frame == (width - width % 2, height - height % 2)


@given(SOURCES, SIDES, SIDES)
def test_place_padded_picture_lies_within_frame_cropped_picture_covers_frame(source, width, height):
    padded, cropped = place(source, width, height, "pad"), place(source, width, height, "crop")
    assert padded.inner.width <= padded.frame.width
    assert padded.inner.height <= padded.frame.height
    assert cropped.inner.width >= cropped.frame.width
    assert cropped.inner.height >= cropped.frame.height


@given(SOURCES, st.one_of(st.none(), SIDES), st.integers(1, 2))
def test_one_side_alone_keeps_the_shape(source, width, step):
    size = place(source, width, None, step=step).frame
    wanted = min(width or source.width, source.width)
    assert abs(size.width - wanted) <= step
    assert abs(size.height - source.height * wanted / source.width) <= 2


@pytest.mark.parametrize(("fit", "frame", "inner"), [("pad", (854, 480), (640, 480)), ("crop", (640, 360), (640, 480))])
def test_frame_larger_than_picture_shrinks_in_its_own_shape(fit, frame, inner):
    spot = place(Size(640, 480), 1920, 1080, fit)
    assert (spot.frame, spot.inner) == (frame, inner)


def test_pictures_may_keep_odd_sizes():
    assert place(Size(853, 481), None, None, step=1).frame == (853, 481)
    assert place(Size(853, 481), None, None).frame == (852, 480)


@pytest.mark.parametrize(
    ("orientation", "source", "frame"),
    [
        ("source", Size(1920, 1080), (1280, 720)),
        ("source", Size(1080, 1920), (720, 1280)),
        ("fixed", Size(1080, 1920), (1280, 720)),
        ("source", Size(1000, 1000), (1280, 720)),
    ],
)
def test_frame_turns_with_picture_where_sides_are_long_and_short(orientation, source, frame):
    assert framed(source, VideoSettings(width=1280, height=720, orientation=orientation, upscale=True)).frame == frame


def test_a_single_side_turns_with_the_picture_too():
    assert framed(Size(1080, 1920), VideoSettings(width=1280, orientation="source")).frame == (720, 1280)
    assert framed(Size(1080, 1920), VideoSettings(height=720, orientation="source")).frame == (720, 1280)
