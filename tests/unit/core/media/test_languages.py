import pytest

from airflow_provider_media.core.media.languages import BIBLIOGRAPHIC, THREE_LETTERS, iso_639_2


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("eng", "eng"),
        ("en", "eng"),
        ("EN", "eng"),
        ("pt-BR", "por"),
        ("zh-Hans-CN", "zho"),
        ("ger", "ger"),
        ("und", ""),
        ("xx", ""),
        ("", ""),
    ],
)
def test_every_tag_becomes_the_three_letters_that_mp4_holds_or_nothing(tag, code):
    assert iso_639_2(tag) == code


def test_the_tables_hold_codes_alone():
    assert len(THREE_LETTERS) == 183
    assert {len(code) for code in THREE_LETTERS} == {2}
    assert {len(code) for code in (*THREE_LETTERS.values(), *BIBLIOGRAPHIC, *BIBLIOGRAPHIC.values())} == {3}
    assert set(BIBLIOGRAPHIC) <= set(THREE_LETTERS.values())
