"""Fonts come along, and a workflow's own is looked at before it is used."""

from pathlib import Path

import font_roboto
import pytest

from airflow_provider_media.core.typesetting.coverage import missing_letters
from airflow_provider_media.core.typesetting.fonts import UNITS, own_font, script_of

ROBOTO = Path(font_roboto.RobotoMedium)


def test_a_font_measures_in_units_of_its_em():
    font = own_font(ROBOTO)
    assert font.scale == (UNITS, UNITS)
    assert 0 < font.get_glyph_h_advance(font.get_nominal_glyph(ord("m"))) < UNITS


@pytest.mark.parametrize("content", [b"", b"no font", ROBOTO.read_bytes()[:100], b"\0\1\0\0" + bytes(100)])
def test_what_is_no_font_is_refused(tmp_path, content):
    path = tmp_path / "font.ttf"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no TrueType or OpenType font with outlines"):
        own_font(path)


@pytest.mark.parametrize(
    ("character", "script"), [("a", "Latn"), ("한", "Hang"), ("漢", "Hani"), ("ع", "Arab"), (" ", None), ("1", None)]
)
def test_a_character_has_a_script_or_shares_all(character, script):
    assert script_of(character) == script


def test_missing_letters_follow_a_font_that_changes(tmp_path):
    path = tmp_path / "font.ttf"
    path.write_bytes(ROBOTO.read_bytes())
    assert missing_letters("a 한", path) == "한"
    path.write_bytes(b"no font")
    with pytest.raises(ValueError, match="no TrueType"):
        missing_letters("a 한", path)


def test_missing_letters_of_an_absent_font_are_unknown(tmp_path):
    with pytest.raises(FileNotFoundError):
        missing_letters("a", tmp_path / "font.ttf")
