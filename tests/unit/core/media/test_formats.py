"""Formats of changing pictures, and the canvas that holds them all."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.formats import canvas, cropped, delivered
from airflow_provider_media.core.media.info import PictureFormat
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.stream_log import PictureChange, StreamLog

HD = PictureFormat(width=640, height=360, pixel_format="yuv420p", color_space="bt709")
SD = PictureFormat(width=320, height=240, pixel_format="yuv420p", color_space="bt709")


def cropping(**sides):
    return {"side_data_list": [{"side_data_type": "Other"}, {"side_data_type": "Frame Cropping", **sides}]}


def change(picture, time):
    return PictureChange(
        time=time,
        width=picture.width,
        height=picture.height,
        pixel_format=picture.pixel_format,
        color_range="",
        color_space="bt709",
    )


def log(*changes, seconds=10):
    found = StreamLog(kind="video", time_base=Fraction(1, 25), changes=list(changes))
    for number in range(seconds * 25):
        found.frame(number, 1, Fraction(1, 25))
    return found


def scan(**counts):
    found = KeyframeScan(count=sum(counts.values()))
    for name, times in counts.items():
        found.formats[{"hd": HD, "sd": SD}[name]] = times
    return found


def test_cropping_of_the_container_is_no_part_of_the_picture():
    assert cropped(HD, cropping(crop_top=60, crop_bottom=60)) == PictureFormat(
        width=640, height=240, pixel_format="yuv420p", color_space="bt709"
    )
    assert cropped(HD, cropping(crop_left=10, crop_right=30)).width == 600


def test_cropping_that_leaves_nothing_is_ignored():
    assert cropped(HD, cropping(crop_left=320, crop_right=320)) == HD
    assert cropped(HD, cropping(crop_top=400)) == HD
    assert cropped(HD, {}) == HD


def test_steady_stream_delivers_the_format_of_its_header():
    assert delivered(HD, {}, None, None) == (HD,)
    assert delivered(HD, {}, None, log()) == (HD,)


def test_keyframes_count_for_more_than_the_header():
    assert delivered(HD, {}, scan(sd=3), log()) == (SD,)
    assert delivered(HD, {}, KeyframeScan(), log()) == (HD,)


def test_largest_picture_comes_first():
    assert delivered(SD, {}, scan(sd=8, hd=2), log()) == (HD, SD)
    assert delivered(HD, {}, scan(hd=8, sd=2), log()) == (HD, SD)


def test_few_frames_of_larger_size_do_not_enlarge_others():
    assert delivered(SD, {}, scan(sd=99, hd=1), log()) == (SD, HD)


def test_changes_of_codec_without_keyframe_scan_are_weighed_by_duration():
    assert delivered(SD, {}, None, log(change(HD, 5.0), change(SD, 8.0))) == (HD, SD)
    assert delivered(SD, {}, None, log(change(HD, 5.0), change(SD, 5.1))) == (SD, HD)


def test_change_between_keyframes_is_delivered_too():
    formats = delivered(SD, {}, scan(sd=5), log(change(HD, 5.0)))
    assert formats == (SD, HD)


def test_change_that_the_keyframes_know_adds_no_format():
    assert delivered(HD, {}, scan(hd=5, sd=5), log(change(SD, 5.0))) == (HD, SD)


def test_stream_of_short_formats_alone_still_has_a_largest():
    counts = KeyframeScan(count=100)
    for number in range(100):
        counts.formats[PictureFormat(width=100 + 2 * number, height=90)] = 1
    assert delivered(HD, {}, counts, log())[0].width == 298


def test_canvas_has_square_pixels():
    wide = PictureFormat(width=176, height=144, sample_aspect_ratio=Fraction(16, 11))
    assert (canvas((wide, SD)).width, canvas((wide, SD)).height, canvas((wide, SD)).sample_aspect_ratio) == (
        256,
        144,
        1,
    )


SHAPES = st.builds(
    PictureFormat,
    width=st.integers(2, 4096),
    height=st.integers(2, 4096),
    sample_aspect_ratio=st.fractions(Fraction(1, 3), Fraction(3), max_denominator=40),
)


@given(SHAPES, SHAPES)
def test_canvas_never_distorts_its_largest_picture(one, other):
    found = canvas((one, other))
    assert found.width % 2 == found.height % 2 == 0
    assert abs(found.width - one.display[0]) <= 1 or found.width == 2
    assert abs(found.height - one.height) <= 1


@given(st.lists(SHAPES, min_size=2, max_size=6, unique=True), st.data())
def test_first_format_is_the_largest_of_those_that_last(pictures, data):
    counts = KeyframeScan()
    for picture in pictures:
        counts.formats[picture] = data.draw(st.integers(20, 40))
    counts.count = counts.formats.total()
    first, *others = delivered(pictures[0], {}, counts, None)
    assert {first, *others} == set(pictures)
    assert all(first.display[0] * first.display[1] >= other.display[0] * other.display[1] for other in others)
