"""Texts of every script are joined, stacked and ordered as their readers know them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.typesetting import layout
from airflow_provider_media.core.typesetting.fonts import UNITS, fonts_for
from airflow_provider_media.core.typesetting.layout import lay_out, letters_without_font, one_line


def line(text):
    return lay_out(text, fonts_for(text))


def families(text):
    """The fonts of a text from left to right, without spaces."""
    import uharfbuzz

    found = []
    for glyph in line(text).glyphs:
        if glyph.font.get_glyph_extents(glyph.index).width:
            name = glyph.font.face.get_name(uharfbuzz.OTNameIdPredefined.FONT_FAMILY)
            found += [] if found and found[-1] == name else [name]
    return found


def ink(text):
    """Glyphs of a text that can be seen, from left to right."""
    return [(glyph.font, glyph.index) for glyph in line(text).glyphs if glyph.font.get_glyph_extents(glyph.index).width]


def width(text):
    return line(text).right - line(text).left


SCRIPTS = {
    "Korean": "안녕하세요",
    "Korean, decomposed": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "Simplified Chinese": "简体中文媒体",
    "Traditional Chinese": "繁體中文媒體",
    "Japanese": "日本語のテスト",
    "Arabic": "مرحبا بالعالم",
    "Persian": "می‌خواهم ۱۲۳",
    "Urdu": "اردو میں",
    "Hebrew": "שָׁלוֹם",
    "Thai": "ที่นี่ น้ำ",
    "Hindi": "क्षत्रिय",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Khmer": "ខ្មែរ",
    "Burmese": "မြန်မာ",
    "Armenian": "Հայերեն",
    "Georgian": "ქართული",
    "Amharic": "አማርኛ",
    "Vietnamese": "Tiếng Việt",
    "emoji": "👋😀🎬🇰🇷👨‍👩‍👧‍👦❤️1️⃣👋🏽",
    "mixed": "Hello 세계 مرحبا 👋",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_letter_of_a_script_has_a_glyph(text):
    assert letters_without_font(text, fonts_for(text)) == ""
    assert all(glyph.index for glyph in line(text).glyphs)
    assert width(text) > 0


def test_letters_of_arabic_are_joined():
    isolated = sum(width(letter) for letter in "سلام")
    assert width("سلام") < 0.9 * isolated
    assert not {index for _, index in ink("سلم")} <= {index for letter in "سلم" for _, index in ink(letter)}


def test_layout_hebrew_right_to_left_keeps_numbers_and_latin_words():
    assert ink("אבג") == [*ink("ג"), *ink("ב"), *ink("א")]
    assert ink("אב 12") == [*ink("12"), *ink("ב"), *ink("א")]
    assert ink("אב abc") == [*ink("abc"), *ink("ב"), *ink("א")]
    assert ink("abc אב") == [*ink("abc"), *ink("ב"), *ink("א")]


def test_brackets_are_mirrored_and_stay_around_their_content():
    assert ink("אב (a) ג") == [*ink("ג"), *ink("("), *ink("a"), *ink(")"), *ink("ב"), *ink("א")]


def test_layout_several_scripts_in_visual_order():
    assert families("Hello 세계 مرحبا 👋") == ["Roboto Medium", "Noto Sans CJK KR", "Noto Sans Arabic", "Noto Emoji"]
    assert families("مرحبا 세계") == ["Noto Sans CJK KR", "Noto Sans Arabic"]


@pytest.mark.parametrize(
    "sequence", ["👨‍👩‍👧‍👦", "🇰🇷", "👋🏽", "🏳️‍🌈", "❤️", "1️⃣", "क्ष", "각", "\u1112\u1161\u11ab", "e\u0301"]
)
def test_a_sequence_is_one_glyph(sequence):
    assert len(ink(sequence)) == 1


def test_layout_thai_marks_stack_above_letter():
    glyphs = [glyph for glyph in line("ที่").glyphs if glyph.font.get_glyph_extents(glyph.index).width]
    bottoms = [
        glyph.y + box.y_bearing + box.height for glyph in glyphs for box in [glyph.font.get_glyph_extents(glyph.index)]
    ]
    assert bottoms == sorted(bottoms)
    assert width("ที่") == width("ท")


def test_a_line_is_higher_only_where_marks_need_it():
    plain = line("Hg")
    for text in ("Airflow", "안녕", "שלום"):
        assert (line(text).top, line(text).bottom) == (plain.top, plain.bottom)
    assert line("น้ำ").top > plain.top


def test_ideographs_have_the_forms_of_the_texts_readers():
    forms = {text: families(text)[-1] for text in ("直简", "直體", "直の", "직直", "直", "直ㄅ")}
    assert {text: family.removeprefix("Noto Sans CJK ") for text, family in forms.items()} == {
        "直简": "SC", "直體": "TC", "直の": "JP", "직直": "KR", "直": "SC", "直ㄅ": "TC",
    }  # fmt: skip


def test_letters_without_a_font_are_named_once():
    text = "a ཀ་ཀ 한 ᚠ"
    assert letters_without_font(text, fonts_for(text)) == "ཀ་ᚠ"


def test_letters_without_font_names_mark_missing_in_font_of_letter():
    roboto = fonts_for("")[:1]
    assert letters_without_font("x\u20dd", roboto) == "\u20dd"


def test_levels_are_those_of_the_bidirectional_algorithm():
    assert layout._levels("a אב 1 (b)") == [0, 0, 1, 1, 1, 2, 0, 0, 0, 0]
    assert layout._levels("a \u2067אב\u2069 b") == [0, 0, 0, 1, 1, 0, 0, 0]
    assert layout._levels("אב (a) ג") == [1, 1, 1, 1, 2, 1, 1, 1]
    assert max(layout._levels("א    levels: [ Level( 7,) ]")) == 2


def test_line_breaks_become_spaces():
    assert one_line(" a\n\tb\u2028c ") == "a b c"


def test_an_empty_line_has_the_height_of_its_font():
    empty = lay_out("", fonts_for(""))
    assert empty.glyphs == ()
    assert 0 < empty.top - empty.bottom < 2 * UNITS


LETTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("אבگم12 ()[]\u0660،\u200d\u200c\u202e\u202c\u2067\u2069👋🏽\u0301ี่क्षि한"),
)


@settings(deadline=None)  # the first text loads the fonts
@given(st.text(LETTERS, max_size=25))
def test_no_text_breaks_the_layout(text):
    text = one_line(text)
    fonts = fonts_for(text)
    runs = list(layout._runs(text, fonts))
    assert "".join(text[run.start : run.end] for run in runs) == text
    assert sorted(layout._in_visual_order(runs), key=lambda run: run.start) == runs
    set_line = lay_out(text, fonts)
    assert (set_line.right - set_line.left) >= 0
    if not letters_without_font(text, fonts):
        assert all(glyph.index for glyph in set_line.glyphs)
