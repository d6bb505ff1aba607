import subprocess
import sys

import pytest

from airflow_provider_media.core.media.languages import english_name, iso_639_2, language_name, language_tag


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
def test_iso_639_2_of_any_tag_three_letters_or_empty(tag, code):
    assert iso_639_2(tag) == code


@pytest.mark.parametrize(
    ("tag", "code"), [("deu", "ger"), ("de", "ger"), ("fr", "fre"), ("zh-Hant", "chi"), ("eng", "eng"), ("und", "")]
)
def test_iso_639_2_bibliographic_is_code_of_english_name(tag, code):
    assert iso_639_2(tag, bibliographic=True) == code


@pytest.mark.parametrize(
    ("tag", "standard"),
    [
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("PT-br", "pt-BR"),
        ("por-BR", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("iw", "he"),
        ("yue", "yue"),
        ("es-419", "es-419"),
        ("und", ""),
        ("mis", ""),
        ("xx", ""),
        ("e,x=y", ""),
        ("ENGLISH", ""),
        ("", ""),
    ],
)
def test_language_tag_is_the_one_bcp_47_spelling_or_nothing(tag, standard):
    assert language_tag(tag) == standard


@pytest.mark.parametrize(
    ("tag", "own", "english"),
    [
        ("eng", "English", "English"),
        ("ger", "Deutsch", "German"),
        ("fra", "Français", "French"),
        ("pt-BR", "Português (Brasil)", "Portuguese (Brazil)"),
        ("ja", "日本語", "Japanese"),
        ("ar", "العربية", "Arabic"),
        ("cmn", "中文", "Chinese"),
        ("tlh", "Klingon", "Klingon"),
        ("qaa", "qaa", "qaa"),
        ("und", "", ""),
        ("", "", ""),
    ],
)
def test_language_names_are_those_that_people_read(tag, own, english):
    assert language_name(tag) == own
    assert english_name(tag) == english


def test_track_without_a_language_loads_no_language_library():
    code = (
        "import sys; from airflow_provider_media.core.media.languages import *; "
        "print([english_name('und'), language_name(''), iso_639_2('mis'), language_tag('und')], "
        "sorted({'babel', 'langcodes', 'pytz'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "['', '', '', ''] []\n"
