"""Lines become pictures of an exact height with a dark edge."""

import pytest

from airflow_provider_media.core.typesetting.drawing import draw_line, width_of
from airflow_provider_media.core.typesetting.fonts import fonts_for
from airflow_provider_media.core.typesetting.layout import lay_out


def line(text):
    return lay_out(text, fonts_for(text))


@pytest.mark.parametrize("height", [8, 17, 64, 333])
@pytest.mark.parametrize("text", ["", "Airflow", "مرحبا", "👋"])
def test_a_picture_has_the_lines_height_and_its_own_width(text, height):
    picture = draw_line(line(text), height, "#ffffff")
    assert picture.size == (width_of(line(text), height), height)


@pytest.mark.parametrize("height", [32, 400])
def test_the_edge_surrounds_thin_letters_without_a_gap(height):
    picture = draw_line(line("\u0627"), height, "#ffffff")
    alpha = picture.getchannel("A")
    middle = [alpha.getpixel((x, height // 2)) for x in range(picture.width)]
    shown = [x for x, value in enumerate(middle) if value]
    assert shown == list(range(shown[0], shown[-1] + 1))
    assert max(middle) == 255


def test_draw_line_right_to_left_text_has_first_letter_right():
    # An alef is one upright stroke, a beh lies low: the right part of "alef, beh" is ink up to its top, and the left
    # part is not.
    letters = draw_line(line("א.."), 100, "#ffffff").getchannel("A")
    right = letters.crop((letters.width // 2, 0, letters.width, 50))
    left = letters.crop((0, 0, letters.width // 3, 50))
    assert right.getextrema()[1] == 255
    assert left.getextrema()[1] < 255
